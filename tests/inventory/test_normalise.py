import time
from collections.abc import Sequence
from datetime import date

import msgspec
from factories import messy
from factories.inventory import ENTERPRISE, book, codes, sheet, understood, vocabulary
from hypothesis import given, settings
from hypothesis import strategies as st

from mitigap.errors import FileRefused
from mitigap.inventory.book import Book, Cell, Format, Formula, Percent
from mitigap.inventory.levels import levels
from mitigap.inventory.model import Inventory, Issue, Method, Severity, Status
from mitigap.inventory.normalise import normalise
from mitigap.inventory.read import read

TODAY = date(2026, 11, 24)
HEADER = ("Mitigation", "Status", "Owner")


def values(inventory: Inventory) -> dict[str, float | None]:
    return {each: level.value for each, level in levels(inventory.controls, TODAY).items()}


def test_a_row_becomes_a_control_with_all_it_says() -> None:
    rows = [
        ("Ref", "Control", "Mitigation", "Status", "Owner", "Evidence", "Notes", "Reviewed", "Expires"),
        (7, "Okta", "MFA", "Yes", "IAM team", "Ticket 3", "new", date(2026, 1, 2), "2027-01-01"),
    ]
    (control,) = understood(rows).controls
    assert (control.location, control.row, control.text, control.reference) == ("Controls!2", 2, "Okta", "7")
    assert (control.mitigations, control.method, control.status, control.level) == (
        ("M1032",), Method.ALIAS, Status.IMPLEMENTED, 1.0,
    )  # fmt: skip
    assert (control.owner, control.evidence, control.notes, control.status_text) == (
        "IAM team",
        "Ticket 3",
        "new",
        "Yes",
    )
    assert (control.reviewed, control.expires) == (date(2026, 1, 2), date(2027, 1, 1))


def test_every_row_is_a_control_or_is_named_among_those_skipped() -> None:
    rows = [
        HEADER,
        ("MFA", "Yes"),
        ("People",),
        (None, "Yes", "SOC"),
        (),
        ("Total", 4),
        HEADER,
        ("What is this", "Yes"),
    ]
    found = understood(rows)
    assert [control.location for control in found.controls] == ["Controls!2", "Controls!8"]
    assert codes(found) == [
        ("section", "Controls!3"), ("missing-name", "Controls!4"), ("totals-row", "Controls!6"),
        ("repeated-header", "Controls!7"), ("unresolved", "Controls!8:A"),
    ]  # fmt: skip


def test_a_lone_name_is_a_control_without_a_status_and_no_heading() -> None:
    found = understood([HEADER, ("MFA", "Yes", "SOC"), ("Data Backup",), ("Privilged Acount Managment",)])
    assert [control.text for control in found.controls] == ["MFA", "Data Backup", "Privilged Acount Managment"]
    assert values(found) == {"M1032": 1.0, "M1053": 0.0}


def test_rows_in_conflict_are_all_named() -> None:
    found = understood(
        [HEADER, ("MFA", "Yes"), ("M1032", "Planned"), ("2FA", "N/A"), ("Backup", "Yes"), ("M1053", "Yes")]
    )
    (issue,) = found.issues
    assert (issue.code, issue.location) == ("conflict", "Controls!3")
    assert "Controls!2 (100 %), Controls!3 (0 %) and Controls!4 (not applicable)" in issue.message


def test_a_control_that_is_there_twice_is_named() -> None:
    found = understood([HEADER, ("MFA", "Yes"), ("mfa", "yes"), ("2FA", "Yes")])
    assert codes(found) == [("duplicate", "Controls!3")]


def test_a_formula_without_its_result_is_named_and_counts_nothing() -> None:
    found = understood([HEADER, (Formula("A1"), "Yes"), ("MFA", Formula("B1"))])
    assert codes(found) == [
        ("formula-without-value", "Controls!2:A"),
        ("formula-without-value", "Controls!3:B"),
    ]
    assert values(found) == {"M1032": 0.0}


