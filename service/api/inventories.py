"""Inventories over the API: send a file, get what it was understood as."""

from typing import Any
from uuid import UUID

from apiflask import abort
from flask import Response, make_response, request, url_for
from werkzeug.datastructures import FileStorage

from mitigap import choices
from mitigap.store import inventories
from mitigap.store.requests import ReadRequest
from mitigap.store.schema import Job, State
from service import inventory_changes, launch, waiting
from service.access import principal
from service.api import shapes
from service.api.blueprint import api
from service.api.keys import idempotency_key
from service.api.schemas import DifferenceOut, InventoriesOut, InventoryOut, InventoryWithRevisionsOut, UploadIn
from service.desk import desk
from service.problems import problem
from service.shelf import named
from service.text import clean, stem

SLOW = {202: "The worker is slow: `Location` is the job to watch."}


@api.get("/inventories")
@api.doc(summary="The inventories of this workspace, the newest first", tags=["Inventories"])
@api.output(InventoriesOut)
def list_inventories() -> dict[str, Any]:
    with desk().reading() as cabinet:
        rows = inventories.listing(cabinet, principal().workspace_id)
    return {"inventories": [shapes.inventory_row(row) for row in rows]}


@api.get("/inventories/<uuid:inventory_id>")
@api.doc(summary="What an inventory was understood as", tags=["Inventories"])
@api.output(InventoryWithRevisionsOut)
def get_inventory(inventory_id: UUID) -> dict[str, Any]:
    """Levels and issues are those of the latest revision."""
    workspace = principal().workspace_id
    with desk().reading() as cabinet:
        inventory = inventories.get(cabinet, workspace, str(inventory_id))
        rows = inventories.revisions(cabinet, workspace, inventory.id)
        reading = inventories.reading(cabinet, workspace, rows[0].id)
    return {**shapes.inventory(inventory, rows[0], reading), "revisions": [shapes.revision(row) for row in rows]}


@api.post("/inventories")
@api.doc(summary="Send a controls spreadsheet", tags=["Inventories"], responses={**SLOW, 413: "Too large"})
@api.input(UploadIn, location="form_and_files")
@api.output(InventoryOut, status_code=201)
def create_inventory(form_and_files_data: dict[str, Any]) -> Any:
    """The answer is what it was understood as: levels, and every issue with its place."""
    return _read(form_and_files_data, None)


@api.post("/inventories/<uuid:inventory_id>/revisions")
@api.doc(summary="Send the next revision of an inventory", tags=["Inventories"], responses={**SLOW, 413: "Too large"})
@api.input(UploadIn, location="form_and_files")
@api.output(InventoryOut, status_code=201)
def create_revision(inventory_id: UUID, form_and_files_data: dict[str, Any]) -> Any:
    """Revisions are never changed: a corrected file is the next one."""
    return _read(form_and_files_data, str(inventory_id))


@api.get("/inventories/<uuid:inventory_id>/revisions/<int:number>/difference")
@api.doc(summary="What a revision changed in the one before", tags=["Inventories"])
@api.output(DifferenceOut)
def get_difference(inventory_id: UUID, number: int) -> Any:
    """The first revision changed nothing: `base` is null."""
    with desk().reading() as cabinet:
        return inventory_changes.told(cabinet, str(inventory_id), number)


def _read(form: dict[str, Any], inventory_id: str | None) -> Any:
    file: FileStorage = form["file"]
    data = file.stream.read()
    if not data:
        abort(422, "file: The file is empty.")
    job = _accepted(form, file.filename or "", data, inventory_id)
    launch.tell_queue(job)
    return _answer(waiting.until_ended(job.id))


def _accepted(form: dict[str, Any], filename: str, data: bytes, inventory_id: str | None) -> Job:
    name = clean(form.get("name") or "") or stem(filename)
    workspace = principal().workspace_id
    told = choices.parse(form["choices"]) if form.get("choices") else choices.NONE
    with desk().writing.begin() as cabinet:
        row = named(cabinet, form.get("catalog"))
        if inventory_id is not None:
            name = inventories.get(cabinet, workspace, inventory_id).name
        upload = launch.keep(cabinet, filename, data)
        settled = launch.settled(cabinet, row, told)
        order = ReadRequest(upload=upload, catalogue=row.id, name=name, inventory=inventory_id, choices=settled)
        return launch.accept(cabinet, order, name, idempotency_key(request))


def _answer(job: Job) -> Any:
    """201 with the reading, 422 with the worker's own sentence, or 202 and where to look."""
    if job.state is State.SUCCEEDED:
        return _reading(job)
    if job.state in (State.FAILED, State.CANCELLED):
        return problem(422, job.error or "The job was cancelled before the file was read.")
    response: Response = make_response(shapes.job(job), 202)
    response.headers["Location"] = url_for("api.get_job", job_id=job.id)
    return response


def _reading(job: Job) -> tuple[dict[str, Any], int, dict[str, str]]:
    workspace = principal().workspace_id
    kept = job.summary["revision"]
    with desk().reading() as cabinet:
        inventory = inventories.get(cabinet, workspace, kept["inventory"])
        revision = inventories.revision(cabinet, workspace, inventory.id, kept["number"])
        told = shapes.inventory(inventory, revision, inventories.reading(cabinet, workspace, revision.id))
    return told, 201, {"Location": url_for("api.get_inventory", inventory_id=inventory.id)}
