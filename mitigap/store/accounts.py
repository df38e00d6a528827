"""Who may do what: users, their roles, API tokens, sign-in links and server-side sessions. Secrets are kept hashed."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import Session

from mitigap.errors import NotFound, UserError
from mitigap.store import database
from mitigap.store.rows import changed, found
from mitigap.store.schema import Membership, Role, SignInLink, Token, User, WebSession, Workspace

TOKEN_PREFIX = "mitigap_"  # noqa: S105 - so that secret scanners can know one of ours
SECRET_BYTES = 32
LINK_TTL = timedelta(minutes=15)
SESSION_TTL = timedelta(days=14)


class Permission(StrEnum):
    READ = "read"
    RUN = "run"
    CATALOGUES = "catalogues"
    CHANNELS = "channels"
    TOKENS = "tokens"
    USERS = "users"


PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.VIEWER: frozenset({Permission.READ}),
    Role.ANALYST: frozenset({Permission.READ, Permission.RUN, Permission.TOKENS}),
    Role.ADMIN: frozenset(Permission),
}
READ_ONLY = frozenset({Permission.READ})

Row = TypeVar("Row")


class Principal(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks, in which workspace, and how far they may go."""

    user_id: str
    email: str
    workspace_id: str
    workspace: str
    role: Role
    read_only: bool = False

    def may(self, permission: Permission) -> bool:
        return permission in (PERMISSIONS[self.role] & READ_ONLY if self.read_only else PERMISSIONS[self.role])


def ensure_workspace(session: Session, name: str) -> Workspace:
    known = session.scalar(select(Workspace).where(Workspace.name == name))
    return known or _added(session, Workspace(name=name, created_at=database.now(session)))


def create_user(session: Session, email: str, role: Role, workspace: str) -> User:
    """Make the user a member of the workspace, both made where they are new; a member's role is set to `role`."""
    address = _address(email)
    room = ensure_workspace(session, workspace)
    now = database.now(session)
    user = session.scalar(select(User).where(User.email == address)) or _added(
        session, User(email=address, created_at=now)
    )
    session.merge(Membership(user_id=user.id, workspace_id=room.id, role=role, created_at=now))
    session.flush()
    return user


def set_role(session: Session, user_id: str, workspace_id: str, role: Role) -> None:
    _member(session, user_id, workspace_id).role = role
    session.flush()


def remove_member(session: Session, user_id: str, workspace_id: str) -> None:
    """End a membership: with it go its sessions, and its tokens are revoked."""
    session.delete(_member(session, user_id, workspace_id))
    for table in (WebSession, SignInLink):
        session.execute(delete(table).where(table.user_id == user_id, table.workspace_id == workspace_id))
    session.execute(
        update(Token)
        .where(Token.user_id == user_id, Token.workspace_id == workspace_id, Token.revoked_at.is_(None))
        .values(revoked_at=database.now(session))
    )
    session.flush()


def members(session: Session, workspace_id: str) -> list[tuple[User, Role]]:
    query = select(User, Membership.role).join(Membership, Membership.user_id == User.id)
    rows = session.execute(query.where(Membership.workspace_id == workspace_id).order_by(User.email))
    return [(user, role) for user, role in rows]


def create_token(
    session: Session, email: str, *, read_only: bool = False, name: str = "", workspace: str | None = None
) -> str:
    """The token's secret, which is never to be had again. `workspace` is needed where the user has several."""
    member = _membership(session, email, workspace)
    secret = TOKEN_PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    token = Token(
        user_id=member.user_id,
        workspace_id=member.workspace_id,
        hash=_hashed(secret),
        name=name,
        read_only=read_only,
        created_at=database.now(session),
    )
    _added(session, token)
    return secret


def tokens(session: Session, user_id: str, workspace_id: str) -> list[Token]:
    query = select(Token).where(Token.user_id == user_id, Token.workspace_id == workspace_id)
    return list(session.scalars(query.order_by(Token.created_at.desc())))


def revoke_token(session: Session, user_id: str, token_id: str) -> None:
    query = update(Token).where(Token.id == token_id, Token.user_id == user_id, Token.revoked_at.is_(None))
    if not changed(session, query.values(revoked_at=database.now(session))):
        raise NotFound


def principal_of_token(session: Session, secret: str) -> Principal | None:
    query = (
        _principals()
        .add_columns(Token.read_only)
        .join(Token, (Token.user_id == Membership.user_id) & (Token.workspace_id == Membership.workspace_id))
    )
    row = session.execute(query.where(Token.hash == _hashed(secret), Token.revoked_at.is_(None))).one_or_none()
    return Principal(**row._mapping) if row else None  # noqa: SLF001 - SQLAlchemy's public name for a row's mapping


