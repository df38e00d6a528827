import pytest
from factories.inventory import codes, understood
from hypothesis import given
from hypothesis import strategies as st

from mitigap.inventory import status_words
from mitigap.inventory.book import Cell, Formula, Percent
from mitigap.inventory.judge import Rulers, Said, judge
from mitigap.inventory.model import Status
from mitigap.inventory.scales import Column, Scale, scale_of
from mitigap.inventory.statuses import Kind, read
from mitigap.inventory.words import fold

IMPLEMENTED, PARTIAL, PLANNED = Status.IMPLEMENTED, Status.PARTIAL, Status.PLANNED
ALTERNATIVE, NOT_APPLICABLE, ABSENT = Status.ALTERNATIVE, Status.NOT_APPLICABLE, Status.ABSENT


@pytest.mark.parametrize(
    ("text", "status"),
    [
        # OSCAL, FedRAMP
        ("implemented", IMPLEMENTED),
        ("partial", PARTIAL),
        ("planned", PLANNED),
        ("alternative", ALTERNATIVE),
        ("not-applicable", NOT_APPLICABLE),
        ("Partially Implemented", PARTIAL),
        ("Alternative Implementation", ALTERNATIVE),
        ("Inherited from pre-existing FedRAMP Authorization", IMPLEMENTED),
        # CIS CSAT
        ("Not Implemented", ABSENT),
        ("Parts of Policy Implemented", PARTIAL),
        ("Implemented on Some Systems", PARTIAL),
        ("Implemented on Most Systems", PARTIAL),
        ("Implemented on All Systems", IMPLEMENTED),
        # CISO Assistant
        ("to_do", PLANNED),
        ("in_progress", PLANNED),
        ("on_hold", PLANNED),
        ("active", IMPLEMENTED),
        ("degraded", PARTIAL),
        ("deprecated", ABSENT),
        # what real registers hold
        ("Implemented ", IMPLEMENTED),
        ("Not Started", ABSENT),
        ("Satisfied", IMPLEMENTED),
        ("Other Than Satisfied", ABSENT),
        ("Complete", IMPLEMENTED),
        ("Pass", IMPLEMENTED),
        ("Fail", ABSENT),
        ("Warning", ABSENT),
        ("N/A", NOT_APPLICABLE),
        ("Formally Accept the Risk", ABSENT),
        ("Decommissioned", ABSENT),
        ("Exception", ABSENT),
        ("Yes", IMPLEMENTED),
        ("y", IMPLEMENTED),
        ("No", ABSENT),
        ("✓", IMPLEMENTED),
        ("✔️", IMPLEMENTED),
        ("✗", ABSENT),
        ("Green", IMPLEMENTED),
        ("AMBER", PARTIAL),
        ("red", ABSENT),
        ("NotImplemented", ABSENT),
        ("teilweise umgesetzt", PARTIAL),
        ("entbehrlich", NOT_APPLICABLE),
        ("Mise en œuvre", IMPLEMENTED),
        ("en cours", PLANNED),
        ("Rollout in progress", PLANNED),
        ("Non réalisé", ABSENT),
        ("offen", ABSENT),
        ("Defective", ABSENT),
        ("Does not meet", ABSENT),
        ("nicht notwendig", NOT_APPLICABLE),
        ("In place w/ exceptions", PARTIAL),
        ("No implementado", ABSENT),
        # with remarks
        ("Implemented (all servers)", IMPLEMENTED),
        ("Implemented - since 2024", IMPLEMENTED),
        ("Implemented (no exceptions)", IMPLEMENTED),
        ("Yes (partial)", PARTIAL),
        ("Implemented for some users", PARTIAL),
        ("Implemented, except VPN", PARTIAL),
        ("Planned for Q3 2026", PLANNED),
        ("Planned Q3 2027", PLANNED),
        ("Implemented 03/2024", IMPLEMENTED),
        ("Implemented 24/7", IMPLEMENTED),
        # places in a list, and the boxes of a form
        ("1 - Implemented", IMPLEMENTED),
        ("3 – Not implemented", ABSENT),  # noqa: RUF001
        ("(2) Partial", PARTIAL),
        ("A) Implemented", IMPLEMENTED),
        ("F - Fully implemented", IMPLEMENTED),
        ("N - Not implemented", ABSENT),
        ("☒ Implemented ☐ Partially implemented ☐ Planned", IMPLEMENTED),
        ("☐ Implemented ☐ Planned ☒ Not applicable", NOT_APPLICABLE),
        ("☒ Implemented ☒ Planned", PLANNED),
        ("[x] Implemented [ ] Planned", IMPLEMENTED),
        ("✓✓", IMPLEMENTED),
        ("N/A - cloud only", NOT_APPLICABLE),
        ("Not implemented, accepted", ABSENT),
    ],
)  # fmt: skip
def test_a_word_means_one_status(text: str, status: Status) -> None:
    assert read(text).status is status


