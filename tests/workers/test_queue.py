import json
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest
from factories.store import a_job
from factories.workers import NOWHERE, settings
from servers import Valkey
from sqlalchemy.orm import Session, sessionmaker

from mitigap.store import dispatch, jobs
from mitigap.store.schema import State
from workers import queue
from workers.queue import Queue

HINTS = "mitigap:mitigap"
"""The list in which Redis keeps the queue: the key's prefix and the queue's name."""


def a_queue(url: str, sessions: sessionmaker[Session], broker: str, **changes: int) -> Queue:
    return queue.connect(settings(url, broker, **changes), sessions)


def accepted(sessions: sessionmaker[Session], many: int = 1) -> list[str]:
    with sessions.begin() as session:
        return [a_job(session).id for _ in range(many)]


def hints(valkey: Valkey) -> list[str]:
    """What the queue has been told, oldest first."""
    with valkey.client() as client:
        messages = [json.loads(each) for each in reversed(client.lrange(HINTS, 0, -1))]
    return [message["headers"]["argsrepr"] for message in messages]


def test_desk_s_side_loads_none_of_the_workshop() -> None:
    script = (
        "import sys, workers.queue; print(sorted({'workers.tasks', 'reports', 'mitigap.catalog'} & set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"


def test_hint_holds_the_job_s_id_alone(database_url: str, sessions: sessionmaker[Session], valkey: Valkey) -> None:
    [job] = accepted(sessions)
    a_queue(database_url, sessions, valkey.url).enqueue(job)
    assert hints(valkey) == [f"('{job}',)"]


def test_queue_is_told_of_no_more_than_the_window(
    database_url: str, sessions: sessionmaker[Session], valkey: Valkey
) -> None:
    made = accepted(sessions, 12)
    told = a_queue(database_url, sessions, valkey.url, window=8, concurrency=1).pump()
    assert told == made[:8]
    assert len(hints(valkey)) == 8


def test_hint_somebody_waits_for_is_taken_before_those_of_scheduled_work(
    database_url: str, sessions: sessionmaker[Session], valkey: Valkey
) -> None:
    desk = a_queue(database_url, sessions, valkey.url)
    with sessions.begin() as session:
        scheduled = [a_job(session, priority=0).id for _ in range(3)]
    desk.pump()
    [urgent] = accepted(sessions)
    desk.enqueue(urgent)
    with queue.application(settings(database_url, valkey.url)).connection() as connection:
        hints = connection.SimpleQueue(queue.QUEUE)
        taken = [hints.get(timeout=5) for _ in range(4)]
        for hint in taken:
            hint.ack()
        hints.close()
    assert [hint.payload[0][0] for hint in taken] == [urgent, *scheduled]


def test_job_is_kept_and_due_when_the_broker_is_away(database_url: str, sessions: sessionmaker[Session]) -> None:
    [job] = accepted(sessions)
    began = time.monotonic()
    a_queue(database_url, sessions, NOWHERE).enqueue(job)
    assert time.monotonic() - began < 2
    with sessions.begin() as session:
        assert list(dispatch.due(session, window=9, redispatch=timedelta(seconds=9))) == [job]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_hint_outlives_the_longest_wait_for_the_next_one(
    database_url: str, sessions: sessionmaker[Session], valkey: Valkey
) -> None:
    accepted(sessions)
    a_queue(database_url, sessions, valkey.url, redispatch=30).pump()
    with valkey.client() as client:
        [message] = client.lrange(HINTS, 0, -1)
    expires = datetime.fromisoformat(json.loads(message)["headers"]["expires"])
    assert expires - datetime.now(UTC) > dispatch.longest(timedelta(seconds=30))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_broker_that_is_away_is_told_of_once(
    database_url: str, sessions: sessionmaker[Session], capsys: pytest.CaptureFixture[str]
) -> None:
    accepted(sessions)
    desk = a_queue(database_url, sessions, NOWHERE)
    assert desk.pump() == desk.pump() == []
    assert capsys.readouterr().out.count("the broker is away") == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_broker_that_stands_still_does_not_hold_up_a_page_for_long(
    database_url: str, sessions: sessionmaker[Session], valkey: Valkey
) -> None:
    [job] = accepted(sessions)
    desk = a_queue(database_url, sessions, valkey.url)
    valkey.process.send_signal(signal.SIGSTOP)
    began = time.monotonic()
    desk.enqueue(job)
    waited = time.monotonic() - began
    valkey.process.send_signal(signal.SIGCONT)
    assert waited < 12


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_desk_finds_a_broker_that_was_away(database_url: str, sessions: sessionmaker[Session], valkey: Valkey) -> None:
    desk = a_queue(database_url, sessions, valkey.url)
    desk.enqueue(accepted(sessions)[0])
    valkey.kill()
    [second] = accepted(sessions)
    desk.enqueue(second)
    valkey.start()
    assert desk.pump() == [second]
    assert hints(valkey) == [f"('{second}',)"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_job_taken_before_its_hint_failed_is_left_alone(database_url: str, sessions: sessionmaker[Session]) -> None:
    [job] = accepted(sessions)
    with sessions.begin() as session:
        found = jobs.held(session, job)
        jobs.cancel(session, found.workspace_id, job)
        dispatch.take_back(session, [job])
        assert jobs.held(session, job).state is State.CANCELLED
