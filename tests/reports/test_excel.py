from datetime import date, datetime

import msgspec
import pytest
from factories import reports as made
from factories import workbooks
from hypothesis import given, settings
from hypothesis import strategies as st

from mitigap import cells
from mitigap.branding import Branding, Marking
from mitigap.inventory.model import Status
from reports import excel
from reports.report import Report

ANY = st.text(st.characters(exclude_categories=())) | st.builds(
    str.__add__, st.sampled_from([*"=+-@\t\r#", "\uff1d", "'="]), st.text(max_size=20)
)


@pytest.fixture(scope="module")
def book(leafminer: Report) -> bytes:
    return excel.render(leafminer)


def test_its_sheets(book: bytes, three: Report) -> None:
    first, tables = ["Cover", "Summary"], ["Techniques", "Edges", "Controls", "Unresolved", "Issues", "Provenance"]
    assert workbooks.opened(book).sheetnames == [*first, "Gaps", "Recommendations", "Matrix", *tables]
    matrices = ["Matrix G0002", "Matrix G0001", "Matrix G0003"]
    found = workbooks.opened(excel.render(three)).sheetnames
    assert found == [*first, "Groups", "Gaps", "Recommendations", *matrices, *tables]


def test_a_row_for_each_technique_edge_recommendation_control_and_issue(book: bytes, leafminer: Report) -> None:
    assessment = leafminer.assessments[0]
    assert sorted(workbooks.column(book, "Techniques", "Technique ID")) == [each.id for each in assessment.techniques]
    assert len(workbooks.column(book, "Edges", "Mitigation ID")) == assessment.counts.edges
    assert workbooks.column(book, "Recommendations", "Mitigation ID") == [
        each.id for each in assessment.recommendations
    ]
    assert workbooks.column(book, "Controls", "Original location") == [
        each.location for each in leafminer.inventory.controls
    ]
    assert workbooks.column(book, "Issues", "Message") == [each.message for each in leafminer.inventory.issues]


def test_numbers_are_numbers(book: bytes, leafminer: Report) -> None:
    assessment = leafminer.assessments[0]
    ids, found = (workbooks.column(book, "Techniques", title) for title in ("Technique ID", "Coverage"))
    told = {each.id: each.coverage for each in assessment.techniques}
    assert dict(zip(ids, found, strict=True)) == {
        key: value if value is None else pytest.approx(value, rel=1e-15) for key, value in told.items()
    }
    gains = workbooks.column(book, "Recommendations", "Gain in points")
    assert gains == pytest.approx([each.gain * 100 for each in assessment.recommendations])


def test_dates_are_dates(book: bytes) -> None:
    assert workbooks.column(book, "Controls", "Expires")[5] == datetime(2027, 6, 30)  # noqa: DTZ001 - as a cell holds it
    assert workbooks.column(book, "Controls", "Expired")[8] == "expired"


def test_with_several_groups_each_row_says_which(three: Report) -> None:
    data = excel.render(three)
    assert workbooks.column(data, "Groups", "Group ID") == ["G0002", "G0001", "G0003"]
    assert workbooks.column(data, "Groups", "Score") == [three.assessments[1].score, 1, None]
    assert set(workbooks.column(data, "Edges", "Group")) == {"Group G0001", "Group G0002"}
    assert workbooks.column(data, "Techniques", "Group")[-2:] == ["Group G0003"] * 2


def test_equal_reports_give_equal_bytes(book: bytes, leafminer: Report) -> None:
    assert excel.render(msgspec.structs.replace(leafminer)) == book


def test_no_clock_gets_in(book: bytes) -> None:
    told = workbooks.opened(book).properties
    midnight = datetime.combine(made.AS_OF, datetime.min.time())
    assert (told.created, told.modified, told.creator, told.lastModifiedBy) == (
        midnight,
        midnight,
        "Mitigap",
        "Mitigap",
    )


def test_links_lead_to_attack_alone(book: bytes) -> None:
    links = [cell.hyperlink for cell in workbooks.cells(book) if cell.hyperlink]
    targets = [each.target for each in links if each.target]
    assert [each.location for each in links if not each.target] == [
        f"'{each}'!A1" for each in workbooks.opened(book).sheetnames[1:]
    ]
    assert targets
    assert all(each.startswith("https://attack.mitre.org/") for each in targets)


def test_it_ends_with_where_it_comes_from(book: bytes, leafminer: Report) -> None:
    assessment = leafminer.assessments[0]
    facts = dict(workbooks.opened(book)["Provenance"].iter_rows(values_only=True))
    assert facts["Catalogue"] == "enterprise-attack@18.1"
    assert facts["Catalogue's digest"] == assessment.catalog.digest
    assert facts["Inventory's digest"] == leafminer.inventory.digest
    assert assessment.policy.rule in facts["Policy"]
    assert facts["Copyright"] == assessment.catalog.copyright


@pytest.mark.parametrize("words", made.HOSTILE)
def test_hostile_text_stays_text(words: str) -> None:
    assert_no_formula(excel.render(made.a_hostile_report(words)))


@settings(max_examples=40, deadline=None)
@given(ANY)
def test_r8_no_text_of_any_kind_is_ever_a_formula(words: str) -> None:
    assert_no_formula(excel.render(made.a_hostile_report(words)))


@pytest.mark.parametrize("words", [each for each in made.FORMULAS if cells.looks_like_formula(each)])
def test_what_begins_like_a_formula_is_marked_as_text_for_whoever_edits_it(words: str) -> None:
    data = excel.render(made.a_hostile_report(words))
    found = [cell for cell in workbooks.cells(data) if cell.value == cells.fitted(words)]
    assert found
    assert all(cell.quotePrefix for cell in found)


