"""The techniques of an assessed group: the matrix by tactic, and what stands behind each technique."""

from uuid import UUID

import msgspec
from flask import Blueprint, abort, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Redirect

from mitigap.store import results
from mitigap.store.schema import Job, State
from service import matrix, presenters
from service.access import principal
from service.desk import desk
from service.matrix import Filter, GroupView
from service.tickets import assessment_job

LONGEST_SEARCH = 100

pages = Blueprint("techniques", __name__, url_prefix="/assessments/<uuid:assessment_id>/techniques")


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """The assessment, and the group of it that is looked at."""

    job: Job
    found: GroupView


@pages.get("")
def index(assessment_id: UUID) -> str | Redirect:
    scene = _scene(assessment_id)
    if scene is None:
        return redirect(url_for("jobs.show", job_id=assessment_id), 303)
    wanted = _wanted(scene.found)
    return render_template(
        "techniques.html",
        assessment=presenters.assessment(scene.job),
        groups=scene.job.summary["groups"],
        found=scene.found,
        columns=matrix.columns(scene.found, wanted),
        rows=matrix.shown(scene.found, wanted),
        wanted=wanted,
        statuses=matrix.STATUSES,
        tactics=[(each, scene.found.tactics[each]) for each in matrix.ordered(scene.found)],
    )


@pages.get("/<technique_id>")
def show(assessment_id: UUID, technique_id: str) -> str | Redirect:
    scene = _scene(assessment_id)
    if scene is None:
        return redirect(url_for("jobs.show", job_id=assessment_id), 303)
    technique = next((each for each in scene.found.techniques if each.id == technique_id), None) or abort(404)
    return render_template(
        "technique.html",
        assessment=presenters.assessment(scene.job),
        found=scene.found,
        technique=technique,
        tactics=[scene.found.tactics[each] for each in technique.tactics],
    )


def _scene(assessment_id: UUID) -> Scene | None:
    """None as long as the assessment has not succeeded."""
    with desk().reading() as cabinet:
        job = assessment_job(cabinet, assessment_id)
        return Scene(job=job, found=_group(cabinet, job)) if job.state is State.SUCCEEDED else None


def _group(cabinet: Session, job: Job) -> GroupView:
    """The one named in the URL, else the first."""
    known = [each["id"] for each in job.summary["groups"]]
    named = request.args.get("group") or known[0]
    place = known.index(named) if named in known else abort(404)
    return matrix.of_group(results.document(cabinet, principal().workspace_id, job.id), place)


def _wanted(found: GroupView) -> Filter:
    """400 for a status or a tactic that cannot be."""
    asked = request.args
    wanted = Filter(
        status=asked.get("status", ""), tactic=asked.get("tactic", ""), text=asked.get("q", "").strip()[:LONGEST_SEARCH]
    )
    if wanted.status not in ("", *matrix.STATUSES):
        abort(400, f"There is no status “{wanted.status}”; there are {', '.join(matrix.STATUSES)}.")
    if wanted.tactic not in ("", *found.tactics):
        abort(400, f"{found.group.name} has no technique of the tactic “{wanted.tactic}”.")
    return wanted