@pytest.mark.parametrize(
    "text", ["Implmented", "Yes?", "Implemented but disabled", "Implemented (N/A)", "Rolling thunder", "All but two",
             "Open", "mitigates", "50%-60%", "implemented " * 40],
)  # fmt: skip
def test_what_is_not_sure_is_not_read(text: str) -> None:
    assert read(text).kind is Kind.UNKNOWN


@pytest.mark.parametrize("text", ["TBD", "unknown", "Not assessed", "Grey", "☐ Implemented ☐ Planned", "?"])
def test_a_word_for_not_knowing_is_known_as_one(text: str) -> None:
    assert read(text).kind is Kind.UNSAID


@pytest.mark.parametrize("text", ["", " ", "-", "—", "…"])
def test_a_dash_is_an_empty_cell(text: str) -> None:
    assert read(text).kind is Kind.EMPTY


@pytest.mark.parametrize(
    ("text", "share"),
    [("60 %", 0.6), ("60,5%", 0.605), ("Partial – 40%", 0.4), ("80% implemented", 0.8), ("0 % done", 0.0),  # noqa: RUF001
     ("3/5", 0.6), ("12 of 20 servers", 0.6), ("In progress, 40 %", 0.4), ("110%", 1.1), ("-5%", -0.05)],
)  # fmt: skip
def test_a_share_stands_beside_words(text: str, share: float) -> None:
    assert read(text).share == share


def test_the_tables_are_written_as_words_are_compared() -> None:
    assert [word for word in status_words.WORDS if fold(word) != word] == []
    assert len(status_words.WORDS) > 400


@given(st.sampled_from(sorted(status_words.WORDS)), st.sampled_from([str.upper, str.title, str.capitalize]))
def test_case_and_blanks_never_matter(word: str, recased: object) -> None:
    assert read(f" {recased(word)}  ") == read(word)  # type: ignore[operator]


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    reading = read(text)
    assert (reading.status is None) or reading.kind is Kind.KNOWN


# what one row says, all cells together


