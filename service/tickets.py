"""An assessment, or a preview, by its id, which is its job's: anything else that bears an id is not one."""

from uuid import UUID

from sqlalchemy.orm import Session

from mitigap.errors import NotFound
from mitigap.store import jobs
from mitigap.store.schema import Job, Kind
from service.access import principal


def assessment_job(cabinet: Session, assessment_id: UUID) -> Job:
    return _of_kind(cabinet, assessment_id, Kind.ASSESS)


def preview_job(cabinet: Session, preview_id: UUID) -> Job:
    return _of_kind(cabinet, preview_id, Kind.PREVIEW)


def _of_kind(cabinet: Session, job_id: UUID, kind: Kind) -> Job:
    job = jobs.get(cabinet, principal().workspace_id, str(job_id))
    if job.kind is not kind:
        raise NotFound
    return job
