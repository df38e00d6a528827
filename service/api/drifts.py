"""What moved between two assessments, over the API."""

from typing import Any
from uuid import UUID

from flask import Response, make_response, url_for

from mitigap.store import drifts
from mitigap.store.schema import State
from service import comparing, downloads, waiting
from service.access import principal
from service.api import shapes
from service.api.blueprint import api
from service.api.schemas import DriftQuery
from service.desk import desk
from service.problems import problem


@api.get("/assessments/<uuid:assessment_id>/drift")
@api.doc(
    summary="What moved since another assessment, and why",
    tags=["Assessments"],
    responses={
        200: "One drift, or a list of them",
        202: "The worker is slow: `Location` is the job to watch.",
        409: "",
    },
)
@api.input(DriftQuery, location="query")
def get_drift(assessment_id: UUID, query_data: dict[str, Any]) -> Response:
    """Every changed technique and edge with its cause. Worked out once for two assessments, then kept."""
    workspace = principal().workspace_id
    with desk().reading() as cabinet:
        now, base = comparing.pair(cabinet, assessment_id, query_data["base"])
        kept = comparing.known(cabinet, now, base)
    if kept is None:
        job = waiting.until_ended(comparing.order(now, base).id)
        if job.state in {State.FAILED, State.CANCELLED}:
            return problem(422, job.error or "The comparison was cancelled.")
        if job.state is not State.SUCCEEDED:
            return make_response(shapes.job(job), 202, {"Location": url_for("api.get_job", job_id=job.id)})
    with desk().reading() as cabinet:
        body = drifts.body(cabinet, workspace, now.id, base.id)
    return downloads.attachment(body, "drift.json", "application/json", shown=True)
