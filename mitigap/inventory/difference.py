"""What one revision of an inventory changed in the one before, row by row and mitigation by mitigation."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any

import msgspec

from mitigap.inventory import identity
from mitigap.inventory.model import Control, Inventory, Level
from mitigap.inventory.words import key

SCHEMA = "mitigap/inventory-difference/1"
FIELDS = (
    "text",
    "mitigations",
    "status",
    "level",
    "reference",
    "owner",
    "evidence",
    "notes",
    "reviewed",
    "expires",
    "due",
)
"""What may differ in a row; where it stands and how it was resolved are the file's business."""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    field: str
    before: Any
    now: Any


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """One row of both, by its places in them."""

    text: str
    before: str
    now: str
    fields: tuple[Change, ...]


class LevelChange(msgspec.Struct, frozen=True, kw_only=True):
    """A mitigation's level; None where it is in none of the rows, or they all say not applicable."""

    id: str
    before: float | None
    now: float | None


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    added: tuple[Control, ...]
    removed: tuple[Control, ...]
    changed: tuple[Changed, ...]
    same: int
    levels: tuple[LevelChange, ...] = ()


def difference(before: Inventory, now: Inventory) -> Difference:
    """Rows belong together where they are equal, else bear the same id, else the same text, else the same mitigations.

    The id of a control that our own workbook has brought back comes before a reference of the upload's.

    Of several that do, the first belongs to the first.
    """
    left, right = map(list, identity.both(before.controls, now.controls))
    pairs: list[tuple[Control, Control]] = []
    for mark in (_all_with_id, _all, _id, _reference, _text, _mitigations):
        left, right = _paired(left, right, mark, pairs)
    moved = [found for pair in pairs if (found := _changed(*pair)).fields]
    order = {control.location: at for at, control in enumerate(now.controls)}
    return Difference(
        added=tuple(right),
        removed=tuple(left),
        changed=tuple(sorted(moved, key=lambda each: order[each.now])),
        same=len(pairs) - len(moved),
    )


def with_levels(found: Difference, before: Mapping[str, Level], now: Mapping[str, Level]) -> Difference:
    values = {each: (_value(before, each), _value(now, each)) for each in sorted({*before, *now})}
    moved = (LevelChange(id=each, before=was, now=is_) for each, (was, is_) in values.items() if was != is_)
    return msgspec.structs.replace(found, levels=tuple(moved))


def dump(found: Difference, *, base: int | None) -> bytes:
    """`base` is the number of the revision before, None where there was none."""
    counts = {name: len(getattr(found, name)) for name in ("added", "removed", "changed")}
    content = {
        "schema": SCHEMA,
        "base": base,
        "counts": {**counts, "same": found.same},
        **{name: value for name, value in msgspec.to_builtins(found).items() if name != "same"},
    }
    return msgspec.json.encode(content, order="sorted")


def _paired(
    left: Iterable[Control],
    right: Iterable[Control],
    mark: Callable[[Control], Hashable],
    pairs: list[tuple[Control, Control]],
) -> tuple[list[Control], list[Control]]:
    """Put those with equal marks among the pairs, in their order; the rest of both is given back."""
    waiting: dict[Hashable, list[Control]] = defaultdict(list)
    for control in left:
        waiting[mark(control)].append(control)
    queues = {word: iter(found) for word, found in waiting.items() if word}
    taken, rest = set(), []
    for control in right:
        other = next(queues.get(mark(control), iter(())), None)
        if other is None:
            rest.append(control)
        else:
            taken.add(id(other))
            pairs.append((other, control))
    return [control for control in left if id(control) not in taken], rest


def _all(control: Control) -> Hashable:
    return tuple(getattr(control, name) for name in FIELDS)


def _all_with_id(control: Control) -> Hashable:
    return _id(control) and (_id(control), _all(control))


def _id(control: Control) -> Hashable:
    return control.kept.id if control.kept else ""


def _reference(control: Control) -> Hashable:
    return control.reference


def _text(control: Control) -> Hashable:
    return key(control.text)


def _mitigations(control: Control) -> Hashable:
    return control.mitigations


def _changed(before: Control, now: Control) -> Changed:
    fields = tuple(
        Change(field=name, before=getattr(before, name), now=getattr(now, name))
        for name in FIELDS
        if getattr(before, name) != getattr(now, name)
    )
    return Changed(text=now.text, before=before.location, now=now.location, fields=fields)


def _value(levels: Mapping[str, Level], mitigation: str) -> float | None:
    found = levels.get(mitigation)
    return found.value if found else None
