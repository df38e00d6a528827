"""Inventories on the page: the list of them, one with its revisions, and the file as it came."""

from typing import Any
from uuid import UUID

import msgspec
from flask import Blueprint, Response, render_template, request
from sqlalchemy.orm import Session

from mitigap.store import drafts, inventories, jobs, uploads
from mitigap.store.audit import Act
from mitigap.store.schema import Kind, Revision, Upload
from service import downloads, history, presenters, trend, witness
from service.access import principal
from service.desk import desk

UNKNOWN_TYPE = "application/octet-stream"
SHOWN_ISSUES = 200

pages = Blueprint("inventories", __name__, url_prefix="/inventories")


class SuggestionView(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str


class IssueView(msgspec.Struct, frozen=True, kw_only=True):
    location: str
    message: str
    suggestions: list[SuggestionView] = []


class ReadingView(msgspec.Struct, frozen=True, kw_only=True):
    """As much of the stored reading as the page shows: nothing in it is interpreted here."""

    issues: list[IssueView] = []


@pages.get("")
def index() -> str:
    workspace = principal().workspace_id
    with desk().reading() as cabinet:
        rows = inventories.listing(cabinet, workspace)
        waiting = drafts.listing(cabinet, workspace)
        under_way = jobs.listing(cabinet, workspace, kind=Kind.READ, states=jobs.UNFINISHED, limit=10)
    return render_template(
        "inventories.html",
        rows=[presenters.inventory(row) for row in rows],
        drafts=waiting,
        under_way=[presenters.job(job) for job in under_way],
    )


@pages.get("/<uuid:inventory_id>")
def show(inventory_id: UUID) -> str:
    workspace = principal().workspace_id
    with desk().reading() as cabinet:
        inventory = inventories.get(cabinet, workspace, str(inventory_id))
        revisions = inventories.revisions(cabinet, workspace, inventory.id)
        shown = [revision(cabinet, each) for each in revisions]
        reading = inventories.reading(cabinet, workspace, revisions[0].id)
        words = trend.words(trend.repeated(history.of_inventory(cabinet, inventory.id)))
    issues = msgspec.json.decode(reading, type=ReadingView).issues
    return render_template(
        "inventory.html",
        inventory=presenters.inventory(inventory),
        revisions=shown,
        words=words,
        issues=issues[:SHOWN_ISSUES],
        more_issues=max(0, len(issues) - SHOWN_ISSUES),
    )


@pages.get("/<uuid:inventory_id>/original")
def original(inventory_id: UUID) -> Response:
    """The file of one revision as it was uploaded; never shown in the page's own name, always saved."""
    number = request.args.get("revision", type=int)
    with desk().writing.begin() as cabinet:
        upload, data = _original(cabinet, str(inventory_id), number)
        witness.tell(cabinet, Act.ORIGINAL, upload.filename, inventory=str(inventory_id))
    return downloads.attachment(data, upload.filename, UNKNOWN_TYPE)


def _original(cabinet: Session, inventory_id: str, number: int | None) -> tuple[Upload, bytes]:
    workspace = principal().workspace_id
    kept = inventories.revision(cabinet, workspace, inventory_id, number)
    upload = uploads.get(cabinet, workspace, kept.upload_id)
    return upload, uploads.data(cabinet, workspace, upload.id)


def revision(cabinet: Session, row: Revision) -> dict[str, Any]:
    """One line of the table of revisions."""
    upload = uploads.get(cabinet, principal().workspace_id, row.upload_id)
    return {
        "number": row.number,
        "created": row.created_at,
        "filename": upload.filename,
        "size": upload.size,
        "controls": row.summary["controls"],
        "unresolved": row.summary["unresolved"],
        "issues": row.summary["issues"],
    }
