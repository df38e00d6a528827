from collections.abc import Iterator

import pytest
from factories.store import a_job, a_request, a_workspace
from sqlalchemy.orm import Session, sessionmaker

from mitigap.errors import Busy, Conflict
from mitigap.store import jobs


@pytest.fixture
def session(sessions: sessionmaker[Session]) -> Iterator[Session]:
    with sessions.begin() as session:
        yield session


def test_no_more_jobs_are_accepted_than_may_wait(session: Session) -> None:
    for _ in range(3):
        a_job(session, most=3)
    with pytest.raises(Busy):
        a_job(session, most=3)
    a_job(session, most=3, workspace_id=a_workspace(session, "another"))


def test_room_is_made_by_every_job_that_ends(session: Session) -> None:
    first = a_job(session, most=1)
    jobs.cancel(session, first.workspace_id, first.id)
    assert a_job(session, most=1).id != first.id


def test_what_was_accepted_before_is_answered_as_before(session: Session) -> None:
    first = a_job(session, most=1, idempotency_key="k")
    assert a_job(session, most=1, idempotency_key="k").id == first.id
    with pytest.raises(Conflict):
        a_job(session, a_request(groups=("G0016",)), most=1, idempotency_key="k")


def test_scheduled_jobs_do_not_fill_the_places_of_those_somebody_waits_for(session: Session) -> None:
    for _ in range(5):
        a_job(session, priority=0)
    assert a_job(session, most=1)
