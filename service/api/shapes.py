"""Rows as the API spells them; the fields of each stand in schemas.py."""

from typing import Any

import msgspec
from flask import url_for

from mitigap.store.schema import CatalogueRow, Inventory, Job, Kind, Revision, State
from service.downloads import FORMATS
from service.filters import iso
from service.groups import GroupEntry


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """The parts of the stored reading that the API hands on as they are."""

    digest: str
    levels: dict[str, float | None] = {}
    issues: list[dict[str, Any]] = []


def job(row: Job) -> dict[str, Any]:
    return {
        "id": row.id,
        "kind": row.kind,
        **_state(row),
        "attempt": row.attempt,
        "started_at": iso(row.started_at) if row.started_at else None,
        "summary": row.summary,
        "links": {"self": url_for("api.get_job", job_id=row.id), **_result(row)},
    }


def assessment(row: Job) -> dict[str, Any]:
    done = row.state is State.SUCCEEDED
    return {
        "id": row.id,
        "job": row.id,
        **_state(row),
        "groups": row.params["groups"],
        "policy": row.params["policy"],
        "summary": row.summary if done else None,
        "links": {
            "self": url_for("api.get_assessment", assessment_id=row.id),
            "job": url_for("api.get_job", job_id=row.id),
            **({"report": _reports(row)} if done else {}),
        },
    }


def inventory(row: Inventory, revision: Revision, reading: bytes) -> dict[str, Any]:
    understood = msgspec.json.decode(reading, type=Reading)
    return {
        **inventory_row(row),
        "revision": revision.number,
        "digest": understood.digest,
        "levels": understood.levels,
        "issues": understood.issues,
    }


def inventory_row(row: Inventory) -> dict[str, Any]:
    return {"id": row.id, "name": row.name, "revision": row.latest, "created_at": iso(row.created_at)}


def revision(row: Revision) -> dict[str, Any]:
    return {"number": row.number, "created_at": iso(row.created_at), "summary": row.summary}


def catalogue(row: CatalogueRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "label": row.label,
        "domain": row.domain,
        "version": row.version,
        "digest": row.digest,
        "source": row.source,
        "builtin": row.builtin,
        "standard": row.standard,
        "created_at": iso(row.created_at),
    }


def group(entry: GroupEntry) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(entry)
    return plain


def _state(row: Job) -> dict[str, Any]:
    return {
        "name": row.name,
        "state": row.state,
        "stage": row.stage,
        "progress": 100 if row.state is State.SUCCEEDED else row.progress,
        "error": row.error or None,
        "created_at": iso(row.created_at),
        "finished_at": iso(row.finished_at) if row.finished_at else None,
    }


def _reports(row: Job) -> dict[str, str]:
    return {
        form: url_for("api.get_report", assessment_id=row.id, extension=extension)
        for extension, form in FORMATS.items()
    }


def _result(row: Job) -> dict[str, str]:
    """Where what came of the job is to be had."""
    if row.kind is Kind.ASSESS:
        return {"assessment": url_for("api.get_assessment", assessment_id=row.id)}
    if row.kind is Kind.PREVIEW and row.state is State.SUCCEEDED:
        return {
            "assessment": url_for("api.get_assessment", assessment_id=row.params["assessment"]),
            "document": url_for("api.get_document", job_id=row.id),
        }
    kept = row.summary.get("revision")
    return {"inventory": url_for("api.get_inventory", inventory_id=kept["inventory"])} if kept else {}
