"""The schedules of a workspace, and the runs of one."""

from collections.abc import Callable, Iterator
from functools import partial
from operator import attrgetter
from typing import Any
from uuid import UUID

from mitigap.store import drifts, schedules
from mitigap.store.schema import Job, Schedule
from mitigap.store.turning import Mark, whole
from service import timetable
from service.access import principal
from service.desk import desk
from service.listing import Columns, Table, Value, table
from service.pages.schedules import names_of, pages
from service.tables.assessments import ASSESSMENTS
from service.timetable import RunView, ScheduleView


def _of_assessment(of: Callable[[Any], Value]) -> Callable[[RunView], Value]:
    return lambda run: of(run.assessment)


PLAIN = ("id", "name", "inventory", "revision", "catalogue", "groups", "rule", "words", "cron", "timezone")
SCHEDULES: Columns = {
    **{name: attrgetter(name) for name in (*PLAIN, "enabled", "reason")},
    "next_run_at": lambda each: each.next.at if each.next else None,
    "last_run_at": attrgetter("last"),
    **{name: attrgetter(name) for name in ("failures", "missed", "skipped")},
    "created_at": attrgetter("created"),
}
RUNS: Columns = {
    **{name: _of_assessment(of) for name, of in ASSESSMENTS.items()},
    "scheduled_for": lambda run: run.due.at if run.due else None,
    "base": attrgetter("base"),
    "changed": attrgetter("changed"),
    "since_the_run_before": attrgetter("sentence"),
}


@table(pages, "", "index")
def index_table() -> Table:
    return Table(name="schedules", columns=SCHEDULES, rows=_views(principal().workspace_id))


@table(pages, "/<uuid:schedule_id>", "show")
def show_table(schedule_id: UUID) -> Table:
    with desk().reading() as cabinet:
        row = schedules.get(cabinet, principal().workspace_id, str(schedule_id))
    return Table(name=f"{row.name} runs", columns=RUNS, rows=_run_views(row))


def runs(schedule_id: str, before: Mark | None, limit: int) -> list[Job]:
    """One page of a schedule's runs, the newest first."""
    with desk().reading() as cabinet:
        return schedules.runs(cabinet, schedule_id, before=before, limit=limit)


def _views(workspace_id: str) -> Iterator[ScheduleView]:
    for row in whole(partial(_some, workspace_id)):
        with desk().reading() as cabinet:
            names = names_of(cabinet, [row])
        yield timetable.schedule(row, names)


def _run_views(row: Schedule) -> Iterator[RunView]:
    for job in whole(partial(runs, row.id)):
        with desk().reading() as cabinet:
            compared = drifts.of_runs(cabinet, [job.id])
        yield timetable.run(row, job, compared.get(job.id))


def _some(workspace_id: str, before: Mark | None, limit: int) -> list[Schedule]:
    with desk().reading() as cabinet:
        return schedules.listing(cabinet, workspace_id, before=before, limit=limit)
