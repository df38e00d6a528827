"""What a workspace watches, at a glance: each group's newest score by inventory, and which of them went down."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from mitigap.store.schema import Inventory, Job
from service import presenters

SHOWN = 12
"""Lines of each list; what is more stands on the page that a link leads to."""

Key = tuple[str, str, str]
"""Inventory, group and rule: scores under one key can be compared."""


class Watched(msgspec.Struct, frozen=True, kw_only=True):
    """The newest score of one group for one inventory. `before` is the one made before it by the same rule."""

    group: str
    group_id: str
    inventory: str
    inventory_id: str
    catalogue: str
    score: float | None
    assessment: str
    at: datetime
    before: float | None = None
    base: str | None = None

    @property
    def delta(self) -> float | None:
        return None if self.score is None or self.before is None else self.score - self.before


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """An inventory, and when it was last assessed."""

    id: str
    name: str
    revision: int
    created: datetime
    assessed: datetime | None


def watched(jobs: Iterable[Job], inventories: Mapping[str, Inventory], kept_in: Mapping[str, str]) -> list[Watched]:
    """Of finished assessments, the newest first; `kept_in` tells the inventory of a revision. The weakest first."""
    found: dict[Key, Watched] = {}
    for job in jobs:
        inventory = inventories.get(inventory_of(job, kept_in))
        for group in job.summary["groups"] if inventory else ():
            _note(found, job, inventory, group)  # type: ignore[arg-type]  # there is one where there are groups
    return sorted(found.values(), key=lambda each: (2.0 if each.score is None else each.score, each.group.casefold()))


def inventory_of(job: Job, kept_in: Mapping[str, str]) -> str:
    """Its id; empty where the revision is gone."""
    made: str = job.summary.get("revision", {}).get("inventory", "")
    return made or kept_in.get(job.params.get("revision") or "", "")


def fallen(rows: Sequence[Watched]) -> list[Watched]:
    """The deepest fall first."""
    return sorted((each for each in rows if (each.delta or 0.0) < 0), key=lambda each: each.delta or 0.0)


def kept(inventories: Iterable[Inventory], rows: Iterable[Watched]) -> Iterator[Kept]:
    newest: dict[str, datetime] = {}
    for each in rows:
        newest[each.inventory_id] = max(each.at, newest.get(each.inventory_id, each.at))
    for row in inventories:
        yield Kept(id=row.id, name=row.name, revision=row.latest, created=row.created_at, assessed=newest.get(row.id))


def _note(found: dict[Key, Watched], job: Job, inventory: Inventory, group: Mapping[str, Any]) -> None:
    """The first of a key is its newest; the next is what that one is compared with."""
    key = (inventory.id, group["id"], msgspec.json.encode(job.summary["policy"], order="sorted").decode())
    newest = found.get(key)
    if newest is None:
        found[key] = _watched(job, inventory, group)
    elif newest.base is None:
        found[key] = msgspec.structs.replace(newest, before=group["score"], base=job.id)


def _watched(job: Job, inventory: Inventory, group: Mapping[str, Any]) -> Watched:
    return Watched(
        group=group["name"],
        group_id=group["id"],
        inventory=inventory.name,
        inventory_id=inventory.id,
        catalogue=presenters.told(job.summary),
        score=group["score"],
        assessment=job.id,
        at=job.created_at,
    )
