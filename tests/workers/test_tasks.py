import threading
import time
from datetime import timedelta

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from factories.store import a_job
from factories.workers import a_context, an_outcome, runners
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from mitigap.errors import FileRefused
from mitigap.store import invariants, inventories, jobs, lease, results, uploads
from mitigap.store.schema import Attempt, Fate, Inventory, Job, State
from workers import hold, tasks
from workers.context import Context
from workers.outcome import Outcome, Progress


@pytest.fixture
def context(engine: Engine) -> Context:
    return a_context(engine)


@pytest.fixture
def job(sessions: sessionmaker[Session]) -> Job:
    with sessions.begin() as session:
        return a_job(session)


def work(context: Context, job: Job, run: tasks.Runner) -> Job:
    """Run the job once, and look at it afterwards."""
    tasks.work(context, job.id, runners(run))
    with context.sessions() as session:
        assert invariants.broken(session) == {}
        return jobs.get(session, job.workspace_id, job.id)


def raising(error: Exception) -> tasks.Runner:
    def run(_context: Context, _job: Job, _progress: Progress) -> Outcome:
        raise error

    return run


def well(_context: Context, _job: Job, _progress: Progress) -> Outcome:
    return an_outcome()


def test_result_is_filed(context: Context, job: Job) -> None:
    done = work(context, job, well)
    assert (done.state, done.summary, done.attempt) == (State.SUCCEEDED, {"score": 0.5}, 1)
    with context.readers() as session:
        assert results.document(session, job.workspace_id, job.id) == b"{}"
        assert [each.filename for each in results.artifacts(session, job.workspace_id, job.id)] == ["page.html"]


def test_finished_job_is_not_run_again(context: Context, job: Job) -> None:
    work(context, job, well)
    again = work(context, job, raising(AssertionError("run twice")))
    assert (again.state, again.attempt) == (State.SUCCEEDED, 1)


def test_hint_for_a_job_that_is_gone_is_nothing(context: Context) -> None:
    tasks.work(context, "gone", runners(raising(AssertionError("run"))))


def test_what_the_user_can_mend_is_shown_and_not_tried_again(context: Context, job: Job) -> None:
    failed = work(context, job, raising(FileRefused("The workbook is password-protected.")))
    assert (failed.state, failed.error) == (State.FAILED, "The workbook is password-protected.")


def test_error_of_ours_is_tried_again_and_at_last_shown_without_its_trace(context: Context, job: Job) -> None:
    states = [work(context, job, raising(ZeroDivisionError("secret path"))).state for _ in range(3)]
    assert states == [State.PENDING, State.PENDING, State.FAILED]
    with context.readers() as session:
        assert jobs.get(session, job.workspace_id, job.id).error == hold.OURS
        assert "ZeroDivisionError: secret path" in session.scalars(select(Attempt.error)).first()


def test_job_rests_twice_as_long_after_every_error_of_ours(engine: Engine, job: Job) -> None:
    context = a_context(engine, back_off=100)
    rests = []
    for _ in range(2):
        waiting = work(context, job, raising(ZeroDivisionError()))
        rests.append(round((waiting.next_dispatch_at - waiting.started_at).total_seconds(), -1))
    assert rests == [100, 200]


def test_run_that_takes_too_long_says_so(engine: Engine, job: Job) -> None:
    def long(_context: Context, _job: Job, _progress: Progress) -> Outcome:
        time.sleep(1.1)
        raise SoftTimeLimitExceeded

    failed = work(a_context(engine, time_limit=61), job, long)
    assert (failed.state, failed.error) == (State.FAILED, hold.TOO_LONG.format(minutes=1))


def test_run_interrupted_before_its_time_is_left_to_another_worker_and_does_not_count(engine: Engine, job: Job) -> None:
    context = a_context(engine)
    for _ in range(4):
        back = work(context, job, raising(SoftTimeLimitExceeded()))
        assert (back.state, back.error) == (State.PENDING, "")
    assert work(context, job, well).state is State.SUCCEEDED


def test_lease_is_kept_however_long_the_run_takes(engine: Engine, job: Job) -> None:
    context = a_context(engine, lease=0.3)

    def long(context: Context, job: Job, _progress: Progress) -> Outcome:
        time.sleep(0.8)
        with context.sessions.begin() as session:
            assert lease.claim(session, job.id, worker="rival", term=timedelta(seconds=1)) is None
        return an_outcome()

    assert work(context, job, long).state is State.SUCCEEDED


def test_result_of_a_run_that_was_taken_over_is_thrown_away(context: Context, job: Job) -> None:
    def frozen(context: Context, job: Job, _progress: Progress) -> Outcome:
        """As if this process had stood still: the lease runs out, and another worker does the job."""
        with context.sessions.begin() as session:
            session.get(Job, job.id).lease_until = job.created_at
        with context.sessions.begin() as session:
            held = lease.claim(session, job.id, worker="rival", term=timedelta(seconds=9))
            lease.finish(session, held, document=b"the rival's")
        return an_outcome()

    assert work(context, job, frozen).state is State.SUCCEEDED
    with context.readers() as session:
        assert results.document(session, job.workspace_id, job.id) == b"the rival's"
        fates = session.scalars(select(Attempt.fate).order_by(Attempt.number)).all()
    assert fates == [Fate.LOST, Fate.SUCCEEDED]


def test_cancelling_stops_a_run_at_its_next_step(engine: Engine, job: Job) -> None:
    context = a_context(engine, lease=0.3)
    steps = []

    def stepping(_context: Context, _job: Job, progress: Progress) -> Outcome:
        for step in range(100):
            steps.append(step)
            progress(step, "stepping")
            time.sleep(0.05)
        return an_outcome()

    def cancel() -> None:
        with context.sessions.begin() as session:
            jobs.cancel(session, job.workspace_id, job.id)

    threading.Timer(0.2, cancel).start()
    assert work(context, job, stepping).state is State.CANCELLED
    assert len(steps) < 50


def test_job_cancelled_in_its_last_moment_does_not_succeed(context: Context, job: Job) -> None:
    def cancelled(context: Context, job: Job, _progress: Progress) -> Outcome:
        with context.sessions.begin() as session:
            jobs.cancel(session, job.workspace_id, job.id)
        return an_outcome()

    assert work(context, job, cancelled).state is State.CANCELLED


def test_everything_is_filed_in_one_transaction_or_nothing(context: Context, job: Job) -> None:
    with context.sessions.begin() as session:
        upload = uploads.add(session, job.workspace_id, "a.csv", b"a")

    def shelve(session: Session) -> dict[str, object]:
        told = {"name": "n", "upload_id": upload.id, "reading": b"{}", "summary": {}}
        inventories.add_revision(session, job.workspace_id, inventory_id=None, job_id=job.id, **told)
        raise ZeroDivisionError

    def run(_context: Context, _job: Job, _progress: Progress) -> Outcome:
        return an_outcome(shelve=shelve)

    assert work(context, job, run).state is State.PENDING
    with context.readers() as session:
        assert session.scalars(select(Inventory)).all() == []
        assert results.artifacts(session, job.workspace_id, job.id) == []


def test_progress_is_shown(context: Context, job: Job) -> None:
    seen = []

    def run(context: Context, job: Job, progress: Progress) -> Outcome:
        progress(40, "Assessing")
        with context.readers() as session:
            now = jobs.get(session, job.workspace_id, job.id)
            seen.append((now.progress, now.stage))
        return an_outcome()

    done = work(context, job, run)
    assert seen == [(40, "Assessing")]
    assert (done.progress, done.stage) == (100, "")
