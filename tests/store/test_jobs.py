from collections.abc import Iterator

import pytest
from factories.store import a_job, a_request, a_workspace
from servers import at_once
from sqlalchemy.orm import Session, sessionmaker

from mitigap.errors import Conflict, NotFound
from mitigap.store import jobs, requests
from mitigap.store.requests import CatalogRequest, PolicyRequest, ReadRequest, Request
from mitigap.store.schema import Kind, State


@pytest.fixture
def session(sessions: sessionmaker[Session]) -> Iterator[Session]:
    with sessions.begin() as session:
        yield session


def test_new_job_is_pending_and_due(session: Session) -> None:
    job = a_job(session, name="Leafminer, November")
    assert (job.state, job.kind, job.attempt, job.name) == (State.PENDING, Kind.ASSESS, 0, "Leafminer, November")
    assert job.next_dispatch_at == job.created_at
    assert job.created_at.utcoffset().total_seconds() == 0


@pytest.mark.parametrize(
    "request_",
    [
        ReadRequest(upload="u", catalogue="c", name="Controls"),
        a_request(groups=None, upload=None, revision="r", policy=PolicyRequest(name="any", software=True)),
        CatalogRequest(upload="u", version="15.1"),
    ],
)
def test_request_comes_back_as_it_went_in(session: Session, request_: Request) -> None:
    job = a_job(session, request_)
    session.flush()
    session.expire_all()
    found = jobs.get(session, job.workspace_id, job.id)
    assert requests.load(found.kind, found.params) == request_


def test_same_key_and_same_request_are_one_job(session: Session) -> None:
    first = a_job(session, idempotency_key="k")
    assert a_job(session, idempotency_key="k").id == first.id
    assert len(jobs.listing(session, first.workspace_id)) == 1


def test_same_key_and_another_request_is_a_conflict(session: Session) -> None:
    a_job(session, idempotency_key="k")
    with pytest.raises(Conflict):
        a_job(session, a_request(groups=("G0007",)), idempotency_key="k")


def test_key_belongs_to_its_workspace(session: Session) -> None:
    first = a_job(session, idempotency_key="k")
    other = a_job(session, idempotency_key="k", workspace_id=a_workspace(session, "Lab"))
    assert other.id != first.id


def test_of_many_who_send_one_key_all_get_one_job(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        a_workspace(session)

    def send(_number: int) -> str:
        with sessions.begin() as session:
            return a_job(session, idempotency_key="k").id

    assert len(set(at_once(send, 8))) == 1


def test_job_of_another_workspace_is_not_there(session: Session) -> None:
    job = a_job(session)
    lab = a_workspace(session, "Lab")
    for look in (jobs.get, jobs.cancel, jobs.retry):
        with pytest.raises(NotFound):
            look(session, lab, job.id)
    assert jobs.listing(session, lab) == []
    assert jobs.get(session, job.workspace_id, job.id).state is State.PENDING


def test_listing_is_newest_first_and_narrows(session: Session) -> None:
    made = [a_job(session), a_job(session, CatalogRequest(upload="u")), a_job(session)]
    room = made[0].workspace_id
    jobs.cancel(session, room, made[2].id)
    assert [job.id for job in jobs.listing(session, room)] == [job.id for job in reversed(made)]
    assert [job.id for job in jobs.listing(session, room, kind=Kind.CATALOG)] == [made[1].id]
    assert [job.id for job in jobs.listing(session, room, states=(State.CANCELLED,))] == [made[2].id]
    assert [job.id for job in jobs.listing(session, room, before=made[1].created_at)] == [made[0].id]


def test_pending_job_is_cancelled_at_once(session: Session) -> None:
    job = a_job(session)
    assert jobs.cancel(session, job.workspace_id, job.id).state is State.CANCELLED
    assert job.finished_at is not None


def test_finished_job_cannot_be_cancelled(session: Session) -> None:
    job = a_job(session)
    jobs.cancel(session, job.workspace_id, job.id)
    with pytest.raises(Conflict):
        jobs.cancel(session, job.workspace_id, job.id)


def test_cancelled_job_is_tried_again_from_the_start(session: Session) -> None:
    job = a_job(session)
    jobs.cancel(session, job.workspace_id, job.id)
    again = jobs.retry(session, job.workspace_id, job.id)
    assert (again.state, again.cancel_requested, again.finished_at) == (State.PENDING, False, None)


def test_pending_job_cannot_be_tried_again(session: Session) -> None:
    job = a_job(session)
    with pytest.raises(Conflict):
        jobs.retry(session, job.workspace_id, job.id)
