"""Secrets in a URL that open one thing, once, for a while: a session, a new password, the second step of a sign-in."""

from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from mitigap.store import accounts, secret
from mitigap.store.people import Purpose, SignInLink

LINK_TTL = timedelta(minutes=15)


def create(
    session: Session, email: str, now: datetime, ttl: timedelta = LINK_TTL, *, workspace: str | None = None
) -> str:
    """The secret of a sign-in link: it works once, until `now + ttl`."""
    member = accounts.membership(session, email, workspace)
    return make(session, member.user_id, member.workspace_id, Purpose.SIGN_IN, now, ttl=ttl)


def make(
    session: Session, user_id: str, workspace_id: str, purpose: Purpose, now: datetime, *, ttl: timedelta = LINK_TTL
) -> str:
    told = secret.new()
    row = SignInLink(
        hash=secret.hashed(told),
        user_id=user_id,
        workspace_id=workspace_id,
        purpose=purpose,
        created_at=now,
        expires_at=now + ttl,
    )
    session.add(row)
    session.flush()
    return told


def look(session: Session, told: str, purpose: Purpose, now: datetime) -> SignInLink | None:
    """The link where it would work, without using it up."""
    row = session.get(SignInLink, secret.hashed(told))
    good = row is not None and row.purpose is purpose and row.used_at is None and row.expires_at > now
    return row if good else None


def redeem(session: Session, told: str, purpose: Purpose, now: datetime) -> tuple[str, str] | None:
    """Whose it is and in which workspace, or None where it is unknown, used or expired. One UPDATE decides."""
    used = (
        update(SignInLink)
        .where(
            SignInLink.hash == secret.hashed(told),
            SignInLink.purpose == purpose,
            SignInLink.used_at.is_(None),
            SignInLink.expires_at > now,
        )
        .values(used_at=now)
        .returning(SignInLink.user_id, SignInLink.workspace_id)
    )
    row = session.execute(used).one_or_none()
    return (row.user_id, row.workspace_id) if row else None


def withdraw(session: Session, user_id: str) -> None:
    """Let none of the user's links work any more."""
    session.execute(delete(SignInLink).where(SignInLink.user_id == user_id))
