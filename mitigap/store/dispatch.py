"""Which jobs the queue should hear of now, and what becomes of jobs whose worker fell silent."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import ColumnElement, Update, and_, case, exists, func, or_, select, update
from sqlalchemy.orm import Session

from mitigap.store import database
from mitigap.store.lease import close_attempts
from mitigap.store.rows import changed
from mitigap.store.schema import Attempt, Fate, Job, State

MOST_DOUBLINGS = 4


class Swept(msgspec.Struct, frozen=True, kw_only=True):
    """The ids of jobs whose lease had run out, by what became of them."""

    pending: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    cancelled: tuple[str, ...] = ()


def idle(session: Session) -> bool:
    """Whether a tick has nothing to do; a cheap question that takes no lock."""
    now = database.now(session)
    due = and_(Job.state == State.PENDING, Job.next_dispatch_at <= now)
    return not session.scalar(select(exists().where(or_(due, _silent(now)))))


def due(session: Session, *, window: int, redispatch: timedelta) -> list[str]:
    """Draw the jobs to publish now, so that no more than `window` hints are under way.

    The most urgent first, then the oldest. Each is marked as published and comes up again after `redispatch`,
    twice that, and so on: commit, then publish.
    """
    now = database.now(session)
    rows = session.execute(
        select(Job.id, Job.dispatch_count)
        .where(Job.state == State.PENDING, Job.next_dispatch_at <= now)
        .order_by(Job.priority.desc(), Job.created_at, Job.id)
        .limit(max(0, window - _under_way(session, now)))
        .with_for_update(skip_locked=True)
    ).all()
    by_count = defaultdict(list)
    for job_id, count in rows:
        by_count[count].append(job_id)
    for count, ids in by_count.items():
        again = now + redispatch * 2 ** min(count, MOST_DOUBLINGS)
        changed(session, _pending(ids).values(next_dispatch_at=again, dispatch_count=count + 1))
    return [job_id for job_id, _ in rows]


def longest(redispatch: timedelta) -> timedelta:
    """How long at most a waiting job is published only once."""
    return redispatch * 2**MOST_DOUBLINGS


def take_back(session: Session, job_ids: list[str]) -> None:
    """These could not be published: they are due again at once."""
    one_less = case((Job.dispatch_count > 0, Job.dispatch_count - 1), else_=0)
    changed(session, _pending(job_ids).values(next_dispatch_at=database.now(session), dispatch_count=one_less))


def hasten(session: Session) -> None:
    """Every pending job is due now: for a broker that is known to have come back empty."""
    hinted = update(Job).where(Job.state == State.PENDING, Job.dispatch_count > 0)
    changed(session, hinted.values(next_dispatch_at=database.now(session), dispatch_count=0))


def sweep(session: Session, *, every_running: bool = False) -> Swept:
    """Take jobs from workers that fell silent: pending again, or failed where the attempts are used up.

    `every_running` needs no lease to have run out: for the start of an installation that has only one worker.
    """
    now = database.now(session)
    silent = Job.state == State.RUNNING if every_running else _silent(now)
    used_up = Job.attempt >= Job.attempt_limit
    ended = {"lease_token": None, "lease_until": None, "finished_at": now}
    again = {"lease_token": None, "lease_until": None, "next_dispatch_at": now, "dispatch_count": 0}
    cancelled = _moved(session, State.CANCELLED, ended, silent, Job.cancel_requested.is_(True))
    failed = _moved(session, State.FAILED, ended, silent, used_up)
    pending = _moved(session, State.PENDING, again, silent)
    close_attempts(session, [*cancelled, *failed, *pending], now)
    for job_id in failed:
        _explain(session, job_id)
    return Swept(pending=pending, failed=failed, cancelled=cancelled)


def _silent(now: datetime) -> ColumnElement[bool]:
    return and_(Job.state == State.RUNNING, Job.lease_until < now)


def _pending(ids: list[str]) -> Update:
    return update(Job).where(Job.id.in_(ids), Job.state == State.PENDING)


def _under_way(session: Session, now: datetime) -> int:
    hinted = (Job.state == State.PENDING, Job.next_dispatch_at > now, Job.dispatch_count > 0)
    return session.scalars(select(func.count()).select_from(Job).where(*hinted)).one()


def _moved(
    session: Session, state: State, values: Mapping[str, object], *where: ColumnElement[bool]
) -> tuple[str, ...]:
    move = update(Job).where(*where).values(state=state, **values).returning(Job.id)
    return tuple(session.scalars(move, execution_options={"synchronize_session": False}))


def _explain(session: Session, job_id: str) -> None:
    lost = select(func.count()).select_from(Attempt).where(Attempt.job_id == job_id, Attempt.fate == Fate.LOST)
    times = session.scalars(lost).one()
    often = {1: "once", 2: "twice"}.get(times, f"{times} times")
    message = f"This job stopped its worker {often} and is not tried again by itself."
    changed(session, update(Job).where(Job.id == job_id, Job.state == State.FAILED).values(error=message))
