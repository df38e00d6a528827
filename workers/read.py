"""Reading an upload: the first or the next revision of an inventory, and what it was understood as."""

from datetime import date
from typing import Any

import msgspec
from sqlalchemy.orm import Session

from mitigap.assessment import vocabulary
from mitigap.catalog.model import Catalogue
from mitigap.inventory import child, document, levels
from mitigap.inventory.model import Inventory
from mitigap.store import inventories, uploads
from mitigap.store.requests import ReadRequest
from mitigap.store.schema import Job, Upload
from workers.context import Context
from workers.outcome import Outcome, Progress


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """Where an inventory's bytes come from, and what it is called."""

    upload: Upload
    data: bytes
    name: str


def run(context: Context, job: Job, progress: Progress) -> Outcome:
    request = msgspec.convert(job.params, ReadRequest)
    catalogue = context.catalogue(job.workspace_id, request.catalogue)
    source = fresh(context, job, request.upload, request.name)
    progress(10, "Reading the file")
    inventory = understood(source, catalogue)
    progress(90, "Filing the reading")
    reading = document.dump(inventory, levels.levels(inventory.controls, as_of(job)))

    def shelve(session: Session) -> dict[str, Any]:
        return revise(session, job, source, inventory, reading, into=request.inventory)

    return Outcome(document=reading, summary={"inventory": figures(inventory)}, shelve=shelve)


def fresh(context: Context, job: Job, upload_id: str, name: str) -> Source:
    """An upload that is not an inventory yet. Without a name it is called after its file."""
    with context.readers() as session:
        upload = uploads.get(session, job.workspace_id, upload_id)
        data = uploads.data(session, job.workspace_id, upload_id)
    return Source(upload=upload, data=data, name=name or upload.filename.rpartition(".")[0] or upload.filename)


def understood(source: Source, catalogue: Catalogue) -> Inventory:
    """Read in a child process under limits. Raises FileRefused."""
    return child.read(source.data, source.upload.filename, vocabulary.of(catalogue), name=source.name)


def as_of(job: Job) -> date:
    """The day a job names, else the one it was asked for on: a second try, tomorrow, gives the same bytes."""
    told = job.params.get("as_of")
    return date.fromisoformat(told) if told else job.created_at.date()


def revise(
    session: Session, job: Job, source: Source, inventory: Inventory, reading: bytes, *, into: str | None = None
) -> dict[str, Any]:
    """File the reading as a revision, and say which one it is."""
    revision = inventories.add_revision(
        session,
        job.workspace_id,
        inventory_id=into,
        name=source.name,
        upload_id=source.upload.id,
        job_id=job.id,
        reading=reading,
        summary=figures(inventory),
    )
    return {"revision": {"inventory": revision.inventory_id, "id": revision.id, "number": revision.number}}


def figures(inventory: Inventory) -> dict[str, Any]:
    return {
        "name": inventory.name,
        "digest": inventory.digest,
        "sheet": inventory.sheet,
        "controls": len(inventory.controls),
        "unresolved": len(inventory.unresolved),
        "issues": len(inventory.issues),
    }
