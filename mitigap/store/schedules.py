"""Schedules as their owners see them: kept, changed, paused, run at once, taken away. `firing` makes them run."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from mitigap import cadence, zones
from mitigap.cadence import Cadence
from mitigap.errors import Conflict, ScheduleRefused
from mitigap.store import catalogs, database, inventories, jobs, watchlists
from mitigap.store.columns import new_id
from mitigap.store.requests import AssessRequest, PolicyRequest
from mitigap.store.rows import changed, found
from mitigap.store.schema import Job, Schedule, State
from mitigap.store.turning import Mark, older

ENDED = "Its end date has passed."


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What a schedule repeats, and when. The fields mean what those of the row mean."""

    name: str
    inventory_id: str
    domain: str
    cron: str
    timezone: str
    revision: int | None = None
    catalogue_id: str | None = None
    groups: list[str] | None = None
    watchlist_id: str | None = None
    policy: PolicyRequest = PolicyRequest()
    ends_at: datetime | None = None
    notify: dict[str, Any] = {}


class Sources(msgspec.Struct, frozen=True, kw_only=True):
    """What the inputs of a run are looked for by; equal ones find the same."""

    workspace: str
    inventory: str
    revision: int | None
    domain: str
    catalogue: str | None


FIELDS = frozenset(Plan.__struct_fields__)
TIMING = frozenset({"cron", "timezone", "ends_at"})


def create(
    session: Session, workspace_id: str, plan: Plan, *, user_id: str | None = None, now: datetime | None = None
) -> Schedule:
    """Raises ScheduleRefused, NotFound or CatalogueUnknown where it could not run as it is planned."""
    moment = now or database.now(session)
    row = Schedule(
        id=new_id(),
        workspace_id=workspace_id,
        created_by=user_id,
        enabled=True,
        created_at=moment,
        updated_at=moment,
        **_values(plan, msgspec.structs.asdict(plan)),
    )
    _check(session, row)
    _set_going(row, moment)
    session.add(row)
    session.flush()
    return row


def change(
    session: Session, workspace_id: str, schedule_id: str, *, now: datetime | None = None, **values: Any
) -> Schedule:
    """Change fields of the plan. The next run is worked out anew where its time has changed; a paused one stays so."""
    moment = now or database.now(session)
    row = get(session, workspace_id, schedule_id, lock=True)
    kept = {name: getattr(row, name) for name in FIELDS} | {"policy": msgspec.convert(row.policy, PolicyRequest)}
    plan = Plan(**{**kept, **values})
    with session.no_autoflush:
        for name, value in _values(plan, values).items():
            setattr(row, name, value)
        _check(session, row)
    row.updated_at = moment
    if row.enabled and TIMING & values.keys():
        _set_going(row, moment)
    session.flush()
    return row


def pause(
    session: Session, workspace_id: str, schedule_id: str, reason: str, *, now: datetime | None = None
) -> Schedule:
    row = get(session, workspace_id, schedule_id, lock=True)
    stop(row, reason, now or database.now(session))
    session.flush()
    return row


def resume(session: Session, workspace_id: str, schedule_id: str, *, now: datetime | None = None) -> Schedule:
    """Runs from now on; what fell due while it was paused is not made up for, and failures are forgotten."""
    moment = now or database.now(session)
    row = get(session, workspace_id, schedule_id, lock=True)
    if not row.enabled:
        row.enabled, row.paused_reason, row.failures, row.updated_at = True, "", 0, moment
        _set_going(row, moment)
        session.flush()
    return row


def remove(session: Session, workspace_id: str, schedule_id: str) -> None:
    """Its runs stay what they are: assessments."""
    row = get(session, workspace_id, schedule_id, lock=True)
    changed(session, update(Job).where(Job.schedule_id == row.id).values(schedule_id=None))
    changed(session, delete(Schedule).where(Schedule.id == row.id))
    session.expunge(row)


def run_now(
    session: Session,
    workspace_id: str,
    schedule_id: str,
    *,
    user_id: str | None = None,
    idempotency_key: str | None = None,
    now: datetime | None = None,
    attempts: int = jobs.ATTEMPTS,
) -> Job:
    """One run beside the calendar. Conflict while another is under way; the same key is the same run.

    Commit, then `workers.queue.Queue.enqueue(job.id)`.
    """
    row = get(session, workspace_id, schedule_id, lock=True)
    if known := _run_of_key(session, row, idempotency_key):
        return known
    if under_way(session, row.id):
        raise Conflict("A run of this schedule is under way.")
    moment = now or database.now(session)
    job = jobs.create(
        session,
        request(session, row, moment),
        workspace_id=workspace_id,
        user_id=user_id,
        name=row.name,
        idempotency_key=idempotency_key,
        attempts=attempts,
        schedule_id=row.id,
    )
    row.run_id, row.last_run_at = job.id, moment
    session.flush()
    return job


