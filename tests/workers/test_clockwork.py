"""Schedules run by the tick itself, under a clock that the test sets."""

from datetime import datetime

import pytest
from factories.schedules import a_ground, a_schedule, at, moments
from factories.workers import a_context
from servers import Valkey
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session, sessionmaker

from mitigap.store import firing
from mitigap.store.schema import Job, Schedule, State
from workers.clockwork import MOST_BATCHES, Clockwork
from workers.tick import Tick


def kept(sessions: sessionmaker[Session]) -> int:
    """How many jobs are runs of schedules."""
    with sessions() as session:
        return session.scalar(select(func.count()).where(Job.schedule_id.is_not(None))) or 0


def test_tick_runs_what_is_due_and_publishes_it(
    engine: Engine, sessions: sessionmaker[Session], valkey: Valkey
) -> None:
    with sessions.begin() as session:
        row = a_schedule(session, a_ground(session))
    now = at("2026-11-30 04:59")

    def clock(_session: Session) -> datetime:
        return now

    context = a_context(engine, valkey.url)
    ticks = [Tick(context.sessions, context.readers, context.queue, clock) for _ in range(2)]
    for tick in ticks:
        tick.once()
    assert kept(sessions) == 0
    now = at("2026-11-30 05:00")
    for tick in ticks * 2:
        tick.once()
    with sessions() as session, valkey.client() as client:
        assert moments(session, row) == ["11-30 05:00"]
        assert [client.llen(key) for key in client.scan_iter("mitigap:mitigap*", _type="LIST")] == [1]


def test_schedules_run_while_the_broker_is_away(engine: Engine, sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        a_schedule(session, a_ground(session))
    context = a_context(engine)
    Tick(context.sessions, context.readers, context.queue, lambda _: at("2026-11-30 05:00")).once()
    assert kept(sessions) == 1


def test_more_than_a_tick_may_do_is_done_by_the_next(
    engine: Engine, sessions: sessionmaker[Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(firing, "BATCH", 2)
    with sessions.begin() as session:
        ground = a_ground(session)
        for _ in range(2 * MOST_BATCHES + 1):
            a_schedule(session, ground)
    context = a_context(engine)
    clockwork = Clockwork(context.sessions, context.readers, lambda _: at("2026-11-30 05:00"))
    done = []
    for _ in range(3):
        clockwork.once()
        done.append(kept(sessions))
    assert done == [2 * MOST_BATCHES, 2 * MOST_BATCHES + 1, 2 * MOST_BATCHES + 1]


def test_new_process_follows_the_rules_of_its_zones(engine: Engine, sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        row = a_schedule(session, a_ground(session))
        session.execute(update(Schedule).values(tzdata="1999a", next_run_at=at("2026-11-30 04:00")))
    context = a_context(engine)
    clockwork = Clockwork(context.sessions, context.readers, lambda _: at("2026-11-30 04:30"))
    for _ in range(2):
        clockwork.once()
    with sessions() as session:
        assert session.get(Schedule, row.id).next_run_at == at("2026-11-30 05:00")
    assert kept(sessions) == 0


def test_end_of_a_run_is_counted_though_nothing_is_due(engine: Engine, sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        row = a_schedule(session, a_ground(session))
        firing.fire(session, now=at("2026-11-30 05:00"))
        session.execute(update(Job).where(Job.schedule_id == row.id).values(state=State.FAILED))
    context = a_context(engine)
    Clockwork(context.sessions, context.readers, lambda _: at("2026-11-30 05:01")).once()
    with sessions() as session:
        assert session.get(Schedule, row.id).failures == 1
