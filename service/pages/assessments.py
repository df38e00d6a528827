"""Assessments on the page: the list of them, one's summary, and its files."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Redirect

from mitigap.store import inventories, jobs, results
from mitigap.store.schema import Artifact, Job, Kind, State
from service import downloads, presenters, previewing
from service.access import principal
from service.desk import desk
from service.outlook import Outlook, outlook
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
        ahead = _ahead(cabinet, job, files)
        choices = previewing.choices(cabinet, job)
    told = {"assessment": result(job, files), "inventory": inventory, "ahead": ahead, "choices": choices}
    return render_template("assessment.html", **told)


@pages.get("/<uuid:assessment_id>/report.<report:extension>")
def report(assessment_id: UUID, extension: str) -> Response:
    with desk().reading() as cabinet:
        return downloads.report(cabinet, assessment_job(cabinet, assessment_id), extension)


@pages.get("/<uuid:assessment_id>/forecast.json")
def forecast(assessment_id: UUID) -> Response:
    with desk().reading() as cabinet:
        return downloads.forecast(cabinet, assessment_job(cabinet, assessment_id))


def _ahead(cabinet: Session, job: Job, files: Sequence[Artifact]) -> Outlook | None:
    """None where there is no forecast any more: it goes with the other files of an old assessment."""
    if all(each.format != downloads.FORECAST for each in files):
        return None
    found = results.artifact(cabinet, principal().workspace_id, job.id, downloads.FORECAST)
    return outlook(found.data)


def _made_of(cabinet: Session, job: Job) -> dict[str, Any]:
    """The inventory's id and the revision's number."""
    if "revision" in job.summary:
        kept: dict[str, Any] = job.summary["revision"]
        return kept
    revision = inventories.revision_by_id(cabinet, principal().workspace_id, job.params["revision"])
    return {"inventory": revision.inventory_id, "number": revision.number}