def verdict(rulers: Rulers | None = None, **cells: Cell) -> tuple[Status | None, float | None, list[str]]:
    found = judge(Said(**cells), rulers or Rulers(level=Scale(full=100), status=Scale(full=100)))
    return found.status, found.level, [finding.code for finding in found.findings]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"status": "Implemented"}, (IMPLEMENTED, 1.0, [])),
        ({"status": "Alternative"}, (ALTERNATIVE, 1.0, [])),
        ({"status": "Partial"}, (PARTIAL, 0.5, [])),
        ({"status": "Partial", "level": 70}, (PARTIAL, 0.7, [])),
        ({"status": "Partial", "level": Percent(0.7)}, (PARTIAL, 0.7, [])),
        ({"status": "Partial – 40%"}, (PARTIAL, 0.4, [])),  # noqa: RUF001
        ({"status": "80 % implemented"}, (PARTIAL, 0.8, [])),
        ({"status": "Planned"}, (PLANNED, 0.0, [])),
        ({"status": "N/A"}, (NOT_APPLICABLE, None, [])),
        ({"status": "N/A", "level": 0}, (NOT_APPLICABLE, None, [])),
        ({"status": True}, (IMPLEMENTED, 1.0, [])),
        ({"status": False}, (ABSENT, 0.0, [])),
        ({"status": Percent(0.6)}, (PARTIAL, 0.6, [])),
        ({"status": 100}, (IMPLEMENTED, 1.0, [])),
        ({"level": 60}, (PARTIAL, 0.6, [])),
        ({"level": "N/A"}, (NOT_APPLICABLE, None, [])),
        ({"level": "planned"}, (PLANNED, 0.0, [])),
        ({"status": "In progress", "level": "30 %"}, (PARTIAL, 0.3, [])),
        ({"status": "Yes", "applicable": "Yes"}, (IMPLEMENTED, 1.0, [])),
        ({"status": None, "applicable": "No"}, (NOT_APPLICABLE, None, [])),
    ],
)
def test_a_row_is_judged_by_all_its_cells(cells: dict[str, Cell], expected: object) -> None:
    assert verdict(**cells) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"status": "Implemented", "level": 80}, (IMPLEMENTED, 0.8, ["conflict"])),
        ({"status": "Implemented", "level": 0}, (IMPLEMENTED, 0.0, ["conflict"])),
        ({"status": "Planned", "level": 60}, (PLANNED, 0.0, ["conflict"])),
        ({"status": "Planned – 40 %"}, (PLANNED, 0.0, ["conflict"])),  # noqa: RUF001
        ({"status": "60 %", "level": 40}, (PARTIAL, 0.4, ["conflict"])),
        ({"status": "N/A", "level": 50}, (NOT_APPLICABLE, None, ["conflict"])),
        ({"status": "Yes", "applicable": "No"}, (NOT_APPLICABLE, None, ["conflict"])),
    ],
)
def test_where_cells_disagree_the_lower_counts_and_it_is_said(cells: dict[str, Cell], expected: object) -> None:
    assert verdict(**cells) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({}, (None, None, ["missing-status"])),
        ({"status": "TBD"}, (None, None, ["missing-status"])),
        ({"status": "Blurb"}, (None, None, ["unknown-status"])),
        ({"status": 120}, (None, None, ["unknown-status"])),
        ({"status": "Implemented", "level": 120}, (IMPLEMENTED, None, ["unknown-status"])),
        ({"status": "-5 %"}, (None, None, ["unknown-status"])),
        ({"status": Formula("B2")}, (None, None, ["formula-without-value"])),
    ],
)
def test_what_cannot_be_read_counts_nothing(cells: dict[str, Cell], expected: object) -> None:
    assert verdict(**cells) == expected


def test_an_unknown_word_is_answered_with_the_nearest_known() -> None:
    (finding,) = judge(Said(status="Implmented"), Rulers()).findings
    assert "“implemented”" in finding.message


# numbers, a column at a time


@pytest.mark.parametrize(
    ("numbers", "column", "scale"),
    [
        ([0, 0.6, 1], Column(), Scale(full=1)),
        ([0, 1], Column(), Scale(full=1)),
        ([0, 60, 100], Column(), Scale(full=100)),
        ([1, 3, 5], Column(graded=True), Scale(full=5)),
        ([1, 2, 4], Column(full=4), Scale(full=4)),
        ([2, 7], Column(graded=True), Scale(full=10, sure=False)),
        ([1, 3], Column(), Scale(full=5, sure=False)),
        ([0.5, 60], Column(), Scale(full=100, sure=False, mixed=True)),
        ([3, 5], Column(percent=True), Scale(full=100, sure=False)),
        ([], Column(), None),
    ],
)
def test_a_column_has_one_scale(numbers: list[float], column: Column, scale: Scale | None) -> None:
    assert scale_of(numbers, column) == scale


def levels_of(header: str, *cells: Cell) -> list[float | None]:
    names = ["M1032", "M1027", "M1017", "M1051", "M1053", "M1049"]
    found = understood([["Mitigation", header], *([name, cell] for name, cell in zip(names, cells, strict=False))])
    return [control.level for control in found.controls]


