"""What comes next, over the API: the forecast of an assessment, and what another catalogue would change."""

from typing import Any
from uuid import UUID

from flask import Response, request, url_for

from mitigap.store import jobs, results
from service import downloads, launch, previewing
from service.access import principal
from service.api.blueprint import api
from service.api.keys import idempotency_key
from service.api.schemas import Accepted, PreviewIn
from service.desk import desk
from service.shelf import named
from service.tickets import assessment_job


@api.get("/assessments/<uuid:assessment_id>/forecast")
@api.doc(
    summary="The days to come on which the score falls",
    tags=["Assessments"],
    responses={200: "One forecast, or a list of them", 304: "Not changed", 409: "Not ready"},
)
def get_forecast(assessment_id: UUID) -> Response:
    """`mitigap/forecast/1`: two years on, if nobody does anything. 404 where it was let go with other old files."""
    with desk().reading() as cabinet:
        return downloads.forecast(cabinet, assessment_job(cabinet, assessment_id), shown=True)


@api.post("/assessments/<uuid:assessment_id>/preview")
@api.doc(summary="What another catalogue would change", tags=["Assessments"], responses=[409])
@api.input(PreviewIn)
@api.output(Accepted, status_code=202)
def create_preview(assessment_id: UUID, json_data: dict[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
    """The same inventory, groups, policy and date under it. The drift is the job's document, and no run is kept."""
    with desk().writing.begin() as cabinet:
        assessment = assessment_job(cabinet, assessment_id)
        row = named(cabinet, json_data["catalog"])
        job = previewing.order(cabinet, assessment, row, idempotency_key(request))
    launch.tell_queue(job)
    return {"id": job.id, "job": job.id}, 202, {"Location": url_for("api.get_job", job_id=job.id)}


@api.get("/jobs/<uuid:job_id>/document")
@api.doc(
    summary="The document that a job has made",
    tags=["Jobs"],
    responses={
        200: "By its kind: a reading, an assessment, a catalogue's figures, a drift",
        304: "Not changed",
        409: "",
    },
)
def get_document(job_id: UUID) -> Response:
    with desk().reading() as cabinet:
        job = jobs.get(cabinet, principal().workspace_id, str(job_id))
        downloads.ready(job)
        body = results.document(cabinet, job.workspace_id, job.id)
    return downloads.attachment(body, f"{job.kind}.json", "application/json", shown=True)