def test_a_form_that_nobody_filled_in_is_one_thing_to_say() -> None:
    found = understood([HEADER, ("MFA",), ("Backup",), ("EDR",)])
    assert codes(found) == [("missing-status", "Controls")]
    assert values(found) == {"M1032": 0.0, "M1040": 0.0, "M1053": 0.0}


def test_what_the_reader_noted_of_this_sheet_is_kept() -> None:
    data = messy.workbook()
    places = {issue.location.split("!")[0] for issue in read(data, "messy.xlsx", vocabulary()).issues}
    assert places == {"Register"}


def test_a_sheet_may_have_any_name() -> None:
    rows = [HEADER, ("Smoke", "Yes")]
    found = understood({"A!B:C 'x'": rows})
    assert found.issues[0].location == "A!B:C 'x'!2:A"


def test_everything_at_once() -> None:
    found = read(messy.workbook(), "messy.xlsx", vocabulary())
    assert (found.sheet, found.header_row) == ("Register", messy.FIRST - 1)
    assert found.columns == {
        "reference": "A", "control": "B", "mitigation": "C", "status": "D", "level": "E", "maturity": "F", "owner": "G",
        "evidence": "H", "reviewed": "I", "expires": "J", "notes": "K",
    }  # fmt: skip
    assert values(found) == messy.LEVELS
    assert {(issue.code, issue.location) for issue in found.issues} == messy.ISSUES
    reached = levels(found.controls, TODAY)
    assert reached["M1027"].expired == ("Register!8",)
    assert reached["M1037"].alternative
    assert reached["M1032"].controls == ("Register!6", "Register!7")


# properties

NAMES = st.sampled_from([*ENTERPRISE, *ENTERPRISE.values(), "MFA", "EDR", "Smoke and mirrors"])
STATUSES = st.sampled_from(["Implemented", "partial", "Planned", "N/A", "no", "60 %", "Blurb", None])
CONTROLS = st.lists(st.tuples(NAMES, STATUSES, st.sampled_from(["SOC", "IAM team"])), min_size=1, max_size=8)
WORDS = st.sampled_from(["Mitigation", "Status", "%", "ID", "x", "M1032, T1110"])
CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-10, 10**9),
    st.floats(allow_nan=False, allow_infinity=False),
    st.dates(),
    st.datetimes(),
    st.text(max_size=12).map(str.strip).filter(bool),
    st.just(Formula("A1")),
    st.floats(0, 2).map(Percent),
    STATUSES,
    NAMES,
    WORDS,
)


@given(st.lists(st.lists(CELLS, max_size=6), max_size=8), st.booleans())
@settings(deadline=None)
def test_any_grid_is_understood_or_refused(rows: list[list[Cell]], hidden: bool) -> None:
    grid = Book(format=Format.XLSX, sheets=(sheet(rows, hidden=hidden),))
    try:
        found = normalise(grid, vocabulary(), name="controls", digest="sha256:0")
    except FileRefused:
        return
    assert all(set(control.mitigations) <= ENTERPRISE.keys() for control in found.controls)
    assert all(control.level is None or 0 <= control.level <= 1 for control in found.controls)
    assert all(issue.location.startswith("Controls") for issue in found.issues)


@given(CONTROLS, st.integers(0, 3), st.integers(0, 2), st.permutations([0, 1, 2]), st.booleans())
@settings(deadline=None)
def test_where_a_table_stands_never_changes_what_it_says(
    controls: list[tuple[str, str | None, str]], down: int, right: int, order: Sequence[int], banner: bool
) -> None:
    plain = [HEADER, *controls]
    moved: list[list[Cell]] = [["Our controls"]] if banner else []
    moved += [[] for _ in range(down)]
    moved += [[None] * right + [row[at] for at in order] for row in plain]
    assert values(understood(moved)) == values(understood(plain))


@given(CONTROLS, st.data())
@settings(deadline=None)
def test_blank_rows_and_blanks_in_names_never_change_what_it_says(
    controls: list[tuple[str, str | None, str]], data: st.DataObject
) -> None:
    spread: list[tuple[Cell, ...]] = [HEADER]
    for name, status, owner in controls:
        spread += [()] * data.draw(st.integers(0, 2))
        spread.append((f"{name.upper()}".replace(" ", "  "), status, owner))
    assert values(understood(spread)) == values(understood([HEADER, *controls]))


