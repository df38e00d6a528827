"""Assessments on the page: the list of them, one's summary, and its files."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Redirect

from mitigap.store import inventories, jobs, results
from mitigap.store.schema import Job, Kind, State
from service import downloads, presenters
from service.access import principal
from service.desk import desk
from service.paging import before, page
from service.results import result
from service.tickets import assessment_job

ROWS = 50

pages = Blueprint("assessments", __name__, url_prefix="/assessments")


@pages.get("")
def index() -> str:
    with desk().reading() as cabinet:
        rows = jobs.listing(cabinet, principal().workspace_id, kind=Kind.ASSESS, before=before(), limit=ROWS + 1)
    beside = page("assessments.index", [row.created_at for row in rows], ROWS)
    return render_template("assessments.html", rows=[presenters.assessment(row) for row in rows[:ROWS]], page=beside)


@pages.get("/<uuid:assessment_id>")
def show(assessment_id: UUID) -> str | Redirect:
    with desk().reading() as cabinet:
        job = assessment_job(cabinet, assessment_id)
        if job.state is not State.SUCCEEDED:
            return redirect(url_for("jobs.show", job_id=job.id), 303)
        files = results.artifacts(cabinet, principal().workspace_id, job.id)
        inventory = _made_of(cabinet, job)
    return render_template("assessment.html", assessment=result(job, files), inventory=inventory)


@pages.get("/<uuid:assessment_id>/report.<report:extension>")
def report(assessment_id: UUID, extension: str) -> Response:
    with desk().reading() as cabinet:
        return downloads.report(cabinet, assessment_job(cabinet, assessment_id), extension)


def _made_of(cabinet: Session, job: Job) -> dict[str, Any]:
    """The inventory's id and the revision's number."""
    if "revision" in job.summary:
        kept: dict[str, Any] = job.summary["revision"]
        return kept
    revision = inventories.revision_by_id(cabinet, principal().workspace_id, job.params["revision"])
    return {"inventory": revision.inventory_id, "number": revision.number}
