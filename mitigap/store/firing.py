"""What makes schedules run: due ones are moved on and their jobs inserted in one transaction, so that none is doubled.

Any number may do this at once. On PostgreSQL a row that another has locked is passed over; on SQLite there is one
writer at a time; and the moment itself is a key of the job's table, should all else fail.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache, partial
from itertools import islice, takewhile
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, and_, exists, select, update
from sqlalchemy.orm import Session

from mitigap import cadence, zones
from mitigap.cadence import Cadence
from mitigap.errors import UserError
from mitigap.store import database, jobs, requests
from mitigap.store.columns import new_id
from mitigap.store.requests import AssessRequest
from mitigap.store.rows import changed, insert_once
from mitigap.store.schedules import ENDED, cadence_of, inputs, order, set_next, sources, stop, under_way, within
from mitigap.store.schema import Job, Schedule, State

BATCH = 50
"""Schedules moved on in one transaction, so that nobody waits long for the database."""
GRACE = timedelta(hours=24)
"""How late a run may be made up for."""
MOST_COUNTED = 1000
"""Missed moments that are counted one by one; of more, at least so many are told."""
FAILURES = 5
GIVEN_UP = f"{FAILURES} runs in a row have failed."
SCHEDULED = 0
"""The priority of a scheduled job: whoever waits before a page goes first."""


COUNTED: dict[State, dict[str, Any]] = {
    State.SUCCEEDED: {"failures": 0},
    State.FAILED: {"failures": Schedule.failures + 1},
    State.CANCELLED: {},
}
"""What the end of a run says about its schedule."""


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """What is to happen now: the moment to run for, if any; how many were missed; the next one."""

    run: datetime | None
    missed: int
    following: datetime


class Fired(msgspec.Struct, frozen=True, kw_only=True):
    """How many schedules were moved on, and the jobs that came of it. Commit, then publish them."""

    moved: int
    jobs: tuple[str, ...]


def idle(session: Session, *, now: datetime | None = None) -> bool:
    """Whether no schedule is due and no run has ended uncounted; a cheap question that takes no lock."""
    due = select(exists().where(Schedule.next_run_at <= (now or database.now(session))))
    over = select(exists().where(Job.id == Schedule.run_id, Job.state.in_(jobs.FINISHED)))
    return not (session.scalar(due) or session.scalar(over))


def fire(
    session: Session, *, now: datetime | None = None, limit: int | None = None, attempts: int = jobs.ATTEMPTS
) -> Fired:
    """Move on the schedules that are due, a batch at most, the longest overdue first, and insert their jobs."""
    moment = now or database.now(session)
    query = select(Schedule).where(Schedule.next_run_at <= moment).order_by(Schedule.next_run_at, Schedule.id)
    rows = session.scalars(query.limit(limit or BATCH).with_for_update(skip_locked=True)).all()
    batch = _Batch(session, moment, attempts)
    made = [batch.move_on(row) for row in rows]
    session.flush()
    return Fired(moved=len(rows), jobs=tuple(job for job in made if job))


def turn(told: Cadence, due: datetime, now: datetime, ends_at: datetime | None = None) -> Turn:
    """What to make of a schedule that has been due since `due`: one run for all that passed, if it is not too late."""
    until = min(now, ends_at or now)
    passed = [due, *islice(_between(told, due, until), MOST_COUNTED - 1)]
    latest = passed[-1] if len(passed) < MOST_COUNTED else _latest(told, passed[-1], until)
    run = latest if now - latest <= GRACE else None
    missed = len(passed) - (1 if run else 0)
    return Turn(run=run, missed=missed, following=cadence.first_after(told, max(now, latest)))


def settle(session: Session, *which: ColumnElement[bool]) -> None:
    """Count the ends of runs: a success forgets failures, the fifth failure in a row pauses the schedule."""
    now = database.now(session)
    for state, counted in COUNTED.items():
        changed(session, update(Schedule).where(_ended(state), *which).values(run_id=None, **counted))
    too_many = update(Schedule).where(Schedule.enabled, Schedule.failures >= FAILURES, *which)
    paused = {"enabled": False, "paused_reason": GIVEN_UP, "next_run_at": None, "next_reading": "", "updated_at": now}
    changed(session, too_many.values(**paused))


def follow_zones(session: Session, *, limit: int = BATCH) -> int:
    """Work out anew what was worked out by another release of the zones' rules; how many rows were left to do."""
    stale = select(Schedule).where(Schedule.next_run_at.is_not(None), Schedule.tzdata != zones.VERSION)
    rows = session.scalars(stale.order_by(Schedule.id).limit(limit).with_for_update(skip_locked=True)).all()
    for row in rows:
        _follow(row, database.now(session))
    session.flush()
    return len(rows)


