"""The report's workbook is an upload: what was read from the first comes back from it, row for row."""

from collections.abc import Callable, Sequence
from datetime import date
from io import BytesIO
from typing import Any

import msgspec
import pytest
from factories import reports as made
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from mitigap.assessment import diff, vocabulary
from mitigap.assessment.assess import assess
from mitigap.assessment.drift import Drift
from mitigap.assessment.policy import POLICIES
from mitigap.assessment.rows import FIELDS
from mitigap.assessment.subject import Subject
from mitigap.catalog import builtin
from mitigap.inventory import identity, levels
from mitigap.inventory.model import Control, Inventory, Kept
from mitigap.inventory.own import Title
from mitigap.inventory.read import read
from reports import excel
from reports.report import Report

AS_OF = made.AS_OF
WORDS = vocabulary.of(builtin.default())
HEADER = ("Ref", "Control", "Mitigation ID", "Mitigation", "Status", "Percent", "Owner", "Evidence", "Notes",
          "Last reviewed", "Expires", "Due date", "Cost centre")  # fmt: skip
NAMES = tuple(sorted(WORDS.mitigations.items()))

TEXT = st.text(max_size=30) | st.builds(
    str.__add__,
    st.sampled_from([*"=+-@#'", "_x0041_", "\u2028", "T1059 ", "M9999 ", "not M1032", "Total"]),
    st.text(max_size=8),
)
NAMED = (
    st.sampled_from([name for _, name in NAMES])
    | st.sampled_from(["MFA", "EDR / Antivirus", "MFA for admins", "Usr Training", "none", "No MFA", "Badge check"])
    | TEXT
)
IDS = st.lists(st.sampled_from([key for key, _ in NAMES] + ["M1034", "M9999", "T1059.001", "M1055"]), max_size=3).map(
    ", ".join
)
STATUS = st.sampled_from(
    [
        "Implemented",
        "Partial",
        "Planned",
        "No",
        "N/A",
        "Alternative",
        "60 %",
        "2 of 3",
        "Yes",
        "kinda",
        "",
        "expired",
        "In progress",
    ]
)
LEVEL = st.none() | st.floats(0, 1) | st.sampled_from([1 / 3, 0, 1, 2.5, "?"])
DAY = st.none() | st.dates(date(1850, 1, 1), date(2200, 12, 31)) | st.sampled_from(["expired", "soon", "2027-03"])
ROW = st.tuples(TEXT, TEXT, IDS, NAMED, STATUS, LEVEL, TEXT, TEXT, TEXT, DAY, DAY, DAY, TEXT)