def listing(
    session: Session, workspace_id: str, *, before: Mark | datetime | None = None, limit: int = 50
) -> list[Schedule]:
    """The newest first; `before` marks the last one already seen."""
    query = select(Schedule).where(Schedule.workspace_id == workspace_id)
    return list(session.scalars(older(query, Schedule, before).limit(limit)))


def get(session: Session, workspace_id: str, schedule_id: str, *, lock: bool = False) -> Schedule:
    query = select(Schedule).where(Schedule.id == schedule_id, Schedule.workspace_id == workspace_id)
    query = query.with_for_update() if lock else query
    return found(session.scalar(query.execution_options(populate_existing=True)))


def runs(session: Session, schedule_id: str, *, before: Mark | None = None, limit: int = 50) -> list[Job]:
    """The newest first; `before` marks the last one already seen."""
    query = select(Job).where(Job.schedule_id == schedule_id)
    return list(session.scalars(older(query, Job, before).limit(limit)))


def run_before(session: Session, job: Job) -> Job | None:
    """The last run of the same schedule that succeeded before this one was made."""
    query = select(Job).where(
        Job.schedule_id == job.schedule_id, Job.state == State.SUCCEEDED, Job.created_at < job.created_at
    )
    return session.scalar(query.order_by(Job.created_at.desc(), Job.id.desc()).limit(1)) if job.schedule_id else None


def under_way(session: Session, schedule_id: str) -> bool:
    """Whether the latest run has not ended yet."""
    query = select(Job.state).where(Job.schedule_id == schedule_id).order_by(Job.created_at.desc(), Job.id.desc())
    return session.scalar(query.limit(1)) in jobs.UNFINISHED


def cadence_of(row: Schedule) -> Cadence:
    return Cadence(cron=row.cron, timezone=row.timezone)


def request(session: Session, row: Schedule, moment: datetime) -> AssessRequest:
    """What a run at that moment is asked: the latest as they are now, for the day it is in the schedule's own zone."""
    return order(session, row, moment, inputs(session, sources(row)))


def sources(row: Schedule) -> Sources:
    return Sources(
        workspace=row.workspace_id,
        inventory=row.inventory_id,
        revision=row.revision,
        domain=row.domain,
        catalogue=row.catalogue_id,
    )


def inputs(session: Session, wanted: Sources) -> tuple[str, str]:
    """The ids of the catalogue and of the revision as they are now. NotFound or CatalogueUnknown where one is gone."""
    revision = inventories.revision(session, wanted.workspace, wanted.inventory, wanted.revision)
    shelf = catalogs.get if wanted.catalogue else catalogs.latest
    return shelf(session, wanted.workspace, wanted.catalogue or wanted.domain).id, revision.id


def order(session: Session, row: Schedule, moment: datetime, ids: tuple[str, str]) -> AssessRequest:
    """UserError where the watch-list it goes by has no group in the catalogue."""
    catalogue, revision = ids
    watched = watchlists.watched(session, row.workspace_id, row.watchlist_id, catalogue) if row.watchlist_id else None
    named = None if row.groups is None else tuple(row.groups)
    return AssessRequest(
        catalogue=catalogue,
        groups=watched.groups if watched else named,
        weights=watched.weights if watched else {},
        watchlist=watched.name if watched else None,
        revision=revision,
        name=row.name,
        policy=msgspec.convert(row.policy, PolicyRequest),
        as_of=cadence.day(cadence_of(row), moment),
    )


def stop(row: Schedule, reason: str, moment: datetime) -> None:
    row.enabled, row.paused_reason, row.next_run_at, row.next_reading = False, reason, None, ""
    row.updated_at = moment


def set_next(row: Schedule, following: datetime | None) -> None:
    row.next_run_at = following
    row.next_reading = cadence.reading(cadence_of(row), following) if following else ""
    row.tzdata = zones.VERSION


def within(row: Schedule, moment: datetime) -> datetime | None:
    """The moment, if the schedule has not ended by then."""
    return None if row.ends_at is not None and moment > row.ends_at else moment


def _set_going(row: Schedule, moment: datetime) -> None:
    following = within(row, cadence.first_after(cadence_of(row), moment))
    if following is None:
        raise ScheduleRefused("It would end before its first run.")
    set_next(row, following)


def _values(plan: Plan, names: Any) -> dict[str, Any]:
    """The plan's fields of those names, as the row keeps them."""
    read = cadence.read(plan.cron, plan.timezone)
    plain = {**msgspec.structs.asdict(plan), "cron": read.cron, "policy": msgspec.to_builtins(plan.policy)}
    return {name: plain[name] for name in names}


def _check(session: Session, row: Schedule) -> None:
    """Whether a run could be ordered as things are."""
    request(session, row, row.created_at)


def _run_of_key(session: Session, row: Schedule, key: str | None) -> Job | None:
    if key is None:
        return None
    query = select(Job).where(Job.workspace_id == row.workspace_id, Job.idempotency_key == key)
    job = session.scalar(query)
    if job is not None and job.schedule_id != row.id:
        raise Conflict("This Idempotency-Key was used for another request.")
    return job
