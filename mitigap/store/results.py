"""What finished jobs left: one document each, and artifacts to download."""

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, undefer

from mitigap.store.rows import found
from mitigap.store.schema import Artifact, Document, Job


def document(session: Session, workspace_id: str, job_id: str) -> bytes:
    data: bytes | None = session.scalar(_of_job(select(Document.data).join(Job), workspace_id, job_id))
    return found(data)


def artifacts(session: Session, workspace_id: str, job_id: str) -> list[Artifact]:
    """What can be downloaded, without the data."""
    return list(session.scalars(_of_job(select(Artifact).join(Job), workspace_id, job_id).order_by(Artifact.format)))


def artifact(session: Session, workspace_id: str, job_id: str, form: str) -> Artifact:
    """One artifact with its data."""
    query = _of_job(select(Artifact).join(Job), workspace_id, job_id).where(Artifact.format == form)
    row: Artifact | None = session.scalar(
        query.options(undefer(Artifact.data)).execution_options(populate_existing=True)
    )
    return found(row)


def _of_job(query: Select[Any], workspace_id: str, job_id: str) -> Select[Any]:
    return query.where(Job.id == job_id, Job.workspace_id == workspace_id)
