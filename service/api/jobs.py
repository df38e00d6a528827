"""Jobs over the API: look, cancel, ask again."""

from typing import Any
from uuid import UUID

from mitigap.store import jobs
from mitigap.store.schema import Job
from service import launch
from service.access import principal
from service.api import shapes
from service.api.blueprint import api
from service.api.schemas import JobOut
from service.desk import desk


@api.get("/jobs/<uuid:job_id>")
@api.doc(summary="How far a job is", tags=["Jobs"])
@api.output(JobOut)
def get_job(job_id: UUID) -> dict[str, Any]:
    with desk().reading() as cabinet:
        return shapes.job(jobs.get(cabinet, principal().workspace_id, str(job_id)))


@api.post("/jobs/<uuid:job_id>/cancel")
@api.doc(summary="Cancel a job", tags=["Jobs"], responses=[409])
@api.output(JobOut)
def cancel_job(job_id: UUID) -> dict[str, Any]:
    """A pending job is cancelled at once, a running one as soon as its worker notices."""
    with desk().writing.begin() as cabinet:
        return shapes.job(jobs.cancel(cabinet, principal().workspace_id, str(job_id)))


@api.post("/jobs/<uuid:job_id>/retry")
@api.doc(summary="Try a failed or cancelled job again", tags=["Jobs"], responses=[409])
@api.output(JobOut, status_code=202)
def retry_job(job_id: UUID) -> dict[str, Any]:
    """The same inputs once more, with a full number of attempts."""
    job = _retried(job_id)
    launch.tell_queue(job)
    return shapes.job(job)


def _retried(job_id: UUID) -> Job:
    with desk().writing.begin() as cabinet:
        return jobs.retry(cabinet, principal().workspace_id, str(job_id), attempts=desk().settings.attempts)
