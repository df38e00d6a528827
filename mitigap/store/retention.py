"""What an installation need not keep for ever: the printed files of old assessments, and uploads nobody refers to.

Results and inventories stay.
"""

from collections.abc import Iterator
from datetime import timedelta

import msgspec
from sqlalchemy import ColumnElement, delete, exists, func, select
from sqlalchemy.orm import Session

from mitigap.store import database
from mitigap.store.imports import Draft
from mitigap.store.rows import changed
from mitigap.store.schema import Artifact, Job, Kind, Revision, State, Upload

BATCH = 100
"""Jobs whose files are removed in one transaction, so that nobody waits for long."""


ORPHANED = timedelta(days=1)
"""How old an upload is that no job, no revision and no import refers to, before it may go."""


class Printed(msgspec.Struct, frozen=True, kw_only=True):
    """How many files, of how many bytes before they were deflated."""

    files: int
    bytes: int


def removable(session: Session, days: int) -> list[str]:
    """The jobs that ended more than `days` ago, have files, and are no inventory's latest result for any group."""
    before = database.now(session) - timedelta(days=days)
    has_files = exists().where(Artifact.job_id == Job.id)
    old = select(Job.id).where(Job.finished_at < before, Job.kind == Kind.ASSESS, has_files).order_by(Job.finished_at)
    latest = set(_latest(session))
    return [job_id for job_id in session.scalars(old) if job_id not in latest]


def printed(session: Session, job_ids: list[str]) -> Printed:
    totals = select(func.count(), func.coalesce(func.sum(Artifact.size), 0)).where(Artifact.job_id.in_(job_ids))
    files, size = session.execute(totals).one()
    return Printed(files=files, bytes=size)


def remove(session: Session, job_ids: list[str]) -> int:
    """How many files were removed. The jobs, their results and what pages show of them stay."""
    return changed(session, delete(Artifact).where(Artifact.job_id.in_(job_ids)))


def orphans(session: Session) -> list[str]:
    """Uploads that came in more than a day ago and belong to nothing."""
    return list(session.scalars(select(Upload.id).where(*_orphaned(session)).order_by(Upload.created_at)))


def remove_orphans(session: Session, upload_ids: list[str]) -> int:
    """How many were removed: those that are orphans still."""
    return changed(session, delete(Upload).where(Upload.id.in_(upload_ids), *_orphaned(session)))


def _orphaned(session: Session) -> tuple[ColumnElement[bool], ...]:
    asked = exists().where(Job.params["upload"].as_string() == Upload.id)
    referred = [exists().where(each == Upload.id) for each in (Revision.upload_id, Draft.upload_id)]
    return (Upload.created_at < database.now(session) - ORPHANED, ~asked, *(~each for each in referred))


def _latest(session: Session) -> Iterator[str]:
    """The jobs that are the newest of some inventory and group."""
    inventories = _inventories(session)
    seen: set[tuple[str | None, str]] = set()
    newest_first = (
        select(Job.id, Job.params, Job.summary)
        .where(Job.kind == Kind.ASSESS, Job.state == State.SUCCEEDED)
        .order_by(Job.finished_at.desc(), Job.id)
    )
    for job_id, params, summary in session.execute(newest_first.execution_options(yield_per=BATCH)):
        inventory = inventories.get(params.get("revision") or job_id)
        pairs = {(inventory, group["id"]) for group in summary.get("groups", ())}
        if pairs - seen:
            yield job_id
        seen |= pairs


def _inventories(session: Session) -> dict[str, str]:
    """Whose revision an id stands for: that of the revision itself, or of the job that has made it."""
    found: dict[str, str] = {}
    for revision, job_id, inventory in session.execute(select(Revision.id, Revision.job_id, Revision.inventory_id)):
        found |= {revision: inventory, job_id: inventory}
    return found
