"""The files of a finished assessment over the API."""

from uuid import UUID

from flask import Response

from service import downloads
from service.api.blueprint import api
from service.desk import desk
from service.tickets import assessment_job


@api.get("/assessments/<uuid:assessment_id>/report.<report:extension>")
@api.doc(
    summary="One format of the report",
    tags=["Assessments"],
    responses={200: "The file", 304: "Not changed", 409: "Not ready"},
)
def get_report(assessment_id: UUID, extension: str) -> Response:
    """The extension says the format. Bears an ETag.

    `html`, `xlsx`, `csv`, `md`, `json`; for ATT&CK Navigator `layer.json` (coverage), `gaps.layer.json` and
    `threat.layer.json`; `poam.json` is an OSCAL plan of action and milestones; `zip` holds all of them, the upload, and
    `MANIFEST.sha256` with the digest of each.
    """
    with desk().reading() as cabinet:
        return downloads.report(cabinet, assessment_job(cabinet, assessment_id), extension)
