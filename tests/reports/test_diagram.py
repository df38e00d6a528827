"""The diagram of the Markdown report: what it draws is what was assessed, and our own reader finds it again."""

import msgspec
import pytest
from factories import reports as made

from mitigap.assessment.model import Status
from mitigap.catalog import builtin, drawing, mermaid, text
from mitigap.catalog.drawing import Drawing
from reports import diagram, md
from reports.pages import Page, pages
from reports.palette import LOOKS
from reports.report import Report


def drawn(found: tuple[str, ...]) -> Drawing:
    graph = mermaid.Graph()
    assert mermaid.parse(enumerate(found, start=1), graph)
    read = drawing.of(graph)
    assert read.faults == []
    return read


def one(report: Report) -> Page:
    return pages(report)[0]


@pytest.mark.parametrize("group", ["G0077", "G0016", "G0007", "G0126"])
def test_our_reader_finds_every_technique_and_every_edge(group: str) -> None:
    report = made.a_report(builtin.default(), group)
    read = drawn(diagram.lines(one(report)))
    assessed = report.assessments[0].techniques
    assert set(read.uses) == {each.id for each in assessed}
    assert set(read.mitigates) == {(each.id, edge.id) for each in assessed for edge in each.mitigations}
    names = {key: label for key, (_, label) in read.labels.items()}
    assert {each.id: each.name for each in assessed}.items() <= names.items()


def test_the_status_stands_in_words_and_in_colour(leafminer: Report) -> None:
    found = diagram.lines(one(leafminer))
    for technique in leafminer.assessments[0].techniques:
        look = LOOKS[technique.status]
        arrow = next(line for line in found if line.startswith("group[") and f" {technique.id}[" in line)
        assert f"-->|{look.label}" in arrow
        coloured = [line for line in found if line.startswith("class ") and technique.id in line.split()[1].split(",")]
        assert [line.split()[2] for line in coloured] == [technique.status]
        assert f"classDef {technique.status} fill:{look.paper},stroke:{look.solid},color:{look.ink}" in found


def test_it_stands_in_the_report_as_a_block(leafminer: Report) -> None:
    said = md.render(leafminer).decode()
    block = said.partition("```mermaid\n")[2].partition("\n```\n")[0]
    assert tuple(block.split("\n")) == diagram.lines(one(leafminer))


def test_where_the_whole_is_too_large_what_is_open_is_drawn() -> None:
    many = {f"T1{number:03}": ("M1032",) if number < 490 else ("M1040", "M1027") for number in range(500)}
    covered = made.a_report(made.a_catalogue({"G0001": many}), "G0001")
    found = diagram.lines(one(covered))
    is_open = {each.id for each in covered.assessments[0].techniques if each.status in {Status.GAP, Status.PARTIAL}}
    assert set(drawn(found).uses) == is_open
    assert "Only what is open is drawn here" in md.render(covered).decode()


def test_what_cannot_be_drawn_at_all_is_left_out() -> None:
    many = {f"T1{number:03}": ("M1027", "M1099") for number in range(600)}
    report = made.a_report(made.a_catalogue({"G0001": many}), "G0001")
    assert diagram.lines(one(report)) == ()
    assert "```mermaid" not in md.render(report).decode()


def test_a_group_without_techniques_has_no_diagram() -> None:
    assert diagram.lines(one(made.a_report(made.a_catalogue({"G0001": {}}), "G0001"))) == ()


def test_a_report_of_very_many_groups_draws_none() -> None:
    some = {f"G{number:04}": {"T1001": ("M1032",)} for number in range(1, md.DIAGRAMS + 2)}
    catalogue = made.a_catalogue(some)
    assert "```mermaid" not in md.render(made.a_report(catalogue, *some)).decode()
    fewer = list(some)[: md.DIAGRAMS]
    assert md.render(made.a_report(catalogue, *fewer)).decode().count("```mermaid") == md.DIAGRAMS


def test_a_share_near_an_end_is_said_without_signs() -> None:
    page = one(made.a_hostile_report("plain"))
    row = msgspec.structs.replace(page.rows[0], coverage=0.99999)
    found = diagram.lines(msgspec.structs.replace(page, rows=(row,)))
    assert "-->|Partial over 99.9 %|" in found[1]


@pytest.mark.parametrize("words", made.HOSTILE)
def test_hostile_names_are_letters_and_no_more(words: str) -> None:
    page = one(made.a_hostile_report(words))
    read = drawn(diagram.lines(page))
    assert set(read.uses) == {"T1001", "T1005"}
    if len(words) < diagram.LONGEST_LABEL and words.isprintable() and words.strip() == words:
        assert read.labels["T1001"][1] == text.name(words)
