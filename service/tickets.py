"""An assessment by its id, which is its job's: anything else that bears an id is not one."""

from uuid import UUID

from sqlalchemy.orm import Session

from mitigap.errors import NotFound
from mitigap.store import jobs
from mitigap.store.schema import Job, Kind
from service.access import principal


def assessment_job(cabinet: Session, assessment_id: UUID) -> Job:
    job = jobs.get(cabinet, principal().workspace_id, str(assessment_id))
    if job.kind is not Kind.ASSESS:
        raise NotFound
    return job
