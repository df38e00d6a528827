"""Inventories and their revisions, which are never changed once written."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mitigap.errors import Conflict
from mitigap.store import database
from mitigap.store.rows import found
from mitigap.store.schema import Inventory, Job, Revision, User
from mitigap.store.turning import Mark, older

OUTRUN = (
    "This was made from revision {based_on}, and revision {latest} has come since. Nothing was saved: "
    "look at revision {latest} and make your changes there."
)


def listing(session: Session, workspace_id: str, *, before: Mark | None = None, limit: int = 100) -> list[Inventory]:
    """The newest first; `before` marks the last one already seen."""
    query = select(Inventory).where(Inventory.workspace_id == workspace_id)
    return list(session.scalars(older(query, Inventory, before).limit(limit)))


def get(session: Session, workspace_id: str, inventory_id: str) -> Inventory:
    query = select(Inventory).where(Inventory.id == inventory_id, Inventory.workspace_id == workspace_id)
    return found(session.scalar(query))


def revisions(session: Session, workspace_id: str, inventory_id: str) -> list[Revision]:
    """The newest first, without their readings."""
    query = select(Revision).join(Inventory).where(Inventory.workspace_id == workspace_id)
    return list(session.scalars(query.where(Inventory.id == inventory_id).order_by(Revision.number.desc())))


def revision(session: Session, workspace_id: str, inventory_id: str, number: int | None = None) -> Revision:
    """One revision by its number; the latest without one."""
    query = select(Revision).join(Inventory).where(Inventory.workspace_id == workspace_id, Inventory.id == inventory_id)
    wanted = Inventory.latest if number is None else number
    return found(session.scalar(query.where(Revision.number == wanted)))


def revision_by_id(session: Session, workspace_id: str, revision_id: str) -> Revision:
    query = select(Revision).join(Inventory).where(Inventory.workspace_id == workspace_id, Revision.id == revision_id)
    return found(session.scalar(query))


def kept_in(session: Session, workspace_id: str, revisions: Iterable[str]) -> dict[str, str]:
    """The inventory's id, by the revision's."""
    query = select(Revision.id, Revision.inventory_id).join(Inventory, Inventory.id == Revision.inventory_id)
    rows = session.execute(query.where(Inventory.workspace_id == workspace_id, Revision.id.in_(list(revisions))))
    return {row.id: row.inventory_id for row in rows}


def reading(session: Session, workspace_id: str, revision_id: str) -> bytes:
    """What the revision was understood as: the document `mitigap/inventory/1`."""
    query = select(Revision.reading).join(Inventory)
    return found(session.scalar(query.where(Inventory.workspace_id == workspace_id, Revision.id == revision_id)))


def difference(session: Session, workspace_id: str, revision_id: str) -> bytes:
    """What it changed, a document. NotFound where that was not worked out: for the first, and before it ever was."""
    query = select(Revision.difference).join(Inventory)
    return found(session.scalar(query.where(Inventory.workspace_id == workspace_id, Revision.id == revision_id)))


def uploader(session: Session, job_id: str) -> str:
    """The address of whoever ordered that job; empty where nobody did."""
    return session.scalar(select(User.email).join(Job, Job.user_id == User.id).where(Job.id == job_id)) or ""


def add_revision(
    session: Session,
    workspace_id: str,
    *,
    inventory_id: str | None,
    name: str,
    upload_id: str,
    job_id: str,
    reading: bytes,
    summary: dict[str, Any],
    choices: dict[str, Any] | None = None,
    difference: bytes | None = None,
    based_on: int | None = None,
) -> Revision:
    """The next revision of an inventory, or the first one of a new inventory called `name`.

    The number is drawn by an UPDATE of the inventory's row, so that two writers stand in line. Conflict where it was
    based on a revision that is not the latest any more.
    """
    now = database.now(session)
    if inventory_id is None:
        inventory = Inventory(workspace_id=workspace_id, name=name, created_at=now)
        session.add(inventory)
        session.flush()
        inventory_id = inventory.id
    number = _next_number(session, workspace_id, inventory_id)
    if based_on is not None and number != based_on + 1:
        raise Conflict(OUTRUN.format(based_on=based_on, latest=number - 1))
    row = Revision(
        inventory_id=inventory_id,
        number=number,
        upload_id=upload_id,
        job_id=job_id,
        summary=summary,
        created_at=now,
        choices=choices or {},
        reading=reading,
        difference=difference,
    )
    session.add(row)
    session.flush()
    return row


def _next_number(session: Session, workspace_id: str, inventory_id: str) -> int:
    query = (
        update(Inventory)
        .where(Inventory.id == inventory_id, Inventory.workspace_id == workspace_id)
        .values(latest=Inventory.latest + 1)
        .returning(Inventory.latest)
    )
    return found(session.execute(query, execution_options={"synchronize_session": False}).scalar_one_or_none())