def uploaded(rows: Sequence[Sequence[Any]], header: Sequence[str] = HEADER) -> Inventory | None:
    """The rows as a workbook, read; None where there is nothing in them to read."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for number, row in enumerate([header, *rows], start=1):
        for column, value in enumerate(row, start=1):
            put(sheet.cell(number, column), value)
    paper = BytesIO()
    book.save(paper)
    return read(paper.getvalue(), "controls.xlsx", WORDS)


def put(cell: Any, value: Any) -> None:
    if isinstance(value, str):
        cell.value, cell.data_type = "".join(each for each in value if each.isprintable() or each == "\u2028"), "s"
    elif isinstance(value, date) and value.year < 1900:
        cell.value = value.isoformat()
    else:
        cell.value = value


def report_of(inventory: Inventory, *groups: str) -> Report:
    return made.a_report(builtin.default(), *(groups or ("G0077",)), inventory=inventory)


def again(data: bytes) -> Inventory:
    return read(data, "report.xlsx", WORDS)


def said(controls: Sequence[Control]) -> list[tuple[Any, ...]]:
    return [tuple(getattr(each, field) for field in FIELDS) for each in controls]


def moved(base: Inventory, now: Inventory) -> Drift:
    sides = [
        Subject(catalogue=builtin.default(), group_id="G0077", inventory=each, policy=POLICIES["mean"], as_of=AS_OF)
        for each in (base, now)
    ]
    return diff.diff(*sides)


def edited(data: bytes, edit: Callable[[Any], None]) -> bytes:
    """The sheet of controls changed by hand, in a program that loads and saves the whole book."""
    book = load_workbook(BytesIO(data))
    edit(book["Controls"])
    paper = BytesIO()
    book.save(paper)
    return paper.getvalue()


def cell(sheet: Any, row: int, title: Title) -> Any:
    places = {each.value: each.column for each in sheet[1]}
    return sheet.cell(row, places[title])


def assert_same(base: Inventory, now: Inventory) -> None:
    assert said(now.controls) == said(base.controls)
    assert list(identity.ids(now.controls)) == list(identity.ids(base.controls))
    assert [each.kept.origin for each in now.controls if each.kept] == [
        (each.kept and each.kept.origin) or each.location for each in base.controls
    ]
    assert [each.status_text for each in now.controls] == [each.status_text for each in base.controls]
    found, before = levels.levels(now.controls, AS_OF), levels.levels(base.controls, AS_OF)
    assert {key: each.value for key, each in found.items()} == {key: each.value for key, each in before.items()}
    drift = moved(base, now)
    assert (drift.changed, drift.other_rows) == (False, 0)


@pytest.fixture(scope="module")
def register() -> Inventory:
    day, none = date(2026, 1, 2), (None, None, None, "")
    rows = [
        ("R-1", "MFA for everybody", "M1032", "", "Implemented", None, "IAM", "policy", "keep",
         None, date(2030, 1, 1), date(2027, 2, 1), "4711"),
        ("R-2", "Password rules", "", "Password Policies", "Partial", 0.6, "IAM", "", "", day, None, None, ""),
        ("R-3", "Badge check", "", "Badge check at the door", "Implemented", None, "Facilities", "", "", *none),
        ("R-4", "Old proxy", "M1021", "", "Implemented", None, "Network", "", "", None, day, None, "0815"),
        ("R-5", "No phones here", "M1043", "", "N/A", None, "", "", "", *none),
        ("R-6", "Training", "M1017", "", "Planned", None, "Awareness", "", "", None, None, date(2027, 5, 1), ""),
    ]  # fmt: skip
    found = uploaded(rows)
    assert found is not None
    return found


def test_nothing_is_lost_on_the_way_and_back(register: Inventory) -> None:
    back = again(excel.render(report_of(register)))
    assert_same(register, back)
    assert back.extra == register.extra == ("Cost centre",)
    assert [each.kept.extra for each in back.controls if each.kept] == [
        (each.kept.extra if each.kept else ()) for each in register.controls
    ]
    assert (back.sheet, back.header_row) == ("Controls", 1)
    third = again(excel.render(report_of(back, "G0077", "G0016")))
    assert_same(back, third)
    assert third.extra == back.extra


def test_what_is_unresolved_stays_so_with_its_text(register: Inventory) -> None:
    back = again(excel.render(report_of(register)))
    assert [each.text for each in back.unresolved] == [each.text for each in register.unresolved]
    assert [each.message for each in back.issues if each.code == "unresolved"] == [
        each.message for each in register.issues if each.code == "unresolved"
    ]


def test_the_assessment_is_the_same(register: Inventory) -> None:
    back = again(excel.render(report_of(register)))
    one, other = (
        assess(builtin.default(), "G0077", each, policy=POLICIES["mean"], as_of=AS_OF) for each in (register, back)
    )
    assert (one.score, one.counts, one.recommendations) == (other.score, other.counts, other.recommendations)


def test_an_edit_is_the_only_thing_that_drift_tells(register: Inventory) -> None:
    def deploy(sheet: Any) -> None:
        cell(sheet, 7, Title.STATUS).value = "implemented"
        cell(sheet, 7, Title.OWNER).value = "Ann"

    drift = moved(register, again(edited(excel.render(report_of(register)), deploy)))
    assert [(each.before and each.before.text, each.fields) for each in drift.rows] == [
        ("Training", ("status", "level", "owner"))
    ]
    assert [each.id for each in drift.mitigations] == ["M1017"]
    assert drift.other_rows == 0
    assert drift.delta is not None
    assert drift.delta > 0


def test_a_control_is_known_by_its_id_whatever_else_is_changed(register: Inventory) -> None:
    def rename(sheet: Any) -> None:
        cell(sheet, 2, Title.CONTROL).value = "Second factor"
        cell(sheet, 2, Title.MITIGATION_IDS).value = "M1036"

    drift = moved(register, again(edited(excel.render(report_of(register)), rename)))
    assert [(each.kind, each.fields) for each in drift.rows] == [("changed", ("text", "mitigations"))]


def test_an_unresolved_row_is_resolved_by_writing_an_id(register: Inventory) -> None:
    def resolve(sheet: Any) -> None:
        cell(sheet, 4, Title.MITIGATION_IDS).value = "M1038"

    back = again(edited(excel.render(report_of(register)), resolve))
    assert back.controls[2].mitigations == ("M1038",)
    assert not back.unresolved


def test_rows_may_be_put_in_moved_and_taken_out(register: Inventory) -> None:
    def shuffle(sheet: Any) -> None:
        sheet.insert_rows(2)
        cell(sheet, 2, Title.CONTROL).value = "Application allow-list"
        cell(sheet, 2, Title.MITIGATION_IDS).value = "M1038"
        cell(sheet, 2, Title.STATUS).value = "partial"
        sheet.delete_rows(8)

    drift = moved(register, again(edited(excel.render(report_of(register)), shuffle)))
    kinds = [(each.kind, (each.after or each.before).text) for each in drift.rows if each.after or each.before]  # type: ignore[union-attr]
    assert kinds == [("removed", "Training"), ("added", "Application allow-list")]


def test_columns_may_be_moved_and_derived_ones_removed(register: Inventory) -> None:
    def tidy(sheet: Any) -> None:
        for title in (Title.METHOD, Title.COUNTS, Title.EXPIRED):
            sheet.delete_cols(cell(sheet, 1, title).column)

    assert_same(register, again(edited(excel.render(report_of(register)), tidy)))


def test_an_empty_inventory_comes_back_empty() -> None:
    empty = made.an_inventory()
    assert again(excel.render(report_of(empty))).controls == ()


def test_five_thousand_rows() -> None:
    rows = [
        (f"R-{number}", f"Control {number % 900}", NAMES[number % len(NAMES)][0], "", "Implemented", None, "", "", "",
         None, None, None, f"{number}")
        for number in range(5_000)
    ]  # fmt: skip
    base = uploaded(rows)
    assert base is not None
    assert_same(base, again(excel.render(report_of(base))))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ROW, min_size=1, max_size=6))
@example([("", "=1+1", "", "\u2028x", "Implemented", 1 / 3, "_x0041_", "a\u2028b", "", None, None, None, "@x")])
def test_any_upload_comes_back_as_it_was_read(rows: list[tuple[Any, ...]]) -> None:
    anchor = ("A-1", "Anchor", "M1032", "", "Implemented", None, "", "", "", None, None, None, "")
    base = uploaded([anchor, *rows])
    assert base is not None
    assert_same(base, again(excel.render(report_of(base))))


def test_long_texts_and_columns_called_like_ours(register: Inventory) -> None:
    notes = "x" * 32_767
    control = made.a_control(5, "MFA", "M1032", notes=notes)
    kept = msgspec.structs.replace(
        register, controls=(msgspec.structs.replace(control, kept=Kept(extra=("mine",))),), extra=("Control ID",)
    )
    back = again(excel.render(report_of(kept)))
    assert (back.controls[0].notes, back.extra) == (notes, ("Control ID (upload)",))
    assert back.controls[0].kept is not None
    assert back.controls[0].kept.extra == ("mine",)
