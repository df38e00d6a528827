"""An id for every control, which stays with it: its own where the upload gives one, else one made of what it says."""

import hashlib
from collections.abc import Iterable, Iterator

import msgspec

from mitigap.inventory.model import Control, Kept

Controls = tuple[Control, ...]

_DIGITS = 8


def ids(controls: Iterable[Control]) -> Iterator[str]:
    """One for each, no two alike, in the order given. Where a row stands is no part of it."""
    taken: set[str] = set()
    counts: dict[str, int] = {}
    for each in controls:
        base = found = (each.kept.id if each.kept else "") or each.reference or _made(each)
        while found in taken:
            counts[base] = counts.get(base, 1) + 1
            found = f"{base}-{counts[base]}"
        taken.add(found)
        yield found


def both(before: Controls, after: Controls) -> tuple[Controls, Controls]:
    """Two readings with their ids written into them, where a workbook of ours has given either of them any."""
    if not (known(before) or known(after)):
        return before, after
    return identified(before), identified(after)


def known(controls: Iterable[Control]) -> bool:
    """Whether any row bears the id that a workbook of ours once gave it."""
    return any(each.kept and each.kept.id for each in controls)


def identified(controls: Controls) -> Controls:
    """Every control with its id written into it."""
    return tuple(_with(each, found) for each, found in zip(controls, ids(controls), strict=True))


def _made(control: Control) -> str:
    digest = hashlib.sha256(control.text.encode("utf-8", "replace")).hexdigest()
    return f"C-{digest[:_DIGITS]}"


def _with(control: Control, found: str) -> Control:
    kept = msgspec.structs.replace(control.kept or Kept(), id=found)
    return msgspec.structs.replace(control, kept=kept)
