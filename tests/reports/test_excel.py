from datetime import date, datetime

import msgspec
import pytest
from factories import reports as made
from factories import workbooks
from hypothesis import given, settings
from hypothesis import strategies as st

from mitigap import cells
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
    tables = ["Techniques", "Edges", "Recommendations", "Controls", "Issues", "Provenance"]
    assert workbooks.opened(book).sheetnames == ["Summary", *tables]
    assert workbooks.opened(excel.render(three)).sheetnames == ["Summary", "Groups", *tables]


def test_a_row_for_each_technique_edge_recommendation_control_and_issue(book: bytes, leafminer: Report) -> None:
    assessment = leafminer.assessments[0]
    assert sorted(workbooks.column(book, "Techniques", "Technique ID")) == [each.id for each in assessment.techniques]
    assert len(workbooks.column(book, "Edges", "Mitigation ID")) == assessment.counts.edges
    assert workbooks.column(book, "Recommendations", "Mitigation ID") == [
        each.id for each in assessment.recommendations
    ]
    assert workbooks.column(book, "Controls", "Location") == [each.location for each in leafminer.inventory.controls]
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
    targets = [cell.hyperlink.target for cell in workbooks.cells(book) if cell.hyperlink]
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
