from datetime import date
from itertools import count

from factories.assessment import TODAY, a_control, an_inventory, of_controls
from factories.drift import LATER, uploads
from hypothesis import given, settings
from hypothesis import strategies as st

from mitigap.assessment import rows
from mitigap.assessment.drift import Cause, Kind
from mitigap.inventory.model import Control, Inventory

DATES = (TODAY, LATER)

Told = list[tuple[str, str | None, str | None, tuple[str, ...]]]


def told(before: list[Control], after: list[Control]) -> Told:
    one, other = of_controls(before), of_controls(after)
    return [
        (each.kind.value, each.before and each.before.location, each.after and each.after.location, each.fields)
        for each in rows.changes(one, one, other, DATES)
    ]


def a_sheet(*controls: dict[str, object]) -> list[Control]:
    numbers = count(2)
    return [
        a_control(row, mitigation, 1.0, **{"text": "", **more})  # type: ignore[arg-type]
        for row, more in zip(numbers, controls, strict=False)
        for mitigation in [more.pop("m", "M1011")]
    ]


def test_a_row_put_in_above_moves_the_rest_and_changes_none_of_it() -> None:
    before = a_sheet({"text": "MFA"}, {"text": "EDR", "m": "M1012"}, {"text": "EDR", "m": "M1012"})
    after = a_sheet({"text": "new"}, {"text": "MFA"}, {"text": "EDR", "m": "M1012"}, {"text": "EDR", "m": "M1012"})

    assert told(before, after) == [("added", None, "Controls!2", ())]
    assert told(after, before) == [("removed", "Controls!2", None, ())]


def test_a_row_is_known_by_its_reference_then_by_its_text_then_by_its_place() -> None:
    before = a_sheet(
        {"reference": "C-1", "text": "MFA"}, {"text": "EDR", "m": "M1012"}, {"text": "AV", "m": "M1013", "owner": "SOC"}
    )
    after = a_sheet(
        {"text": "EDR", "m": "M1014"},
        {"reference": "C-1", "text": "MFA for all", "m": "M1015"},
        {"text": "Antivirus", "m": "M1013", "owner": "IT"},
    )

    assert told(before, after) == [
        ("changed", "Controls!2", "Controls!3", ("text", "mitigations")),
        ("changed", "Controls!3", "Controls!2", ("mitigations",)),
        ("changed", "Controls!4", "Controls!4", ("text", "owner")),
    ]


def test_one_reference_over_several_rows_is_told_apart_by_their_mitigations() -> None:
    before = a_sheet({"reference": "AC-2", "m": "M1011"}, {"reference": "AC-2", "m": "M1012"})
    after = [a_control(2, "M1012", 0.5, text="", reference="AC-2")]

    assert told(before, after) == [
        ("removed", "Controls!2", None, ()),
        ("changed", "Controls!3", "Controls!2", ("level",)),
    ]


def test_another_control_in_the_same_place_is_another_control() -> None:
    assert told(a_sheet({"text": "MFA"}), a_sheet({"text": "EDR", "m": "M1012"})) == [
        ("removed", "Controls!2", None, ()),
        ("added", None, "Controls!2", ()),
    ]


def test_the_same_bytes_read_otherwise_are_compared_place_by_place() -> None:
    before, after = of_controls(a_sheet({"m": None}, {})), of_controls(a_sheet({"m": "M1012"}, {}))

    (change,) = rows.changes(before, after, after, DATES)

    assert (change.kind, change.cause, change.fields) == (Kind.CHANGED, Cause.CATALOGUE, ("mitigations",))


def test_rows_stand_in_the_sheets_order_not_in_that_of_the_letters() -> None:
    before = of_controls(a_control(row, "M1011", 0.0) for row in (2, 5, 12))
    after = of_controls(a_control(row, "M1011", 1.0) for row in (12, 5, 2))

    found = rows.changes(before, before, after, DATES)

    assert [each.after and each.after.location for each in found] == ["Controls!2", "Controls!5", "Controls!12"]


def test_each_side_tells_what_had_run_out_on_its_own_day() -> None:
    before = a_control(2, "M1011", 0.5, expires=date(2026, 12, 31))
    after = a_control(2, "M1011", 1.0, expires=date(2026, 12, 31))

    (change,) = rows.changes(*(of_controls([each]) for each in (before, before, after)), DATES)

    assert (change.before and change.before.expired, change.after and change.after.expired) == (False, True)


def test_many_rows_that_moved_by_one_are_the_same_rows() -> None:
    many = an_inventory({}, *(a_control(row, f"M{row % 40}", 1.0) for row in range(2, 20_002)))
    moved = of_controls(
        a_control(each.row + 1, None, 1.0, mitigations=each.mitigations, text=each.text) for each in many.controls
    )

    assert rows.changes(many, many, moved, DATES) == ()


SEARCH = settings(deadline=None)


@SEARCH
@given(uploads(), uploads())
def test_every_row_has_one_place_in_the_pairs(one: Inventory, other: Inventory) -> None:
    pairs = list(rows.paired(one.controls, other.controls, rows.LIKENESS))

    assert sorted(each.location for each, _ in pairs if each) == sorted(each.location for each in one.controls)
    assert sorted(each.location for _, each in pairs if each) == sorted(each.location for each in other.controls)


@SEARCH
@given(uploads(), st.randoms(use_true_random=False))
def test_rows_in_another_order_are_the_same_rows(one: Inventory, random) -> None:  # noqa: ANN001 (hypothesis's own type)
    numbers = [each.row for each in one.controls]
    random.shuffle(numbers)
    other = of_controls(
        a_control(row, None, each.level, **{name: getattr(each, name) for name in rows.FIELDS if name != "level"})
        for row, each in zip(numbers, one.controls, strict=True)
    )
    assert rows.changes(one, one, other, DATES) == ()
