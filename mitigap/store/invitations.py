"""Invitations: a place in a workspace, offered to an address by a link that works once."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from mitigap.errors import Conflict, NotFound
from mitigap.store import accounts, secret
from mitigap.store.people import Invitation, Membership, Role, User
from mitigap.store.rows import changed

INVITATION_TTL = timedelta(days=7)


def make(
    session: Session, workspace_id: str, email: str, role: Role, now: datetime, *, ttl: timedelta = INVITATION_TTL
) -> tuple[Invitation, str]:
    """The row and its secret. An earlier one for the address is withdrawn. Conflict for who is a member already."""
    address = accounts.an_address(email)
    here = select(Membership).join(User).where(User.email == address, Membership.workspace_id == workspace_id)
    if session.scalar(here):
        raise Conflict(f"{address} is a member already.")
    earlier = (Invitation.workspace_id == workspace_id, Invitation.email == address)
    session.execute(update(Invitation).where(*earlier, *_open(now)).values(withdrawn_at=now))
    told = secret.new()
    row = Invitation(
        workspace_id=workspace_id,
        email=address,
        role=role,
        hash=secret.hashed(told),
        created_at=now,
        expires_at=now + ttl,
    )
    session.add(row)
    session.flush()
    return row, told


def listing(session: Session, workspace_id: str, now: datetime) -> list[Invitation]:
    """Those that can still be taken, the newest first."""
    query = select(Invitation).where(Invitation.workspace_id == workspace_id, *_open(now))
    return list(session.scalars(query.order_by(Invitation.created_at.desc(), Invitation.id)))


def look(session: Session, told: str, now: datetime) -> Invitation | None:
    return session.scalar(select(Invitation).where(Invitation.hash == secret.hashed(told), *_open(now)))


def take(session: Session, told: str, now: datetime) -> Invitation | None:
    """The invitation, which nobody can take after this; None where it was taken already. One UPDATE decides."""
    row = look(session, told, now)
    used = update(Invitation).where(Invitation.hash == secret.hashed(told), *_open(now)).values(accepted_at=now)
    return row if row and changed(session, used) else None


def withdraw(session: Session, workspace_id: str, invitation_id: str, now: datetime) -> Invitation:
    row = session.get(Invitation, invitation_id)
    if row is None or row.workspace_id != workspace_id or row.accepted_at or row.withdrawn_at:
        raise NotFound
    row.withdrawn_at = now
    session.flush()
    return row


def _open(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None), Invitation.expires_at > now)
