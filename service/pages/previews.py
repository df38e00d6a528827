"""What another catalogue would change, on the page: asked for, shown with its report, accepted."""

from uuid import UUID

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Redirect

from mitigap.errors import CatalogueUnknown, Conflict
from mitigap.store import jobs, results
from mitigap.store.schema import State
from service import downloads, launch, moved, presenters, previewing
from service.access import principal
from service.desk import desk
from service.tickets import assessment_job, preview_job

pages = Blueprint("previews", __name__)


@pages.post("/assessments/<uuid:assessment_id>/preview")
def order(assessment_id: UUID) -> Redirect:
    """To the job that works it out, which leads on to the preview; a refusal is shown where it was asked for."""
    try:
        with desk().writing.begin() as cabinet:
            assessment = assessment_job(cabinet, assessment_id)
            row = previewing.named(cabinet, request.form.get("catalog", ""))
            job = previewing.order(cabinet, assessment, row)
    except (CatalogueUnknown, Conflict) as fault:
        flash(fault.message, "bad")
        return redirect(url_for("assessments.show", assessment_id=assessment_id), 303)
    launch.tell_queue(job)
    return redirect(url_for("jobs.show", job_id=job.id), 303)


@pages.get("/previews/<uuid:preview_id>")
def show(preview_id: UUID) -> str | Redirect:
    workspace = principal().workspace_id
    with desk().reading() as cabinet:
        preview = preview_job(cabinet, preview_id)
        if preview.state is not State.SUCCEEDED:
            return redirect(url_for("jobs.show", job_id=preview.id), 303)
        base = jobs.get(cabinet, workspace, preview.params["assessment"])
        body = results.document(cabinet, workspace, preview.id)
    return render_template(
        "preview.html",
        preview_id=preview.id,
        base=presenters.assessment(base),
        as_of=base.summary["as_of"],
        catalogue=presenters.told(preview.summary),
        sentence=preview.summary["sentence"],
        changed=preview.summary["changed"],
        left_out=preview.summary["left_out"],
        drifts=moved.figures(body),
        files=moved.FILES,
    )


@pages.get("/previews/<uuid:preview_id>/report.<extension>")
def report(preview_id: UUID, extension: str) -> Response:
    workspace = principal().workspace_id
    with desk().reading() as cabinet:
        preview = preview_job(cabinet, preview_id)
        if extension not in moved.FORMATS or preview.state is not State.SUCCEEDED:
            abort(404)
        if extension == "json":
            return downloads.attachment(
                results.document(cabinet, workspace, preview.id), "preview.json", "application/json"
            )
        return downloads.sent(results.artifact(cabinet, workspace, preview.id, f"drift.{extension}"))


@pages.post("/previews/<uuid:preview_id>/assess")
def accept(preview_id: UUID) -> Redirect:
    with desk().writing.begin() as cabinet:
        preview = preview_job(cabinet, preview_id)
        if preview.state is not State.SUCCEEDED:
            abort(409)
        job = previewing.accept(cabinet, preview)
    launch.tell_queue(job)
    return redirect(url_for("jobs.show", job_id=job.id), 303)
