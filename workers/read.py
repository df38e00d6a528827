"""Reading an upload: the first or the next revision of an inventory, and what it was understood as."""

from datetime import date
from typing import Any

import msgspec
from sqlalchemy.orm import Session

from mitigap import choices
from mitigap.assessment import vocabulary
from mitigap.catalog.model import Catalogue
from mitigap.choices import NONE, Choices
from mitigap.inventory import child, document, levels
from mitigap.inventory import difference as moved
from mitigap.inventory.model import Inventory
from mitigap.store import inventories, uploads
from mitigap.store.requests import ReadRequest
from mitigap.store.schema import Job, Upload
from workers.context import Context
from workers.outcome import Outcome, Progress


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """Where an inventory's bytes come from, what it is called, and what people settled about reading it."""

    upload: Upload
    data: bytes
    name: str
    choices: Choices = NONE


def run(context: Context, job: Job, progress: Progress) -> Outcome:
    request = msgspec.convert(job.params, ReadRequest)
    catalogue = context.catalogue(job.workspace_id, request.catalogue)
    source = fresh(context, job, request.upload, request.name, request.choices)
    progress(10, "Reading the file")
    inventory = understood(source, catalogue)
    progress(90, "Filing the reading")
    return filed(context, job, source, inventory, into=request.inventory, based_on=request.based_on)


def filed(
    context: Context, job: Job, source: Source, inventory: Inventory, *, into: str | None, based_on: int | None
) -> Outcome:
    """A new inventory, or the next revision of one with what it changes."""
    reading = document.dump(inventory, levels.levels(inventory.controls, as_of(job)))
    change = _change(context, job, inventory, into)

    def shelve(session: Session) -> dict[str, Any]:
        told: dict[str, Any] = {"into": into, "based_on": based_on, "difference": change}
        return revise(session, job, source, inventory, reading, **told)

    return Outcome(document=reading, summary={"inventory": figures(inventory)}, shelve=shelve)


def fresh(context: Context, job: Job, upload_id: str, name: str, choices: Choices = NONE) -> Source:
    """An upload that is not an inventory yet. Without a name it is called after its file."""
    with context.readers() as session:
        upload = uploads.get(session, job.workspace_id, upload_id)
        data = uploads.data(session, job.workspace_id, upload_id)
    called = name or upload.filename.rpartition(".")[0] or upload.filename
    return Source(upload=upload, data=data, name=called, choices=choices)


def understood(source: Source, catalogue: Catalogue) -> Inventory:
    """Read in a child process under limits. Raises FileRefused."""
    words = vocabulary.of(catalogue, source.choices)
    return child.read(source.data, source.upload.filename, words, name=source.name, choices=source.choices)


def as_of(job: Job) -> date:
    """The day a job names, else the one it was asked for on: a second try, tomorrow, gives the same bytes."""
    told = job.params.get("as_of")
    return date.fromisoformat(told) if told else job.created_at.date()


def revise(
    session: Session,
    job: Job,
    source: Source,
    inventory: Inventory,
    reading: bytes,
    *,
    into: str | None = None,
    based_on: int | None = None,
    difference: bytes | None = None,
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
        choices=choices.dump(source.choices),
        difference=difference,
        based_on=based_on,
    )
    return {"revision": {"inventory": revision.inventory_id, "id": revision.id, "number": revision.number}}


def _change(context: Context, job: Job, now: Inventory, inventory_id: str | None) -> bytes | None:
    """What the revision changes in the latest there is; None for the first."""
    if inventory_id is None:
        return None
    with context.readers() as session:
        latest = inventories.revision(session, job.workspace_id, inventory_id)
        before = document.load(inventories.reading(session, job.workspace_id, latest.id))
    day = as_of(job)
    found = moved.difference(before, now)
    reached = moved.with_levels(found, levels.levels(before.controls, day), levels.levels(now.controls, day))
    return moved.dump(reached, base=latest.number)


def figures(inventory: Inventory) -> dict[str, Any]:
    return {
        "name": inventory.name,
        "digest": inventory.digest,
        **({"choices": inventory.choices} if inventory.choices else {}),
        "sheet": inventory.sheet,
        "controls": len(inventory.controls),
        "unresolved": len(inventory.unresolved),
        "issues": len(inventory.issues),
    }