def test_text_that_no_cell_can_hold_is_cut_where_it_shows() -> None:
    owner = "x" * 40_000
    control = made.a_control(5, "MFA", "M1032", status=Status.IMPLEMENTED, level=1.0, owner=owner)
    report = made.a_report(made.three_groups(), "G0001", inventory=made.an_inventory([control]))
    assert workbooks.column(excel.render(report), "Controls", "Owner") == [cells.fitted(owner)]


def test_dates_that_no_spreadsheet_holds_are_text() -> None:
    control = made.a_control(5, "MFA", "M1032", reviewed=date(1850, 1, 1), expires=date(9999, 12, 31))
    report = made.a_report(made.three_groups(), "G0001", inventory=made.an_inventory([control]))
    data = excel.render(report)
    assert workbooks.column(data, "Controls", "Reviewed") == ["1850-01-01"]
    assert workbooks.column(data, "Controls", "Expires") == [datetime(9999, 12, 31)]  # noqa: DTZ001 - as a cell holds it


def assert_no_formula(data: bytes) -> None:
    for name, part in workbooks.parts(data).items():
        if name.startswith("xl/worksheets/sheet"):
            assert b"<f>" not in part
            assert b"<f " not in part
            assert b't="e"' not in part
    for cell in workbooks.cells(data):
        assert cell.data_type in {"s", "n", "d"}
    assert not any("externalLink" in name or "vba" in name for name in workbooks.parts(data))


def test_the_cover_says_the_scope_and_leaves_room_to_sign(leafminer: Report) -> None:
    branding = Branding(title="Quarterly review", marking=Marking.AMBER)
    data = excel.render(msgspec.structs.replace(leafminer, branding=branding))
    words = {cell.value for cell in workbooks.opened(data)["Cover"]["A"] if cell.value}
    assert {"Quarterly review", "Groups", "Catalogue's digest", "Prepared by", "Approved by"} <= words
    assert any(each.startswith("TLP:AMBER") for each in words)
    assert {sheet.oddHeader.center.text for sheet in workbooks.opened(data)} == {"TLP:AMBER"}


def test_every_chart_is_told_in_words(book: bytes, leafminer: Report) -> None:
    drawing = workbooks.parts(book)["xl/drawings/drawing1.xml"].decode()
    assert 'name="Techniques by status" descr="17 techniques by status: ' in drawing
    assert 'name="Coverage by tactic" descr="Coverage by tactic, the weakest first: ' in drawing
    charts = [each for name, each in workbooks.parts(book).items() if name.startswith("xl/charts/")]
    assert len(charts) == 2
    assert b"'Summary'!$C$" in charts[0]


def test_what_can_be_named_has_a_name(book: bytes, leafminer: Report) -> None:
    opened = workbooks.opened(book)
    sheet, place = next(opened.defined_names["Score"].destinations)
    assert opened[sheet][place].value == pytest.approx(leafminer.assessments[0].score)
    assert {"Gaps", "Matrix", "Controls"} <= opened.defined_names.keys()
    assert all(sheet.print_area for sheet in opened)


def test_gaps_say_what_mitre_advises_and_whose_they_are(book: bytes, leafminer: Report) -> None:
    assessment = leafminer.assessments[0]
    open_edges = {
        (each.id, edge.id)
        for each in assessment.techniques
        for edge in each.mitigations
        if edge.level is not None and edge.level < 1
    }
    techniques, mitigations, said = (
        workbooks.column(book, "Gaps", title) for title in ("Technique ID", "Mitigation ID", "What MITRE says")
    )
    assert set(zip(techniques, mitigations, strict=True)) == open_edges
    assert said == [
        leafminer.guidance[technique][mitigation] for technique, mitigation in zip(techniques, mitigations, strict=True)
    ]


def test_the_matrix_holds_every_link_once(book: bytes, leafminer: Report) -> None:
    rows = list(workbooks.opened(book)["Matrix"].iter_rows(values_only=True))
    found = {
        (row[0], str(title).partition(" ")[0]): level
        for row in rows[1:]
        for title, level in zip(rows[0][4:], row[4:], strict=True)
        if level is not None
    }
    assert found == {
        (each.id, edge.id): "n/a" if edge.level is None else edge.level
        for each in leafminer.assessments[0].techniques
        for edge in each.mitigations
    }


def test_many_groups_share_one_matrix_of_gains() -> None:
    uses = {f"G{number:04}": {"T1001": ["M1001"], "T1002": ["M1002"]} for number in range(1, 9)}
    report = made.a_report(made.a_catalogue(uses), *uses)
    opened = workbooks.opened(excel.render(report))
    assert [each for each in opened.sheetnames if each.startswith("Matrix")] == ["Matrix"]
    assert [row[0] for row in opened["Matrix"].iter_rows(min_row=2, values_only=True)] == list(uses)
    assert [row[0] for row in opened["Gaps"].iter_rows(min_row=2, values_only=True)] == [8, 8]


def test_the_controls_can_be_edited_within_limits(book: bytes) -> None:
    sheet = workbooks.opened(book)["Controls"]
    rules = {str(each.sqref).partition("2:")[0]: each for each in sheet.data_validations.dataValidation}
    assert rules["E"].formula1 == '"implemented,partial,planned,alternative,not applicable,not implemented"'
    assert {letter: each.type for letter, each in rules.items()} == {
        "E": "list", "F": "decimal", "H": "date", "I": "date", "J": "date"
    }  # fmt: skip
