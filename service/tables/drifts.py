"""What moved by group, between two assessments and in a preview; and the earlier assessments to compare with."""

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any
from uuid import UUID

from flask import abort

from mitigap.store import drifts, results
from mitigap.store.schema import State
from service import comparing, moved, presenters
from service.access import principal
from service.desk import desk
from service.listing import Table, Value, table
from service.moved import DriftView
from service.pages import previews
from service.pages.drifts import pages
from service.tables.assessments import ASSESSMENTS
from service.tickets import assessment_job, preview_job

GROUPS: Mapping[str, Callable[[Any], Value]] = {
    "id": attrgetter("now.group.id"),
    "name": attrgetter("now.group.name"),
    "before": attrgetter("base.score"),
    "now": attrgetter("now.score"),
    "change": attrgetter("delta"),
    "because_of": lambda drift: "; ".join(f"{step.cause} {_figure(step.delta)}" for step in drift.steps),
    "changed": attrgetter("changed"),
    "techniques": lambda drift: ", ".join(f"{count} {word}" for word, count in drift.counts.items() if count),
}


@table(pages, "", "choose")
def choose_table(assessment_id: UUID) -> Table:
    with desk().reading() as cabinet:
        job = assessment_job(cabinet, assessment_id)
        found = comparing.candidates(cabinet, job) if job.state is State.SUCCEEDED else []
    return Table(name="earlier assessments", columns=ASSESSMENTS, rows=map(presenters.assessment, found))


@table(pages, "/<uuid:base_id>", "show")
def show_table(assessment_id: UUID, base_id: UUID) -> Table:
    """404 until it has been worked out: the page itself orders that."""
    with desk().reading() as cabinet:
        now, base = comparing.pair(cabinet, assessment_id, base_id)
        if comparing.known(cabinet, now, base) is None:
            abort(404)
        body = drifts.body(cabinet, principal().workspace_id, now.id, base.id)
    return _by_group(body, "drift")


@table(previews.pages, "/previews/<uuid:preview_id>", "show")
def preview_table(preview_id: UUID) -> Table:
    with desk().reading() as cabinet:
        preview = preview_job(cabinet, preview_id)
        if preview.state is not State.SUCCEEDED:
            abort(404)
        body = results.document(cabinet, principal().workspace_id, preview.id)
    return _by_group(body, "preview")


def _by_group(body: bytes, name: str) -> Table:
    found: list[DriftView] = moved.views(body)
    return Table(name=name, columns=GROUPS, rows=found)


def _figure(delta: float | None) -> str:
    return "" if delta is None else f"{delta:+.6g}"
