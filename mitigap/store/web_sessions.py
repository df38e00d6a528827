"""Browsers that are signed in, a row each, asked for at every request: what ends it ends it at once."""

from datetime import datetime, timedelta

import msgspec
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from mitigap.errors import NotFound
from mitigap.store import accounts, secret
from mitigap.store.people import Membership, WebSession, Workspace
from mitigap.store.roles import Principal
from mitigap.store.rows import changed

SESSION_TTL = timedelta(days=14)
IDLE = timedelta(days=3)
NOTED = timedelta(minutes=1)
LONGEST_AGENT = 400


class Browser(msgspec.Struct, frozen=True, kw_only=True):
    """Where a request comes from, as far as it can be told."""

    address: str = ""
    agent: str = ""


def start(
    session: Session,
    user_id: str,
    workspace_id: str,
    now: datetime,
    *,
    ttl: timedelta = SESSION_TTL,
    browser: Browser | None = None,
) -> str:
    """A new session's secret."""
    told = secret.new()
    browser = browser or Browser()
    row = WebSession(
        hash=secret.hashed(told),
        user_id=user_id,
        workspace_id=workspace_id,
        created_at=now,
        expires_at=now + ttl,
        seen_at=now,
        address=browser.address,
        agent=browser.agent[:LONGEST_AGENT],
    )
    session.add(row)
    _enter(session, user_id, workspace_id, now)
    session.flush()
    return told


def principal_of(session: Session, told: str, now: datetime, idle: timedelta = IDLE) -> Principal | None:
    """Asked at every request, so that a changed role or an ended membership holds at the next one."""
    query = accounts.principals().join(
        WebSession,
        (WebSession.user_id == Membership.user_id) & (WebSession.workspace_id == Membership.workspace_id),
    )
    lives = (WebSession.hash == secret.hashed(told), WebSession.expires_at > now, WebSession.seen_at > now - idle)
    row = session.execute(query.where(*lives)).one_or_none()
    return Principal(**row._mapping) if row else None  # noqa: SLF001 - SQLAlchemy's public name for a row's mapping


def is_noted(session: Session, told: str, now: datetime) -> bool:
    """Whether it was seen in the last minute: a question that takes no lock."""
    row = session.get(WebSession, secret.hashed(told))
    return row is None or row.seen_at > now - NOTED


def note(session: Session, told: str, now: datetime) -> None:
    session.execute(update(WebSession).where(WebSession.hash == secret.hashed(told)).values(seen_at=now))


def enter(session: Session, told: str, workspace_id: str, now: datetime) -> Workspace:
    """Go over to another workspace of the user; NotFound where it is none of theirs."""
    row = session.get(WebSession, secret.hashed(told))
    if row is None or session.get(Membership, (row.user_id, workspace_id)) is None:
        raise NotFound
    row.workspace_id = workspace_id
    _enter(session, row.user_id, workspace_id, now)
    session.flush()
    return session.get_one(Workspace, workspace_id)


def listing(session: Session, user_id: str, now: datetime, idle: timedelta = IDLE) -> list[WebSession]:
    """The user's, the one that was used last first."""
    query = select(WebSession).where(WebSession.user_id == user_id, WebSession.expires_at > now)
    return list(session.scalars(query.where(WebSession.seen_at > now - idle).order_by(WebSession.seen_at.desc())))


def is_of(row: WebSession, told: str) -> bool:
    return row.hash == secret.hashed(told)


def end(session: Session, told: str) -> None:
    session.execute(delete(WebSession).where(WebSession.hash == secret.hashed(told)))


def end_one(session: Session, user_id: str, session_id: str) -> None:
    if not changed(session, delete(WebSession).where(WebSession.user_id == user_id, WebSession.id == session_id)):
        raise NotFound


def end_all(session: Session, user_id: str, *, but: str | None = None) -> int:
    """How many have ended. `but` is the secret of one that stays."""
    query = delete(WebSession).where(WebSession.user_id == user_id)
    return changed(session, query.where(WebSession.hash != secret.hashed(but)) if but else query)


def _enter(session: Session, user_id: str, workspace_id: str, now: datetime) -> None:
    here = (Membership.user_id == user_id, Membership.workspace_id == workspace_id)
    session.execute(update(Membership).where(*here).values(entered_at=now))
