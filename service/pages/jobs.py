"""A job's own page: how far it is, what became of it, and the two things one may do about it."""

from datetime import timedelta
from uuid import UUID

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Redirect

from mitigap.errors import Conflict
from mitigap.store import catalogs, database, heartbeats, jobs
from mitigap.store.schema import Job, Kind, State
from service import launch, presenters
from service.access import principal
from service.desk import desk

LONGEST_SILENCE = timedelta(seconds=20)
"""Of every worker; each of them shows every five seconds that it lives."""

pages = Blueprint("jobs", __name__, url_prefix="/jobs/<uuid:job_id>")


@pages.get("")
def show(job_id: UUID) -> str | Redirect:
    """A job that has succeeded is not worth a page: its result is."""
    with desk().reading() as cabinet:
        row = jobs.get(cabinet, principal().workspace_id, str(job_id))
        job = presenters.job(row, _group_names(cabinet, row), deserted=_deserted(cabinet, row))
    if job.state is State.SUCCEEDED and job.result_url:
        return redirect(job.result_url, 303)
    return render_template("job.html", job=job)


@pages.get("/state")
def watch(job_id: UUID) -> Response:
    """What the page's script asks for while the job is under way."""
    with desk().reading() as cabinet:
        row = jobs.get(cabinet, principal().workspace_id, str(job_id))
        job = presenters.job(row, deserted=_deserted(cabinet, row))
    return jsonify(state=job.state, state_label=job.state_label, stage_label=job.stage_label, progress=job.progress)


@pages.post("/cancel")
def cancel(job_id: UUID) -> Redirect:
    try:
        with desk().writing.begin() as cabinet:
            jobs.cancel(cabinet, principal().workspace_id, str(job_id))
    except Conflict as fault:  # it ended while the page was open
        flash(fault.message, "bad")
    return _back(job_id)


@pages.post("/retry")
def retry(job_id: UUID) -> Redirect:
    try:
        with desk().writing.begin() as cabinet:
            attempts = desk().settings.attempts
            job = jobs.retry(cabinet, principal().workspace_id, str(job_id), attempts=attempts)
    except Conflict as fault:
        flash(fault.message, "bad")
    else:
        launch.tell_queue(job)
    return _back(job_id)


def _back(job_id: UUID) -> Redirect:
    return redirect(url_for("jobs.show", job_id=job_id), 303)


def _deserted(cabinet: Session, job: Job) -> bool:
    """Whether it has waited for a while and no worker was heard in all that time."""
    if job.state is not State.PENDING or database.now(cabinet) - job.created_at < LONGEST_SILENCE:
        return False
    ages = heartbeats.ages(cabinet).items()
    return not any(part.startswith(heartbeats.WORKER) and age < LONGEST_SILENCE for part, age in ages)


def _group_names(cabinet: Session, job: Job) -> dict[str, str]:
    if job.kind is not Kind.ASSESS:
        return {}
    return {group["id"]: group["name"] for group in catalogs.groups(cabinet, job.params["catalogue"])}
