"""Accepting work: the job's row is committed first, then the queue is told."""

import msgspec
import structlog
from sqlalchemy.orm import Session

from mitigap import choices
from mitigap.choices import NONE, Choices
from mitigap.store import jobs, known, uploads
from mitigap.store.requests import Request
from mitigap.store.schema import CatalogueRow, Job
from service import witness
from service.access import principal
from service.desk import desk
from service.text import clean

log = structlog.get_logger(__name__)


def keep(cabinet: Session, filename: str, data: bytes) -> str:
    """The id under which the workshop finds the file."""
    return uploads.add(cabinet, principal().workspace_id, filename, data).id


def settled(cabinet: Session, row: CatalogueRow, told: Choices = NONE) -> Choices:
    """What the workspace knows in that catalogue's domain, beneath what was told about one file."""
    known_here = known.choices(cabinet, principal().workspace_id, row.domain)
    told = told if not told.names or told.domain else msgspec.structs.replace(told, domain=row.domain)
    return choices.over(known_here, told)


def accept(cabinet: Session, request: Request, name: str, key: str | None = None) -> Job:
    """A pending job in the caller's transaction. Tell the queue once that is committed."""
    who = principal()
    witness.about(clean(name))
    return jobs.create(
        cabinet,
        request,
        workspace_id=who.workspace_id,
        user_id=who.user_id,
        name=clean(name),
        idempotency_key=key,
        attempts=desk().settings.attempts,
        most=desk().settings.backlog,
    )


def tell_queue(job: Job) -> None:
    log.info("job accepted", job=job.id, kind=job.kind)
    desk().enqueue(job.id)
