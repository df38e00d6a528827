"""What moved between two assessments, on the page: choosing the earlier one, the figures, the files."""

from uuid import UUID

from flask import Blueprint, Response, abort, redirect, render_template, url_for
from werkzeug.wrappers import Response as Redirect

from mitigap.store import drifts, results
from mitigap.store.schema import State
from service import comparing, downloads, moved, presenters
from service.access import principal
from service.desk import desk
from service.tickets import assessment_job

pages = Blueprint("drifts", __name__, url_prefix="/assessments/<uuid:assessment_id>/drift")


@pages.get("")
def choose(assessment_id: UUID) -> str:
    with desk().reading() as cabinet:
        job = assessment_job(cabinet, assessment_id)
        found = comparing.candidates(cabinet, job) if job.state is State.SUCCEEDED else []
    rows = [presenters.assessment(each) for each in found]
    return render_template("drift_choose.html", assessment=presenters.assessment(job), rows=rows)


@pages.get("/<uuid:base_id>")
def show(assessment_id: UUID, base_id: UUID) -> str | Redirect:
    """Where it is not known yet, the job that works it out is shown instead, and leads back here."""
    with desk().reading() as cabinet:
        now, base = comparing.pair(cabinet, assessment_id, base_id)
        kept = comparing.known(cabinet, now, base)
        body = drifts.body(cabinet, principal().workspace_id, now.id, base.id) if kept else b""
    if kept is None:
        return redirect(url_for("jobs.show", job_id=comparing.order(now, base).id), 303)
    return render_template(
        "drift.html",
        now=presenters.assessment(now),
        base=presenters.assessment(base),
        drifts=moved.figures(body),
        changed=kept.changed,
        files=moved.FILES,
    )


@pages.get("/<uuid:base_id>/report.<extension>")
def report(assessment_id: UUID, base_id: UUID, extension: str) -> Response:
    if extension not in moved.FORMATS:
        abort(404)
    with desk().reading() as cabinet:
        now, base = comparing.pair(cabinet, assessment_id, base_id)
        kept = comparing.known(cabinet, now, base) or abort(404)
        if extension == "json":
            body = drifts.body(cabinet, principal().workspace_id, now.id, base.id)
            return downloads.attachment(body, "drift.json", "application/json")
        return downloads.sent(results.artifact(cabinet, principal().workspace_id, kept.made_by, f"drift.{extension}"))
