"""Compiling catalogues: an uploaded bundle, and those Mitigap brings with it."""

from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy.orm import Session, sessionmaker

from mitigap.catalog import builtin, document, load, scope
from mitigap.catalog.model import Catalogue, Group
from mitigap.store import catalogs, uploads
from mitigap.store.requests import CatalogRequest
from mitigap.store.schema import CatalogueRow, Job
from reports import blank
from workers.context import Context
from workers.outcome import Outcome, Progress


def run(context: Context, job: Job, progress: Progress) -> Outcome:
    """The bundle or group document of the job's upload, compiled and kept for its workspace."""
    request = msgspec.convert(job.params, CatalogRequest)
    with context.readers() as session:
        upload = uploads.get(session, job.workspace_id, request.upload)
        data = uploads.data(session, job.workspace_id, request.upload)
    progress(10, "Reading the catalogue")
    catalogue = load.read(data, upload.filename, version=request.version, domain=request.domain)
    progress(70, "Compiling it")
    keep = keeper(catalogue, workspace_id=job.workspace_id)
    return Outcome(
        document=msgspec.json.encode(summary(catalogue), order="sorted"),
        summary=summary(catalogue),
        shelve=lambda session: {"catalogue": keep(session).id},
    )


def register_builtin(sessions: sessionmaker[Session]) -> None:
    """Keep the catalogues that Mitigap brings with it, for everyone. Any number of processes may do so at once."""
    standard = builtin.default()
    for catalogue in (standard, *builtin.seeds()):
        keep = keeper(catalogue, builtin=True, standard=catalogue is standard)
        with sessions.begin() as session:
            keep(session)


def keeper(
    catalogue: Catalogue, *, workspace_id: str | None = None, builtin: bool = False, standard: bool = False
) -> Callable[[Session], CatalogueRow]:
    """Compile now, keep later: the transaction is held for the writing alone."""
    compiled: dict[str, Any] = {
        "digest": catalogue.digest,
        "domain": catalogue.domain.value,
        "version": catalogue.version,
        "source": catalogue.source,
        "groups": index(catalogue),
        "document": document.dump(catalogue),
        "template": blank.workbook({key: each.name for key, each in catalogue.mitigations.items()}, catalogue.label),
    }
    return lambda session: catalogs.add(
        session, workspace_id=workspace_id, builtin=builtin, standard=standard, **compiled
    )


def index(catalogue: Catalogue) -> list[dict[str, Any]]:
    """What the desk may know of the groups: their names, and how many techniques each has and can be assessed by."""
    return [_entry(catalogue, group) for _, group in sorted(catalogue.groups.items())]


def summary(catalogue: Catalogue) -> dict[str, Any]:
    return {
        "label": catalogue.label,
        "digest": catalogue.digest,
        "domain": catalogue.domain.value,
        "version": catalogue.version,
        "groups": len(catalogue.groups),
        "techniques": len(catalogue.techniques),
        "mitigations": len(catalogue.mitigations),
        "notes": list(catalogue.notes),
    }


def _entry(catalogue: Catalogue, group: Group) -> dict[str, Any]:
    techniques = scope.techniques(catalogue, group.id)
    return {
        "id": group.id,
        "name": group.name,
        "aliases": list(group.aliases),
        "techniques": len(techniques),
        "mitigable": sum(1 for each in techniques if scope.safeguards(catalogue, each)),
    }
