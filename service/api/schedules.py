"""Schedules over the API: make, look, change, run at once, take away."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import request, url_for
from sqlalchemy.orm import Session

from mitigap import cadence
from mitigap.cadence import Cadence
from mitigap.errors import ScheduleRefused
from mitigap.store import drifts, schedules
from mitigap.store.schema import Drift, Job, Schedule
from service import launch, planning, timetable
from service.access import principal
from service.api.blueprint import api
from service.api.keys import idempotency_key
from service.api.schedule_schemas import ScheduleChange, ScheduleIn, ScheduleOut, SchedulesOut, TimingOut, TimingQuery
from service.api.schemas import Accepted, PageQuery
from service.desk import desk
from service.filters import iso, iso_exact

TAGS = ["Schedules"]
RUNS = 50


@api.post("/schedules")
@api.doc(summary="Repeat an assessment", tags=TAGS)
@api.input(ScheduleIn)
@api.output(ScheduleOut, status_code=201)
def create_schedule(json_data: dict[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
    """By a preset (weekly, monthly, quarterly) or a cron expression, in a time zone, which knows of summer time."""
    who = principal()
    with desk().writing.begin() as cabinet:
        row = schedules.create(
            cabinet, who.workspace_id, planning.plan(cabinet, json_data), user_id=who.user_id, now=desk().clock()
        )
        body = _whole(cabinet, row)
    return body, 201, {"Location": url_for("api.get_schedule", schedule_id=row.id)}


@api.get("/schedules")
@api.doc(summary="The schedules of this workspace, the newest first", tags=TAGS)
@api.input(PageQuery, location="query")
@api.output(SchedulesOut)
def list_schedules(query_data: dict[str, Any]) -> dict[str, Any]:
    limit: int = query_data["limit"]
    before: datetime | None = query_data.get("before")
    with desk().reading() as cabinet:
        rows = schedules.listing(cabinet, principal().workspace_id, before=before, limit=limit + 1)
    more = rows[limit - 1].created_at if len(rows) > limit else None
    following = url_for("api.list_schedules", before=iso_exact(more), limit=limit) if more else None
    return {"schedules": [_row(row) for row in rows[:limit]], "next": following}


@api.get("/schedules/preview")
@api.doc(summary="What a cron expression means, and its next six runs", tags=TAGS)
@api.input(TimingQuery, location="query")
@api.output(TimingOut)
def preview_schedule(query_data: dict[str, Any]) -> dict[str, Any]:
    cron = query_data.get("cron") or cadence.PRESETS.get(query_data.get("preset") or "")
    if not cron:
        raise ScheduleRefused("Say when: a preset or a cron expression.")
    told = cadence.read(cron, query_data["timezone"])
    return {
        "cron": told.cron,
        "timezone": told.timezone,
        "words": cadence.words(told),
        "next_runs": _moments(told, desk().clock()),
    }


@api.get("/schedules/<uuid:schedule_id>")
@api.doc(summary="One schedule, with its latest runs", tags=TAGS)
@api.output(ScheduleOut)
def get_schedule(schedule_id: UUID) -> dict[str, Any]:
    with desk().reading() as cabinet:
        return _whole(cabinet, schedules.get(cabinet, principal().workspace_id, str(schedule_id)))


@api.patch("/schedules/<uuid:schedule_id>")
@api.doc(summary="Change, pause or resume a schedule", tags=TAGS)
@api.input(ScheduleChange)
@api.output(ScheduleOut)
def change_schedule(schedule_id: UUID, json_data: dict[str, Any]) -> dict[str, Any]:
    """Fields that are not sent stay as they are. Resuming makes up for nothing that fell due meanwhile."""
    workspace, now = principal().workspace_id, desk().clock()
    with desk().writing.begin() as cabinet:
        row = schedules.get(cabinet, workspace, str(schedule_id))
        values = planning.changes(cabinet, row, json_data)
        row = schedules.change(cabinet, workspace, row.id, now=now, **values) if values else row
        if json_data.get("enabled") is True:
            row = schedules.resume(cabinet, workspace, row.id, now=now)
        if json_data.get("enabled") is False:
            row = schedules.pause(cabinet, workspace, row.id, planning.reason(json_data.get("paused_reason")), now=now)
        return _whole(cabinet, row)


@api.delete("/schedules/<uuid:schedule_id>")
@api.doc(summary="Take a schedule away; its assessments stay", tags=TAGS)
@api.output({}, status_code=204)
def delete_schedule(schedule_id: UUID) -> tuple[str, int]:
    with desk().writing.begin() as cabinet:
        schedules.remove(cabinet, principal().workspace_id, str(schedule_id))
    return "", 204


@api.post("/schedules/<uuid:schedule_id>/run")
@api.doc(summary="Run a schedule at once", tags=TAGS, responses=[409])
@api.output(Accepted, status_code=202)
def run_schedule(schedule_id: UUID) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Beside the calendar, which goes on as it was. Refused while a run of it is under way."""
    who = principal()
    with desk().writing.begin() as cabinet:
        job = schedules.run_now(
            cabinet,
            who.workspace_id,
            str(schedule_id),
            user_id=who.user_id,
            idempotency_key=idempotency_key(request),
            now=desk().clock(),
            attempts=desk().settings.attempts,
        )
    launch.tell_queue(job)
    return {"id": job.id, "job": job.id}, 202, {"Location": url_for("api.get_assessment", assessment_id=job.id)}


def _whole(cabinet: Session, row: Schedule) -> dict[str, Any]:
    runs = schedules.runs(cabinet, row.id, limit=RUNS)
    compared = drifts.of_runs(cabinet, [run.id for run in runs])
    return {**_row(row), "runs": [_run(run, compared.get(run.id)) for run in runs]}


def _row(row: Schedule) -> dict[str, Any]:
    told = schedules.cadence_of(row)
    kept = ("id", "name", "revision", "domain", "groups", "policy", "cron", "timezone", "enabled", "paused_reason")
    return {
        **{name: getattr(row, name) for name in (*kept, "failures", "notify")},
        "inventory": row.inventory_id,
        "watchlist": row.watchlist_id,
        "catalog": row.catalogue_id or planning.LATEST,
        "words": cadence.words(told),
        "next_runs": _moments(told, row.next_run_at - timedelta(seconds=1), row.ends_at) if row.next_run_at else [],
        "missed": row.missed_count,
        "skipped": row.skipped_count,
        **{name: _maybe(getattr(row, name)) for name in ("ends_at", "next_run_at", "last_run_at", "created_at")},
        "links": {
            "self": url_for("api.get_schedule", schedule_id=row.id),
            "run": url_for("api.run_schedule", schedule_id=row.id),
            "inventory": url_for("api.get_inventory", inventory_id=row.inventory_id),
        },
    }


def _run(job: Job, drift: Drift | None) -> dict[str, Any]:
    return {
        "id": job.id,
        "state": job.state,
        "scheduled_for": _maybe(job.scheduled_for),
        "created_at": iso(job.created_at),
        "base": drift.base_id if drift else None,
        "changed": drift.changed if drift else None,
        "sentence": job.summary.get("moved", {}).get("sentence"),
        "scores": {group["id"]: group["score"] for group in job.summary.get("groups", ())},
        "links": {"assessment": url_for("api.get_assessment", assessment_id=job.id)},
    }


def _moments(told: Cadence, after: datetime, until: datetime | None = None) -> list[dict[str, str]]:
    return [{"at": iso(each.at), "local": each.local} for each in timetable.moments(told, after, until)]


def _maybe(moment: datetime | None) -> str | None:
    return iso(moment) if moment else None
