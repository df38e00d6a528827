"""What can be counted of the house's work, each as one query: for whoever watches it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, case, extract, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from mitigap.store import database
from mitigap.store.notices import Outbox, Posting
from mitigap.store.schema import Attempt, Fate, Job, Kind, Schedule, State

BOUNDS = (0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0)
"""Seconds. The last is the longest that a job may take."""

WAITING = (State.PENDING, State.RUNNING)


class Spread(msgspec.Struct, frozen=True, kw_only=True):
    """How many took no longer than each of BOUNDS, how many there are, and the sum of their seconds."""

    within: tuple[int, ...] = (0,) * len(BOUNDS)
    count: int = 0
    seconds: float = 0.0


def jobs(session: Session) -> dict[tuple[Kind, State], int]:
    """Every kind and state, zeros too: a series that comes and goes cannot be watched."""
    rows = session.execute(select(Job.kind, Job.state, func.count()).group_by(Job.kind, Job.state))
    counted = {(kind, state): count for kind, state, count in rows}
    return {(kind, state): counted.get((kind, state), 0) for kind in Kind for state in State}


def oldest(session: Session) -> dict[tuple[Kind, State], timedelta]:
    """How long the oldest job of each kind has waited, or run; nothing where there is none."""
    now = database.now(session)
    since = case((Job.state == State.RUNNING, Job.started_at), else_=Job.created_at)
    rows = session.execute(
        select(Job.kind, Job.state, func.min(since)).where(Job.state.in_(WAITING)).group_by(Job.kind, Job.state)
    )
    found = {(kind, state): now - begun for kind, state, begun in rows}
    return {(kind, state): found.get((kind, state), timedelta()) for kind in Kind for state in WAITING}


def durations(session: Session) -> Mapping[Kind, Spread]:
    """From the begin of a job's last attempt to its success."""
    return _spread(session, Job.started_at, Job.finished_at)


def waits(session: Session) -> Mapping[Kind, Spread]:
    """From acceptance to success: what the one who waits has waited."""
    return _spread(session, Job.created_at, Job.finished_at)


def notifications(session: Session) -> dict[Posting, int]:
    """By what became of them: every state, zeros too."""
    counted = dict(session.execute(select(Outbox.state, func.count()).group_by(Outbox.state)).all())
    return {state: counted.get(state, 0) for state in Posting}


def attempts(session: Session) -> dict[Fate, int]:
    rows = session.execute(select(Attempt.fate, func.count()).where(Attempt.fate.is_not(None)).group_by(Attempt.fate))
    counted = dict(rows.all())
    return {fate: counted.get(fate, 0) for fate in Fate}


def schedule_lag(session: Session) -> timedelta:
    """How long the schedule that is most overdue has been due."""
    due = session.scalar(select(func.min(Schedule.next_run_at)).where(Schedule.enabled))
    return max(timedelta(), database.now(session) - due) if due else timedelta()


Moment = InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None]


def _spread(session: Session, begin: Moment, end: Moment) -> dict[Kind, Spread]:
    seconds = _seconds(session, begin, end)
    within = (func.sum(case((seconds <= bound, 1), else_=0)) for bound in BOUNDS)
    query = select(Job.kind, func.count(), func.sum(seconds), *within).where(Job.state == State.SUCCEEDED)
    found = {
        kind: Spread(within=tuple(counts), count=count, seconds=float(total))
        for kind, count, total, *counts in session.execute(query.group_by(Job.kind))
    }
    return {kind: found.get(kind, Spread()) for kind in Kind}


def _seconds(session: Session, begin: Moment, end: Moment) -> ColumnElement[Any]:
    """Each database has its own way to subtract times."""
    if session.get_bind().dialect.name == "postgresql":
        return extract("epoch", end - begin)
    days: ColumnElement[Any] = func.julianday(end) - func.julianday(begin)
    return days * 86_400
