"""What moved between two assessments, kept once for each pair."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from mitigap.store import database
from mitigap.store.rows import found, insert_once
from mitigap.store.schema import Drift, Job


def keep(session: Session, *, job_id: str, base_id: str, made_by: str, changed: bool, body: bytes) -> None:
    """File it, unless the pair has been compared before: equal inputs give equal bytes."""
    key = {"job_id": job_id, "base_id": base_id}
    insert_once(session, Drift, **key, made_by=made_by, changed=changed, created_at=database.now(session), body=body)


def get(session: Session, workspace_id: str, job_id: str, base_id: str) -> Drift | None:
    """Without its body."""
    query = select(Drift).join(Job, Job.id == Drift.job_id).where(Job.workspace_id == workspace_id)
    return session.scalar(query.where(Drift.job_id == job_id, Drift.base_id == base_id))


def body(session: Session, workspace_id: str, job_id: str, base_id: str) -> bytes:
    query = select(Drift.body).join(Job, Job.id == Drift.job_id).where(Job.workspace_id == workspace_id)
    return found(session.scalar(query.where(Drift.job_id == job_id, Drift.base_id == base_id)))


def of_runs(session: Session, job_ids: Iterable[str]) -> dict[str, Drift]:
    """What each scheduled run found against the run before it, without bodies; runs that had none are not there."""
    ids = list(job_ids)
    rows = session.scalars(select(Drift).where(Drift.made_by.in_(ids), Drift.made_by == Drift.job_id))
    return {row.job_id: row for row in rows}
