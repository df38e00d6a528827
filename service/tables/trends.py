"""The scores over time: one row for each run and group, the newest first."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from operator import itemgetter
from typing import Any
from uuid import UUID

from mitigap.store import inventories, schedules
from mitigap.store.schema import Job, State
from mitigap.store.turning import whole
from service import history, presenters
from service.access import principal
from service.desk import desk
from service.listing import Table, Value, table
from service.pages.trends import pages
from service.tables.schedules import runs

NAMES = ("assessment", "created_at", "as_of", "catalogue", "policy", "group_id", "group", "score")
SCORES: Mapping[str, Callable[[Any], Value]] = {name: itemgetter(name) for name in NAMES}


@table(pages, "/schedules/<uuid:schedule_id>/trend", "of_schedule")
def of_schedule_table(schedule_id: UUID) -> Table:
    with desk().reading() as cabinet:
        row = schedules.get(cabinet, principal().workspace_id, str(schedule_id))
    return Table(name=f"{row.name} trend", columns=SCORES, rows=_scores(whole(partial(runs, row.id))))


@table(pages, "/inventories/<uuid:inventory_id>/trend", "of_inventory")
def of_inventory_table(inventory_id: UUID) -> Table:
    with desk().reading() as cabinet:
        row = inventories.get(cabinet, principal().workspace_id, str(inventory_id))
        made = history.of_inventory(cabinet, row.id)
    return Table(name=f"{row.name} trend", columns=SCORES, rows=_scores(made))


def _scores(made: Iterable[Job]) -> Iterator[dict[str, Value]]:
    for job in made:
        if job.state is State.SUCCEEDED:
            yield from _of_run(job)


def _of_run(job: Job) -> Iterator[dict[str, Value]]:
    told = job.summary
    about = {
        "assessment": job.id,
        "created_at": job.created_at,
        "as_of": told["as_of"],
        "catalogue": presenters.told(told),
        "policy": job.params["policy"]["name"],
    }
    for group in told["groups"]:
        yield {**about, "group_id": group["id"], "group": group["name"], "score": group["score"]}
