from collections.abc import Iterator
from datetime import timedelta

import pytest
from factories.store import a_job
from servers import at_once
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from mitigap.errors import LeaseLost
from mitigap.store import dispatch, invariants, jobs, lease, results
from mitigap.store.lease import File, Lease, Pulse
from mitigap.store.schema import Attempt, Fate, Job, State

TERM = timedelta(seconds=30)
OVER = timedelta(seconds=-1)
"""A lease that has run out already."""

PAGE = File(format="html", media_type="text/html", filename="a.html", data=b"<p>" * 1000)


@pytest.fixture
def session(sessions: sessionmaker[Session]) -> Iterator[Session]:
    with sessions.begin() as session:
        yield session
        session.flush()
        assert invariants.broken(session) == {}


def claim(session: Session, job: Job, term: timedelta = TERM, worker: str = "w1") -> Lease | None:
    return lease.claim(session, job.id, worker=worker, term=term)


def fates(session: Session, job: Job) -> dict[int, Fate | None]:
    rows = session.execute(select(Attempt.number, Attempt.fate).where(Attempt.job_id == job.id))
    return dict(map(tuple, rows))


def look(session: Session, job: Job) -> Job:
    return jobs.get(session, job.workspace_id, job.id)


def test_claimed_job_is_running(session: Session) -> None:
    job = a_job(session)
    held = claim(session, job)
    found = look(session, job)
    assert (found.state, found.attempt, found.lease_token) == (State.RUNNING, 1, held.token)


def test_running_job_is_not_to_be_had(session: Session) -> None:
    job = a_job(session)
    claim(session, job)
    assert claim(session, job, worker="w2") is None


def test_unknown_job_is_not_to_be_had(session: Session) -> None:
    assert lease.claim(session, "nowhere", worker="w1", term=TERM) is None


