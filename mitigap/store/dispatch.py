"""Which jobs the queue should hear of now, and what becomes of jobs whose worker fell silent."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import ColumnElement, Select, Update, and_, case, exists, func, or_, select, update
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
    return not session.scalar(select(exists().where(or_(and_(*_due(now)), _silent(now)))))


def due(session: Session, *, window: int, redispatch: timedelta) -> dict[str, int]:
    """Draw the jobs to publish now, id -> priority, in their order.

    The more urgent first; within a priority each workspace in its turn, and its oldest job first. No more than `window`
    hints of a priority and of those above it are under way, so that an urgent job never waits for room behind others.
    Each is marked as published and comes up again after `redispatch`, twice that, and so on: commit, then publish.
    """
    now = database.now(session)
    hinted = _hinted(session, now)
    drawn: dict[str, int] = {}
    for priority in _priorities(session, now):
        room = window - len(drawn) - sum(count for level, count in hinted.items() if level >= priority)
        wanted = list(session.scalars(_in_turn(now, priority).limit(max(0, room))))
        drawn |= dict.fromkeys(_marked(session, wanted, now, redispatch), priority)
    return drawn


def longest(redispatch: timedelta) -> timedelta:
    """How long at most a waiting job is published only once."""
    return redispatch * int(2**MOST_DOUBLINGS)


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


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (Job.state == State.PENDING, Job.next_dispatch_at <= now)


def _priorities(session: Session, now: datetime) -> list[int]:
    """Those of the jobs that are due, the highest first."""
    return list(session.scalars(select(Job.priority).distinct().where(*_due(now)).order_by(Job.priority.desc())))


def _in_turn(now: datetime, priority: int) -> Select[str]:
    """Due jobs of one priority. A workspace's first job stands beside the others' first, or further back by as many
    as it has under way already: who sends ten thousand does not keep out who sends one.

    One pass over the rows and no join: right after a flood of jobs the database knows too little to plan one well.
    """
    is_due = and_(*_due(now))
    under_way_first = case((is_due, 1), else_=0)
    order = (under_way_first, Job.priority.desc(), Job.created_at, Job.id)
    turn = func.row_number().over(partition_by=Job.workspace_id, order_by=order)
    turns = (
        select(Job.id, Job.priority, Job.created_at, under_way_first.label("due"), turn.label("turn"))
        .where(or_(is_due, Job.state == State.RUNNING, _is_hinted(now)))
        .subquery()
    )
    return (
        select(turns.c.id)
        .where(turns.c.due == 1, turns.c.priority == priority)
        .order_by(turns.c.turn, turns.c.created_at, turns.c.id)
    )


def _marked(session: Session, wanted: list[str], now: datetime, redispatch: timedelta) -> list[str]:
    """Those of the wanted that no rival has drawn or is drawing, marked as published."""
    free = select(Job.id, Job.dispatch_count).where(Job.id.in_(wanted), *_due(now)).with_for_update(skip_locked=True)
    by_count = defaultdict(list)
    for job_id, count in session.execute(free):
        by_count[count].append(job_id)
    for count, ids in by_count.items():
        again = now + redispatch * 2 ** min(count, MOST_DOUBLINGS)
        changed(session, _pending(ids).values(next_dispatch_at=again, dispatch_count=count + 1))
    ours = {job_id for ids in by_count.values() for job_id in ids}
    return [job_id for job_id in wanted if job_id in ours]


def _is_hinted(now: datetime) -> ColumnElement[bool]:
    return and_(Job.state == State.PENDING, Job.next_dispatch_at > now, Job.dispatch_count > 0)


def _hinted(session: Session, now: datetime) -> dict[int, int]:
    """How many hints are under way, by priority."""
    rows = session.execute(select(Job.priority, func.count()).where(_is_hinted(now)).group_by(Job.priority))
    return dict(rows.all())


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
