"""Imports on their way: kept between the steps, so that one may leave and come back; gone after some days."""

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from mitigap.store import database
from mitigap.store.imports import Draft
from mitigap.store.rows import changed, found

LIFETIME = timedelta(days=7)


def create(session: Session, workspace_id: str, *, user_id: str | None, **told: Any) -> Draft:
    now = database.now(session)
    row = Draft(
        workspace_id=workspace_id,
        user_id=user_id,
        created_at=now,
        updated_at=now,
        expires_at=now + LIFETIME,
        **told,
    )
    session.add(row)
    session.flush()
    return row


def get(session: Session, workspace_id: str, draft_id: str) -> Draft:
    """NotFound where its time is over, as where it never was."""
    live = (Draft.workspace_id == workspace_id, Draft.expires_at > database.now(session))
    return found(session.scalar(select(Draft).where(Draft.id == draft_id, *live)))


def listing(session: Session, workspace_id: str, limit: int = 20) -> list[Draft]:
    """The last touched first."""
    live = (Draft.workspace_id == workspace_id, Draft.expires_at > database.now(session))
    return list(session.scalars(select(Draft).where(*live).order_by(Draft.updated_at.desc(), Draft.id).limit(limit)))


def change(session: Session, draft: Draft, **told: Any) -> None:
    """Its time begins anew."""
    row = session.merge(draft, load=True)
    for name, value in told.items():
        setattr(row, name, value)
    row.updated_at = database.now(session)
    row.expires_at = row.updated_at + LIFETIME


def remove(session: Session, workspace_id: str, draft_id: str) -> None:
    changed(session, delete(Draft).where(Draft.id == draft_id, Draft.workspace_id == workspace_id))


def remove_expired(session: Session) -> int:
    """How many were; files and jobs stay on record."""
    return changed(session, delete(Draft).where(Draft.expires_at <= database.now(session)))
