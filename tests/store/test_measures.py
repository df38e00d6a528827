from collections.abc import Iterator
from datetime import timedelta

import pytest
from factories.store import a_job, a_request
from sqlalchemy import update
from sqlalchemy.orm import Session, sessionmaker

from mitigap.store import database, lease, measures
from mitigap.store.requests import ReadRequest
from mitigap.store.schema import Fate, Job, Kind, State

TERM = timedelta(seconds=30)


@pytest.fixture
def session(sessions: sessionmaker[Session]) -> Iterator[Session]:
    with sessions.begin() as session:
        yield session


def done(session: Session, *, waited: float, ran: float) -> None:
    """A job that was begun so many seconds after it was accepted, and took so many."""
    job = a_job(session)
    lease.finish(session, lease.claim(session, job.id, worker="w", term=TERM), document=b"{}")
    begun = job.created_at + timedelta(seconds=waited)
    ended = begun + timedelta(seconds=ran)
    session.execute(update(Job).where(Job.id == job.id).values(started_at=begun, finished_at=ended))


def test_jobs_are_counted_by_kind_and_state_zeros_too(session: Session) -> None:
    a_job(session)
    a_job(session, ReadRequest(upload="u", catalogue="c"))
    done(session, waited=0, ran=1)
    counted = measures.jobs(session)
    assert len(counted) == len(Kind) * len(State)
    assert {key: count for key, count in counted.items() if count} == {
        (Kind.ASSESS, State.PENDING): 1,
        (Kind.READ, State.PENDING): 1,
        (Kind.ASSESS, State.SUCCEEDED): 1,
    }


def test_durations_are_spread_over_the_bounds(session: Session) -> None:
    for seconds in (0.25, 0.75, 7, 3600):
        done(session, waited=0, ran=seconds)
    spread = measures.durations(session)[Kind.ASSESS]
    assert dict(zip(measures.BOUNDS, spread.within, strict=True)) | {0.5: 1, 1.0: 2, 5.0: 2, 10.0: 3, 600.0: 3} == (
        dict(zip(measures.BOUNDS, spread.within, strict=True))
    )
    assert (spread.count, round(spread.seconds, 2)) == (4, 3608.0)
    assert measures.durations(session)[Kind.READ] == measures.Spread()


def test_waits_run_from_acceptance(session: Session) -> None:
    done(session, waited=40, ran=2)
    assert round(measures.waits(session)[Kind.ASSESS].seconds, 2) == 42.0


def test_oldest_waiting_and_running_job_have_an_age(session: Session) -> None:
    ages = {State.PENDING: 90, State.RUNNING: 5}
    for state, seconds in ages.items():
        job = a_job(session, a_request())
        then = database.now(session) - timedelta(seconds=seconds)
        session.execute(update(Job).where(Job.id == job.id).values(state=state, created_at=then, started_at=then))
    found = measures.oldest(session)
    assert {state: round(found[Kind.ASSESS, state].total_seconds()) for state in ages} == ages
    assert found[Kind.READ, State.PENDING] == timedelta()


def test_attempts_are_counted_by_how_they_ended(session: Session) -> None:
    done(session, waited=0, ran=1)
    job = a_job(session)
    lease.fail(session, lease.claim(session, job.id, worker="w", term=TERM), "no")
    lease.claim(session, a_job(session).id, worker="w", term=TERM)
    counted = measures.attempts(session)
    assert {fate: count for fate, count in counted.items() if count} == {Fate.SUCCEEDED: 1, Fate.FAILED: 1}


def test_no_schedule_lags_where_there_is_none(session: Session) -> None:
    assert measures.schedule_lag(session) == timedelta()
