"""What moved between two assessments, on the page: choosing the earlier one, the figures, the files."""

from typing import Any
from uuid import UUID

import msgspec
from flask import Blueprint, Response, abort, redirect, render_template, url_for
from werkzeug.wrappers import Response as Redirect

from mitigap.store import drifts, results
from mitigap.store.schema import Job, State
from service import comparing, downloads, presenters
from service.access import principal
from service.desk import desk
from service.tickets import assessment_job

FORMATS = ("html", "xlsx", "md", "json")
FILES = {"xlsx": "Excel", "md": "Markdown", "json": "JSON", "html": "HTML"}

pages = Blueprint("drifts", __name__, url_prefix="/assessments/<uuid:assessment_id>/drift")


class Named(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str


class SideView(msgspec.Struct, frozen=True, kw_only=True):
    group: Named
    score: float | None


class StepView(msgspec.Struct, frozen=True, kw_only=True):
    cause: str
    delta: float | None


class DriftView(msgspec.Struct, frozen=True, kw_only=True):
    """As much of the stored drift as the page shows: nothing in it is interpreted here."""

    changed: bool
    base: SideView
    now: SideView
    delta: float | None
    steps: list[StepView]
    counts: dict[str, int]


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
    if kept is None:
        return redirect(url_for("jobs.show", job_id=comparing.order(now, base).id), 303)
    return render_template(
        "drift.html",
        now=presenters.assessment(now),
        base=presenters.assessment(base),
        drifts=_figures(now, base),
        changed=kept.changed,
        files=FILES,
    )


@pages.get("/<uuid:base_id>/report.<extension>")
def report(assessment_id: UUID, base_id: UUID, extension: str) -> Response:
    if extension not in FORMATS:
        abort(404)
    with desk().reading() as cabinet:
        now, base = comparing.pair(cabinet, assessment_id, base_id)
        kept = comparing.known(cabinet, now, base) or abort(404)
        if extension == "json":
            body = drifts.body(cabinet, principal().workspace_id, now.id, base.id)
            return downloads.attachment(body, "drift.json", "application/json")
        return downloads.sent(results.artifact(cabinet, principal().workspace_id, kept.made_by, f"drift.{extension}"))


def _figures(now: Job, base: Job) -> list[dict[str, Any]]:
    with desk().reading() as cabinet:
        body = drifts.body(cabinet, principal().workspace_id, now.id, base.id)
    found = msgspec.json.decode(body, type=DriftView | list[DriftView])
    return [_figure(each) for each in (found if isinstance(found, list) else [found])]


def _figure(drift: DriftView) -> dict[str, Any]:
    moved = {word: count for word, count in drift.counts.items() if count and word != "unchanged"}
    return {
        "group": drift.now.group,
        "before": drift.base.score,
        "after": drift.now.score,
        "delta": _points(drift.delta),
        "changed": drift.changed,
        "steps": [(step.cause, _points(step.delta)) for step in drift.steps],
        "moved": ", ".join(f"{count} {word}" for word, count in moved.items()),
    }


def _points(delta: float | None) -> str:
    """`+1.2 points`: of a hundred."""
    if delta is None:
        return "—"
    return f"{100 * delta:+.1f} points" if delta else "±0"
