"""The tables of notifications: where they may go, what is to be sent, and how each try at it went."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mitigap.store.base import Base, Identifier, Name, id_of, own_id
from mitigap.store.columns import Words


class Medium(StrEnum):
    WEBHOOK = "webhook"
    EMAIL = "email"


class Posting(StrEnum):
    """What became of one notification. `given up`: no try has succeeded, and there will be no other."""

    PENDING = "pending"
    SENT = "sent"
    GIVEN_UP = "given-up"


class Channel(Base):
    """Somewhere a workspace wants to be told. `secret` signs a webhook's messages; e-mail has none.

    The secret has to be kept as it is, because signing needs it; it is shown once, when it is made.
    """

    __tablename__ = "channel"
    id: Mapped[str] = own_id()
    workspace_id: Mapped[str] = id_of("workspace", index=True)
    kind: Mapped[Medium] = mapped_column(Words(Medium))
    name: Mapped[str] = mapped_column(Name)
    target: Mapped[str]
    secret: Mapped[str] = mapped_column(default="", deferred=True, deferred_raiseload=True)
    enabled: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Outbox(Base):
    """One notification that has to go out: the truth about it, as a job's row is of a job.

    Its id is the message's id in every try. `job_id` is None for a test. `facts` is what it tells, as it was when the
    job ended; `ending` is the attempt it ended with, since a job that is tried once more ends once more. It may be
    tried from `due_at`; `hint_at` is when the queue is to hear of it next. `note` tells why it was given up.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("job_id", "channel_id", "event", "ending"),
        Index(None, "state", "hint_at"),
        Index(None, "channel_id", "created_at"),
    )
    id: Mapped[str] = own_id()
    job_id: Mapped[str | None] = id_of("job", cascade=True)
    channel_id: Mapped[str] = id_of("channel", cascade=True)
    event: Mapped[str] = mapped_column(String(40))
    ending: Mapped[int] = mapped_column(default=0)
    facts: Mapped[dict[str, Any]]
    state: Mapped[Posting] = mapped_column(Words(Posting), default=Posting.PENDING)
    attempt: Mapped[int] = mapped_column(default=0)
    attempt_limit: Mapped[int]
    lease_token: Mapped[str | None] = mapped_column(Identifier)
    lease_until: Mapped[datetime | None]
    due_at: Mapped[datetime]
    hint_at: Mapped[datetime]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(default="")


class Delivery(Base):
    """One try at one notification. `status` is what the other side answered, `error` a sentence, `sent` if it worked.

    A try without an end is under way, or its worker is gone: whether the message arrived then, nobody knows.
    """

    __tablename__ = "delivery"
    __table_args__ = (UniqueConstraint("outbox_id", "number"),)
    token: Mapped[str] = mapped_column(Identifier, primary_key=True)
    outbox_id: Mapped[str] = id_of("outbox", cascade=True)
    number: Mapped[int]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    sent: Mapped[bool] = mapped_column(default=False)
    status: Mapped[int | None]
    error: Mapped[str] = mapped_column(default="")
