"""The workshop's own processes, killed at bad moments: every accepted job ends in exactly one result."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from factories.store import a_job
from factories.workers import a_context
from processes import Workshop, workshop
from servers import Valkey, until
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from mitigap.store import invariants, jobs, results
from mitigap.store.schema import Attempt, Fate, Job, State
from workers.tick import Tick


@pytest.fixture
def slow(tmp_path: Path, database_url: str, valkey: Valkey) -> Iterator[Workshop]:
    """A workshop whose jobs wait for `go`."""
    with workshop(tmp_path, database_url, valkey.beside(database_url), "slow_workshop") as opened:
        yield opened


@pytest.fixture
def ticking(engine: Engine, database_url: str, valkey: Valkey) -> Iterator[None]:
    """What beat does, in a thread: a process of it takes two seconds to start."""
    over = threading.Event()
    context = a_context(engine, valkey.beside(database_url))
    tick = Tick(context.sessions, context.readers, context.queue)

    def run() -> None:
        while not over.wait(context.settings.tick):
            tick.once()

    thread = threading.Thread(target=run)
    thread.start()
    yield
    over.set()
    thread.join()


@pytest.fixture
def jobs_accepted(sessions: sessionmaker[Session]) -> list[Job]:
    with sessions.begin() as session:
        return [a_job(session) for _ in range(3)]


def begun(folder: Path, job: Job) -> int:
    """How often the job has been begun."""
    return len(list(folder.glob(f"{job.id}.*")))


def ended(sessions: sessionmaker[Session], accepted: list[Job], state: State = State.SUCCEEDED) -> bool:
    with sessions() as session:
        states = [jobs.held(session, job.id).state for job in accepted]
    return states == [state] * len(accepted)


def check(sessions: sessionmaker[Session], accepted: list[Job]) -> None:
    """One result each, and it is the job's own."""
    with sessions() as session:
        assert invariants.broken(session) == {}
        for job in accepted:
            assert results.document(session, job.workspace_id, job.id) == job.id.encode()


def fates(sessions: sessionmaker[Session], job: Job) -> list[Fate | None]:
    with sessions() as session:
        return list(session.scalars(select(Attempt.fate).where(Attempt.job_id == job.id).order_by(Attempt.number)))


def test_worker_killed_in_the_middle_of_a_job(
    slow: Workshop, sessions: sessionmaker[Session], jobs_accepted: list[Job], tmp_path: Path
) -> None:
    slow.beat()
    worker = slow.worker()
    until(lambda: begun(tmp_path, jobs_accepted[0]), "the first job is begun")
    worker.kill()
    (tmp_path / "go").touch()
    slow.worker()
    until(lambda: ended(sessions, jobs_accepted), f"all jobs have ended\n{slow.logs()}")
    check(sessions, jobs_accepted)
    assert fates(sessions, jobs_accepted[0]) == [Fate.LOST, Fate.SUCCEEDED]


@pytest.mark.usefixtures("ticking")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_job_that_stops_every_worker_fails_and_the_others_go_on(
    slow: Workshop, sessions: sessionmaker[Session], tmp_path: Path
) -> None:
    with sessions.begin() as session:
        fatal = a_job(session, attempts=1)
    worker = slow.worker()
    until(lambda: begun(tmp_path, fatal), "the job is begun")
    worker.kill()
    until(lambda: ended(sessions, [fatal], State.FAILED), "the job has failed")
    with sessions.begin() as session:
        assert "stopped its worker once" in jobs.held(session, fatal.id).error
        other = a_job(session)
    (tmp_path / "go").touch()
    slow.worker()
    until(lambda: ended(sessions, [other]), "the other job has ended")


@pytest.mark.usefixtures("ticking")
def test_job_that_kills_what_runs_it_fails_with_a_sentence_and_the_others_go_on(
    slow: Workshop, sessions: sessionmaker[Session], tmp_path: Path
) -> None:
    with sessions.begin() as session:
        fatal, other = a_job(session, name="fatal"), a_job(session)
    (tmp_path / "go").touch()
    slow.worker()
    until(lambda: ended(sessions, [fatal], State.FAILED), f"the job has failed\n{slow.logs()}", seconds=60)
    until(lambda: ended(sessions, [other]), "the other job has ended")
    assert begun(tmp_path, fatal) == 3
    with sessions.begin() as session:
        assert "stopped its worker 3 times" in jobs.held(session, fatal.id).error
    check(sessions, [other])


