from collections.abc import Iterator

import pytest
from factories.store import a_job, a_workspace, an_upload
from servers import at_once
from sqlalchemy.orm import Session, sessionmaker

from mitigap.errors import NotFound
from mitigap.store import inventories
from mitigap.store.schema import Revision


@pytest.fixture
def session(sessions: sessionmaker[Session]) -> Iterator[Session]:
    with sessions.begin() as session:
        yield session


def revise(session: Session, into: str | None = None, reading: bytes = b"{}") -> Revision:
    job = a_job(session)
    told = {"upload_id": an_upload(session), "job_id": job.id, "reading": reading, "summary": {"controls": 1}}
    return inventories.add_revision(session, job.workspace_id, inventory_id=into, name="Controls", **told)


def test_revisions_are_counted_from_one(session: Session) -> None:
    first = revise(session, reading=b"one")
    second = revise(session, first.inventory_id, b"two")
    room = a_workspace(session)
    assert (first.number, second.number) == (1, 2)
    assert inventories.revision(session, room, first.inventory_id).id == second.id
    assert inventories.revision(session, room, first.inventory_id, 1).id == first.id
    assert inventories.reading(session, room, first.id) == b"one"
    assert inventories.get(session, room, first.inventory_id).name == "Controls"


def test_many_revisions_at_once_get_numbers_of_their_own(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        inventory = revise(session).inventory_id

    def add(_number: int) -> int:
        with sessions.begin() as session:
            return revise(session, inventory).number

    assert sorted(at_once(add, 5)) == [2, 3, 4, 5, 6]


def test_inventory_of_another_workspace_is_not_there(session: Session) -> None:
    kept, lab = revise(session), a_workspace(session, "Lab")
    for look, key in [
        (inventories.get, kept.inventory_id),
        (inventories.revision, kept.inventory_id),
        (inventories.revision_by_id, kept.id),
        (inventories.reading, kept.id),
    ]:
        with pytest.raises(NotFound):
            look(session, lab, key)
    assert inventories.listing(session, lab) == inventories.revisions(session, lab, kept.inventory_id) == []


def test_nobody_adds_to_an_inventory_of_another_workspace(session: Session) -> None:
    kept = revise(session)
    job = a_job(session, workspace_id=a_workspace(session, "Lab"))
    told = {"name": "", "upload_id": kept.upload_id, "job_id": job.id, "reading": b"", "summary": {}}
    with pytest.raises(NotFound):
        inventories.add_revision(session, job.workspace_id, inventory_id=kept.inventory_id, **told)
