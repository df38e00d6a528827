"""API tokens: made once, kept hashed, tied to one member of one workspace."""

from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mitigap.errors import NotFound
from mitigap.store import accounts, database, secret
from mitigap.store.people import Membership, Token
from mitigap.store.roles import Principal
from mitigap.store.rows import changed

TOKEN_PREFIX = "mitigap_"  # noqa: S105 - so that secret scanners can know one of ours


def create(
    session: Session, email: str, *, read_only: bool = False, name: str = "", workspace: str | None = None
) -> str:
    """The token's secret, which is never to be had again. `workspace` is needed where the user has several."""
    member = accounts.membership(session, email, workspace)
    return make(session, member.user_id, member.workspace_id, name=name, read_only=read_only)[1]


def make(session: Session, user_id: str, workspace_id: str, *, name: str, read_only: bool) -> tuple[Token, str]:
    """The row and its secret."""
    told = TOKEN_PREFIX + secret.new()
    row = Token(
        user_id=user_id,
        workspace_id=workspace_id,
        hash=secret.hashed(told),
        name=name,
        read_only=read_only,
        created_at=database.now(session),
    )
    session.add(row)
    session.flush()
    return row, told


def listing(session: Session, user_id: str, workspace_id: str) -> list[Token]:
    """Those that work, the newest first."""
    query = select(Token).where(Token.user_id == user_id, Token.workspace_id == workspace_id)
    return list(session.scalars(query.where(Token.revoked_at.is_(None)).order_by(Token.created_at.desc(), Token.id)))


def revoke(session: Session, user_id: str, workspace_id: str, token_id: str) -> None:
    query = update(Token).where(
        Token.id == token_id,
        Token.user_id == user_id,
        Token.workspace_id == workspace_id,
        Token.revoked_at.is_(None),
    )
    if not changed(session, query.values(revoked_at=database.now(session))):
        raise NotFound


def principal_of(session: Session, told: str) -> Principal | None:
    query = (
        accounts.principals()
        .add_columns(Token.read_only)
        .join(Token, (Token.user_id == Membership.user_id) & (Token.workspace_id == Membership.workspace_id))
    )
    row = session.execute(query.where(Token.hash == secret.hashed(told), Token.revoked_at.is_(None))).one_or_none()
    return Principal(**row._mapping) if row else None  # noqa: SLF001 - SQLAlchemy's public name for a row's mapping


def use_is_noted(session: Session, told: str) -> bool:
    """Whether the last minute holds a use already: a question that takes no lock."""
    since = database.now(session) - timedelta(minutes=1)
    query = select(Token.id).where(Token.hash == secret.hashed(told), Token.last_used_at >= since)
    return session.scalar(query) is not None


def note_use(session: Session, told: str) -> None:
    """Keep when the token was last used, to the minute: not a write a request."""
    now = database.now(session)
    stale = Token.last_used_at.is_(None) | (Token.last_used_at < now - timedelta(minutes=1))
    session.execute(update(Token).where(Token.hash == secret.hashed(told), stale).values(last_used_at=now))