def test_of_many_workers_one_gets_the_job(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        job = a_job(session)

    def compete(number: int) -> bool:
        with sessions.begin() as session:
            return claim(session, job, worker=f"w{number}") is not None

    assert sum(at_once(compete, 8)) == 1
    with sessions() as session:
        assert fates(session, job) == {1: None}


def test_finishing_files_the_result(session: Session) -> None:
    job = a_job(session)
    held = claim(session, job)
    lease.finish(session, held, document=b"{}", files=(PAGE,))
    lease.summarise(session, held, {"score": 0.5})
    found = look(session, job)
    assert (found.state, found.progress, found.summary) == (State.SUCCEEDED, 100, {"score": 0.5})
    assert results.document(session, job.workspace_id, job.id) == b"{}"
    assert results.artifact(session, job.workspace_id, job.id, "html").data == PAGE.data
    assert [each.size for each in results.artifacts(session, job.workspace_id, job.id)] == [3000]
    assert fates(session, job) == {1: Fate.SUCCEEDED}


def test_expired_lease_is_taken_over_and_the_late_result_thrown_away(session: Session) -> None:
    job = a_job(session)
    late = claim(session, job, term=OVER)
    held = claim(session, job, worker="w2")
    with pytest.raises(LeaseLost), session.begin_nested():
        lease.finish(session, late, document=b"late", files=(PAGE,))
    assert lease.extend(session, late, term=TERM) is Pulse.LOST
    assert not lease.fail(session, late, "late")
    assert not lease.give_back(session, late, message="", trace="", delay=TERM)
    lease.finish(session, held, document=b"in time")
    assert results.document(session, job.workspace_id, job.id) == b"in time"
    assert results.artifacts(session, job.workspace_id, job.id) == []
    assert fates(session, job) == {1: Fate.LOST, 2: Fate.SUCCEEDED}


def test_result_is_filed_once_though_two_finish_at_the_same_time(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        job = a_job(session)
        held = claim(session, job)

    def finish(number: int) -> bool:
        try:
            with sessions.begin() as session:
                lease.finish(session, held, document=str(number).encode())
        except LeaseLost:
            return False
        return True

    assert sum(at_once(finish, 4)) == 1


def test_extending_keeps_the_lease(session: Session) -> None:
    job = a_job(session)
    held = claim(session, job, term=OVER)
    assert lease.extend(session, held, term=TERM) is Pulse.HELD
    assert claim(session, job, worker="w2") is None


def test_cancelling_a_running_job_reaches_its_worker(session: Session) -> None:
    job = a_job(session)
    held = claim(session, job)
    assert jobs.cancel(session, job.workspace_id, job.id).state is State.RUNNING
    assert lease.extend(session, held, term=TERM) is Pulse.CANCEL
    assert lease.stop(session, held)
    assert look(session, job).state is State.CANCELLED
    assert fates(session, job) == {1: Fate.CANCELLED}


def test_cancelled_job_does_not_succeed_any_more(session: Session) -> None:
    job = a_job(session)
    held = claim(session, job)
    jobs.cancel(session, job.workspace_id, job.id)
    with pytest.raises(LeaseLost), session.begin_nested():
        lease.finish(session, held, document=b"{}")


def test_nobody_stops_a_job_that_is_wanted(session: Session) -> None:
    job = a_job(session)
    assert not lease.stop(session, claim(session, job))


def test_failing_keeps_the_message(session: Session) -> None:
    job = a_job(session)
    lease.fail(session, claim(session, job), "The file cannot be read.")
    assert (look(session, job).state, look(session, job).error) == (State.FAILED, "The file cannot be read.")


def test_error_of_ours_is_tried_again_later_and_ends_after_the_last_attempt(session: Session) -> None:
    job = a_job(session, attempts=2)
    lease.give_back(session, claim(session, job), message="ours", trace="Traceback 1", delay=TERM)
    waiting = look(session, job)
    assert (waiting.state, waiting.error, waiting.finished_at) == (State.PENDING, "", None)
    assert waiting.next_dispatch_at > waiting.created_at + TERM / 2
    lease.give_back(session, claim(session, job), message="ours", trace="Traceback 2", delay=TERM)
    assert (look(session, job).state, look(session, job).error) == (State.FAILED, "ours")
    assert claim(session, job) is None
    assert session.scalars(select(Attempt.error).order_by(Attempt.number)).all() == ["Traceback 1", "Traceback 2"]


def test_error_of_ours_ends_a_job_that_nobody_wants(session: Session) -> None:
    job = a_job(session)
    held = claim(session, job)
    jobs.cancel(session, job.workspace_id, job.id)
    lease.give_back(session, held, message="ours", trace="", delay=TERM)
    assert look(session, job).state is State.CANCELLED


def test_trying_again_gives_a_full_number_of_attempts_and_keeps_the_history(session: Session) -> None:
    job = a_job(session, attempts=1)
    lease.fail(session, claim(session, job), "no")
    jobs.retry(session, job.workspace_id, job.id, attempts=2)
    assert look(session, job).error == ""
    lease.give_back(session, claim(session, job), message="ours", trace="", delay=timedelta())
    lease.finish(session, claim(session, job), document=b"{}")
    assert fates(session, job) == {1: Fate.FAILED, 2: Fate.ERROR, 3: Fate.SUCCEEDED}


def test_progress_is_only_shown_by_who_holds_the_job(session: Session) -> None:
    job = a_job(session)
    late = claim(session, job, term=OVER)
    held = claim(session, job, worker="w2")
    lease.report(session, held, 40, "Assessing")
    lease.report(session, late, 90, "Printing")
    assert (look(session, job).progress, look(session, job).stage) == (40, "Assessing")


def test_silent_worker_loses_its_job_until_the_attempts_are_used_up(session: Session) -> None:
    job = a_job(session, attempts=3)
    for _ in range(2):
        claim(session, job, term=OVER)
        assert dispatch.sweep(session).pending == (job.id,)
    claim(session, job, term=OVER)
    assert dispatch.sweep(session).failed == (job.id,)
    assert look(session, job).error == "This job stopped its worker 3 times and is not tried again by itself."
    assert fates(session, job) == {1: Fate.LOST, 2: Fate.LOST, 3: Fate.LOST}


def test_last_attempt_is_not_taken_over(session: Session) -> None:
    job = a_job(session, attempts=1)
    claim(session, job, term=OVER)
    assert claim(session, job, worker="w2") is None
    dispatch.sweep(session)


def test_silent_worker_s_cancelled_job_is_cancelled(session: Session) -> None:
    job = a_job(session)
    claim(session, job, term=OVER)
    jobs.cancel(session, job.workspace_id, job.id)
    assert dispatch.sweep(session).cancelled == (job.id,)


def test_sweep_leaves_living_workers_alone_unless_it_is_told_that_none_lives(session: Session) -> None:
    job = a_job(session)
    claim(session, job)
    assert dispatch.sweep(session) == dispatch.Swept()
    assert dispatch.sweep(session, every_running=True).pending == (job.id,)
