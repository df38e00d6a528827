from datetime import timedelta
from pathlib import Path

import pytest
from factories.store import a_job
from factories.workers import a_context
from servers import Valkey
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from mitigap.store import database, heartbeats, jobs, lease
from mitigap.store.schema import State
from workers.context import Context
from workers.tick import Tick


def a_tick(context: Context) -> Tick:
    return Tick(context.sessions, context.readers, context.queue)


def silent_job(sessions: sessionmaker[Session], **changes: int) -> tuple[str, str]:
    """Workspace and id of a job whose worker fell silent."""
    with sessions.begin() as session:
        job = a_job(session, **changes)
        lease.claim(session, job.id, worker="gone", term=timedelta(seconds=-1))
        return job.workspace_id, job.id


def state(sessions: sessionmaker[Session], job: tuple[str, str]) -> State:
    with sessions() as session:
        return jobs.get(session, *job).state


def test_tick_publishes_what_is_due(engine: Engine, sessions: sessionmaker[Session], valkey: Valkey) -> None:
    with sessions.begin() as session:
        a_job(session)
    a_tick(a_context(engine, valkey.url)).once()
    with valkey.client() as client:
        assert client.llen("mitigap:mitigap") == 1


def test_tick_publishes_anew_what_the_broker_has_forgotten(
    engine: Engine, sessions: sessionmaker[Session], valkey: Valkey
) -> None:
    with sessions.begin() as session:
        a_job(session)
    tick = a_tick(a_context(engine, valkey.url, redispatch=1000))
    tick.once()
    tick.once()
    with valkey.client() as client:
        assert client.llen("mitigap:mitigap") == 1
        client.flushall()
        tick.once()
        tick.once()
        assert client.llen("mitigap:mitigap") == 1


def test_tick_takes_jobs_from_silent_workers_without_a_broker(engine: Engine, sessions: sessionmaker[Session]) -> None:
    again, over = silent_job(sessions), silent_job(sessions, attempts=1)
    a_tick(a_context(engine)).once()
    assert (state(sessions, again), state(sessions, over)) == (State.PENDING, State.FAILED)


def test_tick_shows_that_it_lives(engine: Engine, sessions: sessionmaker[Session]) -> None:
    a_tick(a_context(engine)).once()
    with sessions() as session:
        assert heartbeats.ages(session)[heartbeats.TICK] < timedelta(seconds=5)


def test_sign_of_life_is_one_row_however_often_it_is_given(sessions: sessionmaker[Session]) -> None:
    for _ in range(2):
        with sessions.begin() as session:
            heartbeats.touch(session, "worker:a")
    with sessions() as session:
        assert list(heartbeats.ages(session)) == ["worker:a"]


def test_tick_outlives_a_database_that_is_away(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    engine = database.connect("postgresql+psycopg://nobody@/nothing?host=/nowhere")
    a_tick(a_context(engine)).once()
    assert "the tick found no database" in capsys.readouterr().out
