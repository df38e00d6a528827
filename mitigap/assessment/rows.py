"""The rows of two readings of an inventory, paired although rows move: what was added, removed, changed or ran out."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from mitigap.assessment.drift import Cause, Expiry, Kind, Row, RowChange
from mitigap.inventory import identity
from mitigap.inventory.model import Control, Inventory, Status

FIELDS = (
    *("text", "mitigations", "status", "level", "owner"),
    *("expires", "reviewed", "evidence", "notes", "reference", "due"),
)
"""What makes a row what it is; where it stands is not part of it."""

Key = Callable[[Control], Any]
Pair = tuple[Control | None, Control | None]


def _said(row: Control) -> tuple[Any, ...]:
    return tuple(getattr(row, each) for each in FIELDS)


PLACE: tuple[Key, ...] = (lambda row: row.location,)
"""For two readings of the same bytes."""

LIKENESS: tuple[Key, ...] = (
    lambda row: row.kept and row.kept.id and (row.kept.id, _said(row)),
    _said,
    lambda row: row.kept and row.kept.id,
    lambda row: row.reference and (row.reference, row.mitigations),
    lambda row: row.text and (row.text, row.mitigations),
    lambda row: row.reference,
    lambda row: row.text,
    lambda row: row.mitigations and (row.location, row.mitigations),
)
"""The closest likeness first, so that rows put in above do not make every row below a changed one."""


def changes(base: Inventory, bridge: Inventory, now: Inventory, dates: tuple[date, date]) -> tuple[RowChange, ...]:
    """What the new catalogue reads otherwise in base's upload, then what the uploads differ in."""
    return (
        *_changes(base, bridge, PLACE, Cause.CATALOGUE, dates),
        *_changes(bridge, now, LIKENESS, Cause.INVENTORY, dates),
    )


def expiries(inventory: Inventory, base: date, now: date) -> tuple[Expiry, ...]:
    """The rows that count on the earlier of the two dates and no more on the later."""
    first, last = min(base, now), max(base, now)
    found = (each for each in inventory.controls if counts(each) and each.expires and first <= each.expires < last)
    return tuple(
        Expiry(row=row(each, now), on=each.expires, expired=base < now)
        for each in sorted(found, key=lambda each: (each.expires or last, each.row, each.location))
        if each.expires
    )


def counts(control: Control) -> bool:
    """Whether it would raise a level if it stood alone."""
    return bool(control.level) and control.status is not Status.NOT_APPLICABLE


def row(control: Control, on: date) -> Row:
    return Row(
        location=control.location,
        text=control.text,
        mitigations=control.mitigations,
        status=control.status,
        level=control.level,
        owner=control.owner,
        expires=control.expires,
        expired=control.expires is not None and control.expires < on,
    )


def touched(change: RowChange) -> frozenset[str]:
    """The mitigations that the row names on either side."""
    return frozenset(each for side in (change.before, change.after) if side for each in side.mitigations)


def _changes(
    before: Inventory, after: Inventory, keys: Sequence[Key], cause: Cause, dates: tuple[date, date]
) -> Iterator[RowChange]:
    """Those removed come first, then those changed, then those added, each in the sheet's order."""
    if before is after:
        return
    for one, other in sorted(paired(*identity.both(before.controls, after.controls), keys), key=_order):
        fields = tuple(each for each in FIELDS if one and other and getattr(one, each) != getattr(other, each))
        if fields or one is None or other is None:
            yield RowChange(
                kind=_kind(one, other),
                cause=cause,
                before=row(one, dates[0]) if one else None,
                after=row(other, dates[1]) if other else None,
                fields=fields,
            )


def _kind(before: Control | None, after: Control | None) -> Kind:
    if before is None:
        return Kind.ADDED
    return Kind.REMOVED if after is None else Kind.CHANGED


_KINDS = (Kind.REMOVED, Kind.CHANGED, Kind.ADDED)


def _order(pair: Pair) -> tuple[int, int]:
    before, after = pair
    place = before or after
    return _KINDS.index(_kind(before, after)), place.row if place else 0


def paired(before: Iterable[Control], after: Iterable[Control], keys: Sequence[Key]) -> Iterator[Pair]:
    """Every row once: with its like by the first key that finds one, in the sheet's order, or alone."""
    ones, others = _sorted(before), _sorted(after)
    for key in keys:
        waiting: dict[Any, list[Control]] = {}
        for each in reversed(others):
            waiting.setdefault(key(each), []).append(each)
        rest = []
        for one in ones:
            like = waiting.get(key(one)) if key(one) else None
            if like:
                yield one, like.pop()
            else:
                rest.append(one)
        ones, others = rest, _sorted(each for left in waiting.values() for each in left)
    yield from ((each, None) for each in ones)
    yield from ((None, each) for each in others)


def _sorted(controls: Iterable[Control]) -> list[Control]:
    return sorted(controls, key=lambda each: (each.row, each.location))
