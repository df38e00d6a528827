"""What another catalogue would change: which there are, the job that works it out, and accepting it."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from sqlalchemy.orm import Session

from mitigap.errors import CatalogueUnknown, Conflict
from mitigap.store import catalogs, jobs
from mitigap.store.requests import AssessRequest, PreviewRequest
from mitigap.store.schema import CatalogueRow, Job, State
from service import launch, presenters
from service.access import principal
from service.presenters import CatalogueView


class Choices(msgspec.Struct, frozen=True, kw_only=True):
    """The other catalogues of an assessment's domain; `newer` is the newest release, where it was not used."""

    newer: CatalogueView | None
    others: tuple[CatalogueView, ...]


def choices(cabinet: Session, assessment: Job) -> Choices:
    workspace, used = principal().workspace_id, assessment.summary["catalog"]
    others = [row for row in catalogs.listing(cabinet, workspace) if _is_other(row, used)]
    latest = catalogs.latest(cabinet, workspace, used["domain"])
    newer = latest if _is_other(latest, used) and latest.version != used["version"] else None
    return Choices(newer=presenters.catalogue(newer) if newer else None, others=_titled(others))


def order(cabinet: Session, assessment: Job, row: CatalogueRow, key: str | None = None) -> Job:
    """A pending job; tell the queue once it is committed. Conflict or CatalogueUnknown where it could not succeed."""
    if assessment.state is not State.SUCCEEDED:
        raise Conflict(f"There is nothing to preview: the job of {assessment.name} is {assessment.state}.")
    used = assessment.summary["catalog"]
    if row.domain != used["domain"]:
        raise CatalogueUnknown(f"{row.label} is of another domain than {used['domain']}.")
    if row.digest == used["digest"]:
        raise Conflict(f"It was assessed under {row.label} already.")
    wanted = PreviewRequest(assessment=assessment.id, catalogue=row.id)
    return launch.accept(cabinet, wanted, f"{assessment.name} under {_title(row)}", key)


def accept(cabinet: Session, preview: Job, key: str | None = None) -> Job:
    """A new assessment, as of today, of the same revision under the catalogue that was previewed."""
    base = jobs.get(cabinet, principal().workspace_id, preview.params["assessment"])
    asked = msgspec.convert(base.params, AssessRequest)
    kept = base.summary.get("revision")
    wanted = AssessRequest(
        catalogue=preview.params["catalogue"],
        groups=None if asked.groups is None else tuple(group["id"] for group in preview.summary["groups"]),
        revision=kept["id"] if kept else asked.revision,
        name=asked.name,
        policy=asked.policy,
    )
    return launch.accept(cabinet, wanted, base.name, key)


def named(cabinet: Session, text: str) -> CatalogueRow:
    """The catalogue of that id on a form. CatalogueUnknown where there is none."""
    try:
        return catalogs.get(cabinet, principal().workspace_id, str(UUID(text)))
    except ValueError as fault:
        raise CatalogueUnknown("Choose a catalogue.") from fault


def _is_other(row: CatalogueRow, used: dict[str, str]) -> bool:
    return row.domain == used["domain"] and row.digest != used["digest"]


def _titled(rows: Sequence[CatalogueRow]) -> tuple[CatalogueView, ...]:
    return tuple(presenters.catalogue(row) for row in rows)


def _title(row: CatalogueRow) -> str:
    return presenters.catalogue(row).title