@pytest.mark.parametrize(
    ("header", "cells", "levels"),
    [
        ("Coverage", (0.6, 1, 0), [0.6, 1.0, 0.0]),
        ("Coverage", (60, 100, 1), [0.6, 1.0, 0.01]),
        ("Coverage", (0.6, 60, "60 %", 1), [0.6, 0.6, 0.6, 0.01]),
        ("Coverage", ("60 %", "60,5%", "100%"), [0.6, 0.605, 1.0]),
        ("Coverage", ("0,6", "0.25", "1"), [0.6, 0.25, 1.0]),
        ("Coverage", (Percent(0.6), Percent(1.0), None), [0.6, 1.0, None]),
        ("Implemented", (1, 0, 1), [1.0, 0.0, 1.0]),
        ("Implemented", ("x", None, "x"), [1.0, 0.0, 1.0]),
        ("Implemented", ("✓", "x", "✓"), [1.0, 0.0, 1.0]),
        ("Maturity", (0, 3, 5), [0.0, 0.6, 1.0]),
        ("Maturity", ("3/5", "Level 3", "4 - Managed"), [0.6, 0.6, 0.8]),
        ("Maturity", ("Initial", "Defined", "Optimizing"), [0.2, 0.6, 1.0]),
        ("Maturity", ("Initial", "Managed", "Quantitatively Managed"), [0.2, 0.4, 0.8]),
        ("Maturity", ("Initial", "Repeatable", "Managed"), [0.2, 0.4, 0.8]),
        ("Maturity (0-4)", (1, 2, 4), [0.25, 0.5, 1.0]),
        ("Status", ("Implemented", "60 %", 60), [1.0, 0.6, 0.6]),
    ],
)
def test_numbers_are_read_by_the_column(header: str, cells: tuple[Cell, ...], levels: list[float | None]) -> None:
    assert levels_of(header, *cells) == levels


def test_the_scale_that_was_taken_is_named() -> None:
    found = understood([["Mitigation", "Maturity"], ["M1032", 3], ["M1027", 5]])
    assert ("scale", "Controls!1:B") in codes(found)
    assert "scale of 0 to 5" in found.issues[0].message


def test_fractions_among_percentages_are_read_with_a_warning() -> None:
    found = understood([["Mitigation", "Coverage"], ["M1032", 0.6], ["M1027", 60]])
    assert codes(found) == [("scale", "Controls!1:B")]


def test_a_maturity_beside_a_status_does_not_count() -> None:
    found = understood([["Mitigation", "Status", "Maturity"], ["M1032", "Implemented", 3], ["M1027", "Planned", 2]])
    assert [control.level for control in found.controls] == [1.0, 0.0]
    assert found.issues == ()


@pytest.mark.parametrize(
    ("words", "levels"),
    [
        (["1 - Implemented", "2 - Partially implemented", "3 - Planned", "5 - N/A"], [1.0, 0.5, 0.0, None]),
        (["0 - Not implemented", "2 - Partially implemented", "3 - Implemented"], [0.0, 0.5, 1.0]),
    ],
)
def test_the_number_of_a_word_in_a_list_says_nothing(words: list[str], levels: list[float | None]) -> None:
    found = understood([("Mitigation", "Status"), *zip(("MFA", "Backup", "EDR", "Audit"), words, strict=False)])
    assert [control.level for control in found.controls] == levels
    assert codes(found) == []


def test_the_number_of_a_maturity_says_all() -> None:
    rows = [("Mitigation", "Maturity"), ("MFA", "0 - Incomplete"), ("EDR", "3 - Defined"), ("Audit", "L5")]
    assert [control.level for control in understood(rows).controls] == [0.0, 0.6, 1.0]


def test_tiers_are_four() -> None:
    rows = [("Mitigation", "Current tier"), ("MFA", "Tier 1"), ("EDR", "Tier 3: Repeatable"), ("Audit", 4)]
    assert [control.level for control in understood(rows).controls] == [0.25, 0.75, 1.0]


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("3 of 2024 hosts", 3 / 2024),
        ("450/500", 0.9),
        ("24/7", None),
        ("1,200 of 1,500", 0.8),
        ("1.500/1.500", 1.0),
        ("01.02/2024", None),
    ],
)
def test_a_share_is_told_from_a_date(text: str, share: float | None) -> None:
    assert read(text).share == share