@pytest.mark.usefixtures("ticking")
def test_cancelling_stops_even_a_run_that_takes_no_step(
    slow: Workshop, sessions: sessionmaker[Session], tmp_path: Path
) -> None:
    with sessions.begin() as session:
        stubborn, other = a_job(session, name="stubborn"), a_job(session)
    (tmp_path / "go").touch()
    slow.worker()
    until(lambda: begun(tmp_path, stubborn), "the job is begun")
    with sessions.begin() as session:
        jobs.cancel(session, stubborn.workspace_id, stubborn.id)
    until(lambda: ended(sessions, [stubborn], State.CANCELLED), f"the job has ended\n{slow.logs()}")
    until(lambda: ended(sessions, [other]), "the other job has ended")
    assert fates(sessions, stubborn) == [Fate.CANCELLED]


@pytest.mark.usefixtures("ticking")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_run_that_takes_too_long_is_stopped_and_says_so(
    sessions: sessionmaker[Session], database_url: str, valkey: Valkey, tmp_path: Path
) -> None:
    with sessions.begin() as session:
        stubborn = a_job(session, name="stubborn")
    with workshop(tmp_path, database_url, valkey.url, "slow_workshop", MITIGAP_TIME_LIMIT="61") as opened:
        opened.worker()  # told to stop after one second: a minute before its time is up
        until(lambda: ended(sessions, [stubborn], State.FAILED), f"the job has failed\n{opened.logs()}")
    with sessions.begin() as session:
        assert jobs.held(session, stubborn.id).error.startswith("This took longer than 1 minute")


@pytest.mark.usefixtures("ticking")
def test_broker_that_comes_back_empty(
    slow: Workshop,
    sessions: sessionmaker[Session],
    jobs_accepted: list[Job],
    valkey: Valkey,
    tmp_path: Path,
) -> None:
    slow.worker()
    until(lambda: begun(tmp_path, jobs_accepted[0]), "the first job is begun")
    valkey.kill()
    (tmp_path / "go").touch()
    until(lambda: ended(sessions, jobs_accepted[:1]), "the job under way has ended without the broker")
    valkey.start()
    until(lambda: ended(sessions, jobs_accepted), f"all jobs have ended\n{slow.logs()}")
    check(sessions, jobs_accepted)


@pytest.mark.usefixtures("ticking")
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_job_accepted_while_the_broker_is_away(
    slow: Workshop,
    jobs_accepted: list[Job],
    valkey: Valkey,
    engine: Engine,
    tmp_path: Path,
) -> None:
    valkey.kill()
    (tmp_path / "go").touch()
    context = a_context(engine, valkey.beside("postgresql"))
    context.queue.enqueue(jobs_accepted[0].id)
    slow.worker()
    valkey.start()
    until(lambda: ended(context.sessions, jobs_accepted), f"all jobs have ended\n{slow.logs()}")
    check(context.sessions, jobs_accepted)


@pytest.mark.usefixtures("ticking")
def test_worker_told_to_stop_hands_back_what_takes_too_long(
    sessions: sessionmaker[Session], database_url: str, valkey: Valkey, tmp_path: Path
) -> None:
    with sessions.begin() as session:
        job = a_job(session, attempts=1)
    with workshop(tmp_path, database_url, valkey.url, "slow_workshop", MITIGAP_GRACE="1") as opened:
        worker = opened.worker()
        until(lambda: begun(tmp_path, job), "the job is begun", seconds=90)
        assert worker.ask_to_stop() == 0
        assert fates(sessions, job) == [Fate.RETURNED]
        (tmp_path / "go").touch()
        opened.worker()
        until(lambda: ended(sessions, [job]), f"the job has ended\n{opened.logs()}")
    check(sessions, [job])


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_worker_with_nothing_to_do_stops_long_before_its_grace_is_over(
    sessions: sessionmaker[Session], database_url: str, valkey: Valkey, tmp_path: Path
) -> None:
    with workshop(tmp_path, database_url, valkey.url, MITIGAP_GRACE="300") as opened:
        worker = opened.worker()
        until(lambda: "ready" in opened.logs(), "the worker is ready", seconds=90)
        assert worker.ask_to_stop() == 0


@pytest.mark.usefixtures("ticking")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_worker_told_to_stop_finishes_what_it_has(
    slow: Workshop, sessions: sessionmaker[Session], jobs_accepted: list[Job], tmp_path: Path
) -> None:
    worker = slow.worker()
    until(lambda: begun(tmp_path, jobs_accepted[0]), "the first job is begun")
    (tmp_path / "go").touch()
    assert worker.ask_to_stop() == 0
    assert fates(sessions, jobs_accepted[0]) == [Fate.SUCCEEDED]
