"""The tables. Big bytes are deferred and refuse to load by accident, so that listings stay quick."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from mitigap.store.base import Base, Identifier, Name, id_of, own_id, stored_bytes
from mitigap.store.columns import Deflated, Words
from mitigap.store.imports import Draft, Known
from mitigap.store.looks import Look
from mitigap.store.notices import Channel, Delivery, Outbox
from mitigap.store.people import (
    AuditEntry,
    Invitation,
    Membership,
    Purpose,
    RecoveryCode,
    Role,
    SecondFactor,
    SignInCount,
    SignInLink,
    Token,
    User,
    WebSession,
    Workspace,
)
from mitigap.store.repeats import Drift, Schedule
from mitigap.store.watching import Watchlist

__all__ = [
    "AuditEntry",
    "Base",
    "Channel",
    "Delivery",
    "Draft",
    "Drift",
    "Invitation",
    "Known",
    "Look",
    "Membership",
    "Outbox",
    "Purpose",
    "RecoveryCode",
    "Role",
    "Schedule",
    "SecondFactor",
    "SignInCount",
    "SignInLink",
    "Token",
    "User",
    "Watchlist",
    "WebSession",
    "Workspace",
]


class Kind(StrEnum):
    """What a job does: read an upload, assess an inventory, compile a catalogue, compare two assessments.

    `preview` compares an assessment with itself under another catalogue; `look` shows how an upload would be read.
    """

    READ = "read"
    ASSESS = "assess"
    CATALOG = "catalog"
    DIFF = "diff"
    PREVIEW = "preview"
    LOOK = "look"


class State(StrEnum):
    PENDING = "pending"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Fate(StrEnum):
    """How one attempt ended. `lost`: its worker fell silent. `error`: our fault, and tried again.

    `returned`: its worker was told to stop, and left the job to another.
    """

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    ERROR = "error"
    LOST = "lost"
    RETURNED = "returned"


class Upload(Base):
    """A file as it came in. The same bytes under the same name are kept once in a workspace."""

    __tablename__ = "upload"
    __table_args__ = (UniqueConstraint("workspace_id", "sha256", "filename"),)
    id: Mapped[str] = own_id()
    workspace_id: Mapped[str] = id_of("workspace")
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    filename: Mapped[str] = mapped_column(Name)
    created_at: Mapped[datetime]
    data: Mapped[bytes] = stored_bytes(LargeBinary)


class Inventory(Base):
    """`latest` is the number of its newest revision."""

    __tablename__ = "inventory"
    id: Mapped[str] = own_id()
    workspace_id: Mapped[str] = id_of("workspace", index=True)
    name: Mapped[str] = mapped_column(Name)
    latest: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]


class Revision(Base):
    """One upload of an inventory, never changed. `reading` is what it was understood as, as a document.

    `choices` is what people had settled about reading it; `difference` what it changed, a document too.
    """

    __tablename__ = "revision"
    __table_args__ = (UniqueConstraint("inventory_id", "number"),)
    id: Mapped[str] = own_id()
    inventory_id: Mapped[str] = id_of("inventory")
    number: Mapped[int]
    upload_id: Mapped[str] = id_of("upload", index=True)
    job_id: Mapped[str] = mapped_column(Identifier, ForeignKey("job.id"), unique=True)
    summary: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    choices: Mapped[dict[str, Any]] = mapped_column(default=dict)
    reading: Mapped[bytes] = stored_bytes()
    difference: Mapped[bytes | None] = mapped_column(Deflated, deferred=True, deferred_raiseload=True)


class CatalogueRow(Base):
    """A compiled catalogue. Without a workspace it is everyone's; `standard` marks the one used where none is named.

    `groups` is what the desk may know of it: `[{id, name, aliases, techniques, mitigable}]`, both counts numbers.
    `template` is the workbook to fill in for it, where one was made.
    """

    __tablename__ = "catalogue"
    __table_args__ = (
        UniqueConstraint("workspace_id", "digest"),
        Index(
            "uq_catalogue_everyone",
            "digest",
            unique=True,
            sqlite_where=text("workspace_id IS NULL"),
            postgresql_where=text("workspace_id IS NULL"),
        ),
    )
    id: Mapped[str] = own_id()
    workspace_id: Mapped[str | None] = id_of("workspace")
    digest: Mapped[str] = mapped_column(String(80))
    domain: Mapped[str] = mapped_column(String(40))
    version: Mapped[str | None] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(Name)
    builtin: Mapped[bool] = mapped_column(default=False)
    standard: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    compiled_at: Mapped[datetime]
    groups: Mapped[list[dict[str, Any]]] = mapped_column(deferred=True)
    document: Mapped[bytes] = stored_bytes()
    template: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True, deferred_raiseload=True)

    @property
    def label(self) -> str:
        return f"{self.domain}@{self.version}" if self.version else self.source


class Job(Base):
    """One accepted piece of work: the truth about it, of which the queue only ever holds a hint.

    `attempt` only grows; `attempt_limit` is raised by a retry. `lease_token` names the attempt that may finish.
    `summary` holds the few figures and ids a page shows. `error` is text for the user; `refused` says that
    it was for the request's own sake, and would be again. A higher `priority` is first.
    `schedule_id` is whose run it is, `scheduled_for` the moment it was due at; a run that somebody asked for has none.
    """

    __tablename__ = "job"
    __table_args__ = (
        UniqueConstraint("workspace_id", "idempotency_key"),
        Index(None, "state", "next_dispatch_at"),
        Index(None, "state", "lease_until"),
        Index(None, "workspace_id", "created_at"),
        Index("uq_job_schedule_id_scheduled_for", "schedule_id", "scheduled_for", unique=True),
        Index(None, "schedule_id", "created_at"),
    )
    id: Mapped[str] = own_id()
    workspace_id: Mapped[str] = id_of("workspace")
    user_id: Mapped[str | None] = id_of("user_account")
    kind: Mapped[Kind] = mapped_column(Words(Kind))
    name: Mapped[str] = mapped_column(Name, default="")
    params: Mapped[dict[str, Any]]
    idempotency_key: Mapped[str | None] = mapped_column(String(255))
    priority: Mapped[int] = mapped_column(default=0)
    state: Mapped[State] = mapped_column(Words(State), default=State.PENDING)
    attempt: Mapped[int] = mapped_column(default=0)
    attempt_limit: Mapped[int]
    lease_token: Mapped[str | None] = mapped_column(Identifier)
    lease_until: Mapped[datetime | None]
    next_dispatch_at: Mapped[datetime]
    dispatch_count: Mapped[int] = mapped_column(default=0)
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    progress: Mapped[int] = mapped_column(default=0)
    stage: Mapped[str] = mapped_column(default="")
    error: Mapped[str] = mapped_column(default="")
    refused: Mapped[bool] = mapped_column(default=False)
    summary: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    schedule_id: Mapped[str | None] = mapped_column(Identifier, ForeignKey("schedule.id"))
    scheduled_for: Mapped[datetime | None]


class Attempt(Base):
    """One try at a job by one worker."""

    __tablename__ = "attempt"
    __table_args__ = (UniqueConstraint("job_id", "number"),)
    token: Mapped[str] = mapped_column(Identifier, primary_key=True)
    job_id: Mapped[str] = id_of("job", cascade=True)
    number: Mapped[int]
    worker: Mapped[str]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    fate: Mapped[Fate | None] = mapped_column(Words(Fate))
    error: Mapped[str] = mapped_column(default="")


class Document(Base):
    """A job's result. One a job, and it names the attempt that made it."""

    __tablename__ = "document"
    job_id: Mapped[str] = mapped_column(Identifier, ForeignKey("job.id", ondelete="CASCADE"), primary_key=True)
    token: Mapped[str] = mapped_column(Identifier, ForeignKey("attempt.token", ondelete="CASCADE"), unique=True)
    created_at: Mapped[datetime]
    data: Mapped[bytes] = stored_bytes()


class Artifact(Base):
    """A job's result in one format to download."""

    __tablename__ = "artifact"
    job_id: Mapped[str] = mapped_column(Identifier, ForeignKey("job.id", ondelete="CASCADE"), primary_key=True)
    format: Mapped[str] = mapped_column(String(20), primary_key=True)
    media_type: Mapped[str]
    filename: Mapped[str] = mapped_column(Name)
    size: Mapped[int]
    data: Mapped[bytes] = stored_bytes()


class Heartbeat(Base):
    """When a part of the house last said that it is alive: `tick`, or `worker:` and the machine's name."""

    __tablename__ = "heartbeat"
    component: Mapped[str] = mapped_column(Name, primary_key=True)
    at: Mapped[datetime]
