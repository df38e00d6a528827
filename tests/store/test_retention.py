from collections.abc import Iterator
from datetime import timedelta

import pytest
from factories.store import a_job, a_request, a_workspace, an_upload
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from mitigap.store import database, inventories, lease, results, retention
from mitigap.store.lease import File
from mitigap.store.schema import Artifact, Document, Inventory, Job, Revision, Upload

TERM = timedelta(seconds=30)
PAGE = File(format="html", media_type="text/html", filename="a.html", data=b"<p>" * 100)


@pytest.fixture
def session(sessions: sessionmaker[Session]) -> Iterator[Session]:
    with sessions.begin() as session:
        yield session


def assessed(session: Session, *groups: str, days_ago: int, revision: str | None = None, new: str = "") -> Job:
    """A finished assessment: of a kept revision, or of a fresh upload that has become the inventory `new`."""
    job = a_job(session, a_request(revision=revision, upload=None if revision else "u"))
    held = lease.claim(session, job.id, worker="w", term=TERM)
    lease.finish(session, held, document=b"{}", files=(PAGE,))
    lease.summarise(session, held, {"groups": [{"id": group} for group in groups]})
    if new:
        told = {"upload_id": an_upload(session), "reading": b"{}", "summary": {}, "job_id": job.id}
        inventories.add_revision(session, job.workspace_id, inventory_id=None, name=new, **told)
    then = database.now(session) - timedelta(days=days_ago)
    session.execute(update(Job).where(Job.id == job.id).values(finished_at=then))
    return job


def revision_of(session: Session, job: Job) -> str:
    return session.scalars(select(Revision.id).where(Revision.job_id == job.id)).one()


def test_files_of_old_assessments_go_once_there_is_a_newer_one(session: Session) -> None:
    first = assessed(session, "G0077", days_ago=90, new="Controls")
    second = assessed(session, "G0077", days_ago=60, revision=revision_of(session, first))
    assessed(session, "G0077", days_ago=1, revision=revision_of(session, first))
    assert retention.removable(session, 30) == [first.id, second.id]
    assert retention.removable(session, 75) == [first.id]


def test_the_latest_result_of_an_inventory_and_group_is_kept_however_old(session: Session) -> None:
    first = assessed(session, "G0016", "G0077", days_ago=900, new="Controls")
    assessed(session, "G0077", days_ago=800, revision=revision_of(session, first))
    assessed(session, "G0016", "G0077", days_ago=700, new="Other controls")
    assert retention.removable(session, 30) == []


def test_only_files_are_removed(session: Session) -> None:
    job = assessed(session, "G0077", days_ago=90, new="Controls")
    assessed(session, "G0077", days_ago=1, revision=revision_of(session, job))
    old = retention.removable(session, 30)
    assert retention.printed(session, old) == retention.Printed(files=1, bytes=300)
    assert retention.remove(session, old) == 1
    assert results.document(session, job.workspace_id, job.id) == b"{}"
    assert len(session.scalars(select(Inventory)).all()) == 1
    assert len(session.scalars(select(Document.job_id)).all()) == 2
    assert len(session.scalars(select(Artifact.job_id)).all()) == 1
    assert retention.removable(session, 30) == []


def test_jobs_under_way_and_without_files_are_none_of_its_business(session: Session) -> None:
    a_job(session)
    failed = a_job(session, workspace_id=a_workspace(session, "another"))
    lease.fail(session, lease.claim(session, failed.id, worker="w", term=TERM), "no")
    session.execute(
        update(Job).where(Job.id == failed.id).values(finished_at=database.now(session) - timedelta(days=9))
    )
    assert retention.removable(session, 1) == []


def test_uploads_that_nobody_refers_to_go_after_a_day(session: Session) -> None:
    old, asked_for, filed, fresh = (an_upload(session, data) for data in (b"old", b"asked", b"filed", b"fresh"))
    a_job(session, a_request(upload=asked_for))
    told = {"reading": b"{}", "summary": {}, "job_id": a_job(session).id, "workspace_id": a_workspace(session)}
    inventories.add_revision(session, inventory_id=None, name="Controls", upload_id=filed, **told)
    then = database.now(session) - timedelta(days=2)
    session.execute(update(Upload).where(Upload.id != fresh).values(created_at=then))
    assert retention.orphans(session) == [old]
    assert retention.remove_orphans(session, [old, asked_for, filed, fresh]) == 1
    assert set(session.scalars(select(Upload.id))) == {asked_for, filed, fresh}


def test_an_upload_that_comes_again_is_nobody_s_orphan(session: Session) -> None:
    upload = an_upload(session, b"again")
    session.execute(update(Upload).values(created_at=database.now(session) - timedelta(days=2)))
    seen = retention.orphans(session)
    assert an_upload(session, b"again") == upload
    assert (seen, retention.remove_orphans(session, seen)) == ([upload], 0)
