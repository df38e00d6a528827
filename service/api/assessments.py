"""Assessments over the API: order one, see how far it is, read its summary. An assessment's id is its job's."""

from datetime import datetime
from typing import Any
from uuid import UUID

from apiflask import abort
from flask import request, url_for
from sqlalchemy.orm import Session

from mitigap.store import inventories, jobs, watchlists
from mitigap.store.requests import AssessRequest, PolicyRequest
from mitigap.store.schema import CatalogueRow, Job, Kind
from service import addressing, launch
from service.access import principal
from service.api import shapes
from service.api.blueprint import api
from service.api.keys import idempotency_key
from service.api.schemas import Accepted, AssessmentIn, AssessmentOut, AssessmentsOut, PageQuery
from service.desk import desk
from service.filters import iso_exact
from service.planning import SCOPES
from service.shelf import named
from service.tickets import assessment_job
from service.watching import Scope, named_groups, of_watchlist


@api.post("/assessments")
@api.doc(summary="Assess an inventory against groups", tags=["Assessments"], responses=[404, 409])
@api.input(AssessmentIn)
@api.output(Accepted, status_code=202)
def create_assessment(json_data: dict[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Groups go by id, name or alias. The header Idempotency-Key makes it safe to send the same order twice."""
    if sum(bool(json_data.get(each)) for each in SCOPES) != 1:
        abort(422, "groups: name the groups, or a watchlist, or set all_groups to true.")
    with desk().writing.begin() as cabinet:
        job = _ordered(cabinet, json_data)
    launch.tell_queue(job)
    return {"id": job.id, "job": job.id}, 202, {"Location": url_for("api.get_assessment", assessment_id=job.id)}


@api.get("/assessments")
@api.doc(summary="The assessments of this workspace, the newest first", tags=["Assessments"])
@api.input(PageQuery, location="query")
@api.output(AssessmentsOut)
def list_assessments(query_data: dict[str, Any]) -> dict[str, Any]:
    limit: int = query_data["limit"]
    before: datetime | None = query_data.get("before")
    with desk().reading() as cabinet:
        rows = jobs.listing(cabinet, principal().workspace_id, kind=Kind.ASSESS, before=before, limit=limit + 1)
    more = rows[limit - 1].created_at if len(rows) > limit else None
    following = url_for("api.list_assessments", before=iso_exact(more), limit=limit) if more else None
    return {"assessments": [shapes.assessment(row) for row in rows[:limit]], "next": following}


@api.get("/assessments/<uuid:assessment_id>")
@api.doc(summary="How far an assessment is, and its summary", tags=["Assessments"])
@api.output(AssessmentOut)
def get_assessment(assessment_id: UUID) -> dict[str, Any]:
    with desk().reading() as cabinet:
        return shapes.assessment(assessment_job(cabinet, assessment_id))


def _ordered(cabinet: Session, body: dict[str, Any]) -> Job:
    workspace = principal().workspace_id
    inventory = inventories.get(cabinet, workspace, str(body["inventory"]))
    revision = inventories.revision(cabinet, workspace, inventory.id, body.get("revision"))
    row = named(cabinet, body.get("catalog"))
    wanted = _scope(cabinet, row, body)
    order = AssessRequest(
        catalogue=row.id,
        groups=wanted.groups,
        weights=wanted.weights,
        watchlist=wanted.watchlist,
        revision=revision.id,
        name=inventory.name,
        policy=body.get("policy") or PolicyRequest(),
        notify=addressing.order(cabinet, body["notify"]) if "notify" in body else None,
    )
    return launch.accept(cabinet, order, body.get("name") or inventory.name, idempotency_key(request))


def _scope(cabinet: Session, row: CatalogueRow, body: dict[str, Any]) -> Scope:
    listed = body.get("watchlist")
    if listed:
        kept = watchlists.get(cabinet, principal().workspace_id, str(listed))
        found = of_watchlist(cabinet, kept.id, row)
    else:
        found = Scope(groups=None if body["all_groups"] else named_groups(cabinet, row, body["groups"]))
    return found.weighed(cabinet, row, body.get("weights") or {})