def _follow(row: Schedule, now: datetime) -> None:
    try:
        set_next(row, cadence.again(cadence_of(row), row.next_run_at or now, row.next_reading))
    except UserError as fault:  # the zone is no more
        stop(row, fault.message, now)


class _Batch:
    """One look at the clock. What many schedules have in common is looked up once."""

    def __init__(self, session: Session, now: datetime, attempts: int) -> None:
        self._session = session
        self._now = now
        self._attempts = attempts
        self._made_at = database.now(session)
        self._inputs = cache(partial(inputs, session))

    def move_on(self, row: Schedule) -> str | None:
        """The id of the job, if one was made. What can never go well is paused, and holds up no other."""
        try:
            return self._moved(row, row.next_run_at or self._now)
        except UserError as fault:  # its inventory, its catalogue or its time zone is gone
            stop(row, fault.message, self._now)
            return None

    def _moved(self, row: Schedule, due: datetime) -> str | None:
        planned = turn(cadence_of(row), due, self._now, row.ends_at)
        row.missed_count += planned.missed
        job = self._run(row, planned.run) if planned.run else None
        if row.enabled:
            set_next(row, within(row, planned.following))
        if row.enabled and row.next_run_at is None:
            stop(row, ENDED, self._now)
        return job

    def _run(self, row: Schedule, moment: datetime) -> str | None:
        if under_way(self._session, row.id):
            row.skipped_count += 1
            row.last_skipped_at = moment
            return None
        if not self._fit(row):
            return None
        job = self._insert(row, order(self._session, row, moment, self._inputs(sources(row))), moment)
        if job:
            row.run_id, row.last_run_at = job, self._now
        return job

    def _fit(self, row: Schedule) -> bool:
        """Whether it may go on, once the end of the run before is counted, which may be a moment ago."""
        if row.run_id is not None:
            self._session.flush()
            settle(self._session, Schedule.id == row.id)
            self._session.refresh(row)
        return row.enabled

    def _insert(self, row: Schedule, wanted: AssessRequest, moment: datetime) -> str | None:
        """None where the moment has had its run already."""
        job_id = new_id()
        inserted = insert_once(
            self._session,
            Job,
            id=job_id,
            workspace_id=row.workspace_id,
            user_id=row.created_by,
            kind=requests.KINDS[type(wanted)],
            name=row.name,
            params=requests.dump(wanted),
            attempt_limit=self._attempts,
            priority=SCHEDULED,
            next_dispatch_at=self._made_at,
            created_at=self._made_at,
            schedule_id=row.id,
            scheduled_for=moment,
        )
        return job_id if inserted else None


def _between(told: Cadence, start: datetime, until: datetime) -> Iterator[datetime]:
    return takewhile(lambda each: each <= until, cadence.after(told, start))


def _latest(told: Cadence, known: datetime, until: datetime) -> datetime:
    """The last moment that has passed; `known` where that lies too far back to be made up for."""
    return max(_between(told, max(known, until - GRACE), until), default=known)


def _ended(state: State) -> ColumnElement[bool]:
    over = exists().where(and_(Job.id == Schedule.run_id, Job.state == state))
    return and_(Schedule.run_id.is_not(None), over)