@given(CONTROLS)
@settings(deadline=None)
def test_suggestions_never_count(controls: list[tuple[str, str | None, str]]) -> None:
    found = understood([HEADER, *controls])
    for issue in found.issues:
        if issue.severity is Severity.ERROR and issue.suggestions:
            (control,) = (each for each in found.controls if each.row == issue.row)
            assert control.mitigations == ()


def test_the_same_book_gives_the_same_inventory() -> None:
    rows = [HEADER, ("MFA", "Yes", "SOC"), ("Smoke and mirrors", "Planned", "SOC")]
    assert understood(rows) == understood(rows)


def test_a_hundred_thousand_different_rows_are_a_matter_of_seconds() -> None:
    """The child has fifteen seconds of processor time for the file and its meaning together."""
    rows = [HEADER, *((f"Access rule {at} for the servers of region {at % 97}", "Yes", "SOC") for at in range(100_000))]
    grid = book(rows)
    start = time.process_time()
    found = normalise(grid, vocabulary(), name="controls", digest="sha256:0")
    assert len(found.controls) == 100_000
    assert time.process_time() - start < 12
    assert ("truncated", "Controls") in codes(found)


def test_what_the_reader_noted_of_the_whole_book_is_kept_and_put_at_the_sheet() -> None:
    macros = Issue(location="", row=None, code="macros", severity=Severity.WARNING, message="Not read.")
    read_with = msgspec.structs.replace(book([HEADER, ("MFA", "Yes")]), notes=(macros,))
    found = normalise(read_with, vocabulary(), name="n", digest="sha256:0")
    assert codes(found) == [("macros", "Controls")]


def test_an_error_in_place_of_a_name_is_one_thing_to_say() -> None:
    note = Issue(location="Controls!2:A", row=2, code="error-value", severity=Severity.WARNING, message="#N/A")
    read_with = msgspec.structs.replace(book([HEADER, ("#N/A!", "Yes"), ("MFA", "Yes")]), notes=(note,))
    found = normalise(read_with, vocabulary(), name="n", digest="sha256:0")
    assert codes(found) == [("unresolved", "Controls!2:A")]


def test_a_control_said_to_have_expired_counts_nothing() -> None:
    found = understood([("Mitigation", "Status", "Valid until"), ("MFA", "Yes", "Expired"), ("Backup", "Yes", "soon")])
    assert values(found) == {"M1032": 0.0, "M1053": 1.0}
    assert codes(found) == [("expired", "Controls!2:C"), ("unreadable-date", "Controls!3:C")]


def test_a_signature_beneath_the_table_is_no_control() -> None:
    found = understood([HEADER, ("MFA", "Yes"), (), ("Approved by:", None, "CISO"), ("Date:", date(2026, 10, 1))])
    assert [control.text for control in found.controls] == ["MFA"]
    assert codes(found) == [("section", "Controls!4")]


def test_a_control_called_version_is_no_signature() -> None:
    found = understood([HEADER, ("Version", "Yes"), ("MFA", "Yes")])
    assert [control.text for control in found.controls] == ["Version", "MFA"]


def test_what_stands_above_the_header_is_never_dropped_in_silence() -> None:
    upper = [("Mitigation", "Status", "Owner"), ("MFA", "Yes", "SOC"), ("M1027", "No", "SOC")]
    lower = [("Owner", "Mitigation", "Status"), ("SOC", "M1030", "Yes"), ("SOC", "M1037", "No"), ("SOC", "M1053", "No")]
    found = understood([*upper, (), *lower])
    assert ("rows-above", "Controls") in codes(found)
    assert "2 and 3" in found.issues[0].message


def test_abbreviations_of_a_word_are_the_word() -> None:
    found = understood([HEADER, ("Patch mgmt", "Yes"), ("User account mgt.", "Yes")])
    assert values(found) == {"M1018": 1.0, "M1051": 1.0}