def token_use_is_noted(session: Session, secret: str) -> bool:
    """Whether the last minute holds a use already: a question that takes no lock."""
    since = database.now(session) - timedelta(minutes=1)
    query = select(Token.id).where(Token.hash == _hashed(secret), Token.last_used_at >= since)
    return session.scalar(query) is not None


def note_token_use(session: Session, secret: str) -> None:
    """Keep when the token was last used, to the minute: not a write a request."""
    now = database.now(session)
    stale = Token.last_used_at.is_(None) | (Token.last_used_at < now - timedelta(minutes=1))
    session.execute(update(Token).where(Token.hash == _hashed(secret), stale).values(last_used_at=now))


def create_sign_in_link(
    session: Session, email: str, now: datetime, ttl: timedelta = LINK_TTL, *, workspace: str | None = None
) -> str:
    """The link's secret: it signs in once, until `now + ttl`."""
    member = _membership(session, email, workspace)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    link = SignInLink(
        hash=_hashed(secret),
        user_id=member.user_id,
        workspace_id=member.workspace_id,
        created_at=now,
        expires_at=now + ttl,
    )
    _added(session, link)
    return secret


def redeem_link(session: Session, secret: str, now: datetime, ttl: timedelta = SESSION_TTL) -> str | None:
    """A new session's secret, or None where the link is unknown, used or expired. One UPDATE decides: it works once."""
    used = (
        update(SignInLink)
        .where(SignInLink.hash == _hashed(secret), SignInLink.used_at.is_(None), SignInLink.expires_at > now)
        .values(used_at=now)
        .returning(SignInLink.user_id, SignInLink.workspace_id)
    )
    row = session.execute(used).one_or_none()
    return _open_session(session, row.user_id, row.workspace_id, now, ttl) if row else None


def principal_of_session(session: Session, secret: str, now: datetime) -> Principal | None:
    """Asked at every request, so that a changed role or an ended membership holds at the next one."""
    query = _principals().join(
        WebSession,
        (WebSession.user_id == Membership.user_id) & (WebSession.workspace_id == Membership.workspace_id),
    )
    row = session.execute(query.where(WebSession.hash == _hashed(secret), WebSession.expires_at > now)).one_or_none()
    return Principal(**row._mapping) if row else None  # noqa: SLF001 - SQLAlchemy's public name for a row's mapping


def end_session(session: Session, secret: str) -> None:
    session.execute(delete(WebSession).where(WebSession.hash == _hashed(secret)))


def forget_expired(session: Session, now: datetime) -> None:
    """Drop sessions and links whose time is past."""
    for table in (WebSession, SignInLink):
        session.execute(delete(table).where(table.expires_at <= now))


def _open_session(session: Session, user_id: str, workspace_id: str, now: datetime, ttl: timedelta) -> str:
    secret = secrets.token_urlsafe(SECRET_BYTES)
    opened = WebSession(
        hash=_hashed(secret), user_id=user_id, workspace_id=workspace_id, created_at=now, expires_at=now + ttl
    )
    _added(session, opened)
    return secret


def _principals() -> Select[*tuple[Any, ...]]:
    columns = (
        User.id.label("user_id"),
        User.email,
        Workspace.id.label("workspace_id"),
        Workspace.name.label("workspace"),
        Membership.role,
    )
    return select(*columns).select_from(Membership).join(User).join(Workspace)


def _membership(session: Session, email: str, workspace: str | None) -> Membership:
    query = select(Membership).join(User).join(Workspace).where(User.email == _address(email))
    choice = session.scalars(query.where(Workspace.name == workspace) if workspace else query).all()
    if not choice:
        raise NotFound(f"There is no user {email}" + (f" in {workspace}." if workspace else "."))
    if len(choice) > 1:
        raise UserError(f"{email} belongs to several workspaces: name one.")
    return choice[0]


def _member(session: Session, user_id: str, workspace_id: str) -> Membership:
    return found(session.get(Membership, (user_id, workspace_id)))


def _address(email: str) -> str:
    address = email.strip().lower()
    name, at, host = address.partition("@")
    if not (name and at and host) or any(letter.isspace() for letter in address):
        raise UserError(f"{email!r} is not an e-mail address.")
    return address


def _hashed(secret: str) -> str:
    """A secret of 256 random bits needs no salt and no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _added(session: Session, row: Row) -> Row:
    session.add(row)
    session.flush()
    return row
