"""The tables of people: workspaces, who belongs to them, by what they sign in, and what they did."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey as Key
from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from mitigap.store.base import Base, Identifier, Name, id_of, own_id
from mitigap.store.columns import Words, new_id

Hash = String(64)
Address = String(64)


class Role(StrEnum):
    VIEWER = "viewer"
    ANALYST = "analyst"
    ADMIN = "admin"


class Purpose(StrEnum):
    """What a secret opens, once: a session, the choice of a new password, the question for the second factor."""

    SIGN_IN = "sign-in"
    PASSWORD = "password"  # noqa: S105 - a word, not one of them
    SECOND_STEP = "second-step"


class Workspace(Base):
    __tablename__ = "workspace"
    id: Mapped[str] = own_id()
    name: Mapped[str] = mapped_column(Name, unique=True)
    created_at: Mapped[datetime]


class User(Base):
    """`email` is kept in lower case. Without `password` one signs in by link or by another's word for it."""

    __tablename__ = "user_account"  # "user" is a reserved word of PostgreSQL
    id: Mapped[str] = own_id()
    email: Mapped[str] = mapped_column(Name, unique=True)
    created_at: Mapped[datetime]
    password: Mapped[str | None]
    password_at: Mapped[datetime | None]


class Membership(Base):
    """`entered_at`: when the user was last in this workspace, so that the next sign-in leads there."""

    __tablename__ = "membership"
    user_id: Mapped[str] = mapped_column(Identifier, Key("user_account.id"), primary_key=True)
    workspace_id: Mapped[str] = mapped_column(Identifier, Key("workspace.id"), primary_key=True, index=True)
    role: Mapped[Role] = mapped_column(Words(Role))
    created_at: Mapped[datetime]
    entered_at: Mapped[datetime | None]


class Invitation(Base):
    """A place in a workspace for the owner of an address, until it is taken, withdrawn, or its time is over."""

    __tablename__ = "invitation"
    id: Mapped[str] = own_id()
    workspace_id: Mapped[str] = id_of("workspace", index=True)
    email: Mapped[str] = mapped_column(Name)
    role: Mapped[Role] = mapped_column(Words(Role))
    hash: Mapped[str] = mapped_column(Hash, unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]


class Token(Base):
    """An API token; only the hash of its secret is kept."""

    __tablename__ = "token"
    id: Mapped[str] = own_id()
    user_id: Mapped[str] = id_of("user_account", index=True)
    workspace_id: Mapped[str] = id_of("workspace")
    hash: Mapped[str] = mapped_column(Hash, unique=True)
    name: Mapped[str] = mapped_column(Name, default="")
    read_only: Mapped[bool]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class SignInLink(Base):
    __tablename__ = "sign_in_link"
    hash: Mapped[str] = mapped_column(Hash, primary_key=True)
    user_id: Mapped[str] = id_of("user_account")
    workspace_id: Mapped[str] = id_of("workspace")
    purpose: Mapped[Purpose] = mapped_column(Words(Purpose), default=Purpose.SIGN_IN)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class WebSession(Base):
    """One browser that is signed in. `id` may be shown, `hash` is of the secret in its cookie."""

    __tablename__ = "web_session"
    hash: Mapped[str] = mapped_column(Hash, primary_key=True)
    id: Mapped[str] = mapped_column(Identifier, unique=True, default=new_id)
    user_id: Mapped[str] = id_of("user_account", index=True)
    workspace_id: Mapped[str] = id_of("workspace")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    address: Mapped[str] = mapped_column(Address, default="")
    agent: Mapped[str] = mapped_column(Name, default="")


class SecondFactor(Base):
    """A secret shared with an authenticator app. It counts once `confirmed_at` is there.

    `last_step` is the 30 seconds, counted from 1970, of the last code that was taken: no code works twice.
    """

    __tablename__ = "second_factor"
    user_id: Mapped[str] = mapped_column(Identifier, Key("user_account.id"), primary_key=True)
    secret: Mapped[str]
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(default=0)


class RecoveryCode(Base):
    __tablename__ = "recovery_code"
    hash: Mapped[str] = mapped_column(Hash, primary_key=True)
    user_id: Mapped[str] = id_of("user_account", index=True)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignInCount(Base):
    """How often somebody has tried to sign in as one account, known or not, since a moment. `account` is a hash."""

    __tablename__ = "sign_in_count"
    account: Mapped[str] = mapped_column(Hash, primary_key=True)
    tries: Mapped[int]
    since: Mapped[datetime]


class AuditEntry(Base):
    """What was done, by whom, from where. Rows are added, and taken away by age; a trigger refuses to change one."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index(None, "workspace_id", "created_at"),)
    id: Mapped[str] = own_id()
    workspace_id: Mapped[str] = id_of("workspace")
    created_at: Mapped[datetime]
    user_id: Mapped[str | None] = id_of("user_account")
    actor: Mapped[str] = mapped_column(Name)
    via: Mapped[str] = mapped_column(String(32))
    address: Mapped[str] = mapped_column(Address)
    act: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str]
    detail: Mapped[dict[str, Any]]
