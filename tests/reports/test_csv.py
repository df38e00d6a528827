import csv
import re
from io import StringIO

import pytest
from factories import reports as made
from hypothesis import given, settings
from hypothesis import strategies as st

from mitigap import cells
from reports import csv as printer
from reports.report import Report


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(data.decode("utf-8-sig"), newline="")))


def test_it_opens_in_excel_with_its_letters_whole(leafminer: Report) -> None:
    data = printer.render(leafminer)
    assert data.startswith(b"\xef\xbb\xbfgroup_id,")
    assert data.count(b"\n") == data.count(b"\r\n")
    assert "Process Doppelgänging" in {each["technique"] for each in rows(data)}


def test_a_row_for_each_edge_and_each_technique_without_one(leafminer: Report) -> None:
    counts = leafminer.assessments[0].counts
    found = rows(printer.render(leafminer))
    assert len([each for each in found if each["mitigation_id"]]) == counts.edges
    assert [each["reason"] for each in found if not each["mitigation_id"]] == ["none"] * counts.unmitigable


def test_numbers_stay_numbers(leafminer: Report) -> None:
    for technique in leafminer.assessments[0].techniques:
        edges = {each.id: each.level for each in technique.mitigations}
        for row in rows(printer.render(leafminer)):
            if row["technique_id"] == technique.id and row["mitigation_id"]:
                assert float(row["coverage"]) == technique.coverage
                assert (float(row["level"]) if row["level"] else None) == edges[row["mitigation_id"]]


def test_every_row_says_where_it_comes_from(leafminer: Report) -> None:
    assessment = leafminer.assessments[0]
    for row in rows(printer.render(leafminer)):
        assert (row["catalogue"], row["catalogue_digest"]) == ("enterprise-attack@18.1", assessment.catalog.digest)
        assert (row["inventory_digest"], row["policy"], row["engine"]) == (leafminer.inventory.digest, "mean", "0.1.0")
        assert row["copyright"] == assessment.catalog.copyright


@pytest.mark.parametrize("words", made.FORMULAS)
def test_no_text_is_ever_a_formula(words: str) -> None:
    assert_safe(words)


@pytest.mark.parametrize("before", ["x;", 'x;"', "x; ", "x\n", "x\t"])
@pytest.mark.parametrize("words", ["=1+1", "+1+cmd", "-1+cmd", "@SUM(1)", "\uff1d1+1"])
def test_no_text_is_a_formula_where_lines_are_split_at_semicolons(before: str, words: str) -> None:
    assert_safe(before + words)


@settings(max_examples=50, deadline=None)
@given(
    st.text(st.characters(exclude_categories=()))
    | st.sampled_from("=+-@\t\r\uff1d").flatmap(lambda c: st.just(c + "1+1"))
)
def test_r8_no_text_of_any_kind_is_ever_a_formula(words: str) -> None:
    assert_safe(words)


@pytest.mark.parametrize(
    ("cell", "written"),
    [(-5, -5), (0.5, 0.5), (None, None), ("-5", "-5"), ("- none -", "'- none -"), ("MFA", "MFA"), ("", "")],
)
def test_what_is_harmless_is_left_alone(cell: object, written: object) -> None:
    assert printer.safe(cell) == written


def assert_safe(words: str) -> None:
    found = rows(printer.render(made.a_hostile_report(words)))
    assert len(found) == 3
    for row in found:
        assert None not in row
        for value in row.values():
            assert not cells.looks_like_formula(value) or cells.is_number(value)
            assert not any(cells.looks_like_formula(each.strip(' "')) for each in re.split("[;\t\r\n]", value)[1:])
