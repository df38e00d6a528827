"""Schedules kept by real beats and run by a real worker: the clock is the machine's own."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from factories.line import a_line
from factories.workers import a_context
from processes import Workshop, workshop
from servers import Valkey, until
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from mitigap.store import database, drifts, invariants, schedules
from mitigap.store.schedules import Plan
from mitigap.store.schema import Job, Schedule, State
from workers import tasks

SOON = timedelta(seconds=2)


@pytest.fixture
def opened(tmp_path: Path, database_url: str, valkey: Valkey) -> Iterator[Workshop]:
    with workshop(tmp_path, database_url, valkey.beside(database_url)) as opened:
        yield opened


@pytest.fixture
def schedule(engine: Engine, sessions: sessionmaker[Session]) -> Schedule:
    """Every day at noon, of an inventory that was read."""
    line = a_line(sessions)
    job = line.read(name="Controls")
    tasks.work(a_context(engine), job.id)
    with sessions.begin() as session:
        inventory = session.get(Job, job.id).summary["revision"]["inventory"]
        told = {"domain": "enterprise-attack", "groups": ["G0077"], "cron": "0 12 * * *", "timezone": "Europe/Berlin"}
        return schedules.create(session, line.workspace, Plan(name="Daily", inventory_id=inventory, **told))


def due(sessions: sessionmaker[Session], schedule: Schedule, away: timedelta) -> None:
    """As if its time came in so long, or had come so long ago."""
    with sessions.begin() as session:
        session.get(Schedule, schedule.id).next_run_at = database.now(session) + away


def runs(sessions: sessionmaker[Session], schedule: Schedule) -> list[State]:
    with sessions() as session:
        return [job.state for job in schedules.runs(session, schedule.id)]


def test_two_beats_run_it_once_each_time_and_one_is_enough(
    opened: Workshop, sessions: sessionmaker[Session], schedule: Schedule
) -> None:
    beats = [opened.beat(), opened.beat()]
    opened.worker()
    for number in (1, 2):
        due(sessions, schedule, SOON)
        until(lambda: runs(sessions, schedule) == [State.SUCCEEDED] * number, "the run has ended")  # noqa: B023
    beats[0].kill()
    due(sessions, schedule, SOON)
    until(lambda: runs(sessions, schedule) == [State.SUCCEEDED] * 3, "the other beat has kept the time")
    with sessions() as session:
        compared = drifts.of_runs(session, [job.id for job in schedules.runs(session, schedule.id)])
        assert [drift.changed for drift in compared.values()] == [False, False]
        assert invariants.broken(session) == {}


def test_what_nobody_kept_is_made_up_for_once(
    opened: Workshop, sessions: sessionmaker[Session], schedule: Schedule
) -> None:
    due(sessions, schedule, timedelta(days=-3))
    for _ in range(2):
        opened.beat()
    until(lambda: len(runs(sessions, schedule)) == 1, "the missed run is made up for")
    with sessions() as session:
        row = session.get(Schedule, schedule.id)
        assert row.missed_count in {3, 4}  # the fourth where a day had 23 hours
        assert row.next_run_at > database.now(session)
