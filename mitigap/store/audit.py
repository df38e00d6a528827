"""The audit log: who did what, when and from where. Rows are only added, in the transaction of what they tell of."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from mitigap.store import database
from mitigap.store.people import AuditEntry, Membership
from mitigap.store.rows import changed
from mitigap.store.turning import Mark, older


class Act(StrEnum):
    """What is told of. The word before the dot is its kind."""

    SIGN_IN = "sign-in.done"
    SIGN_IN_FAILED = "sign-in.failed"
    SIGN_IN_STOPPED = "sign-in.stopped"
    SIGN_OUT = "sign-in.ended"
    SESSION_END = "session.end"
    PASSWORD = "password.set"  # noqa: S105 - a word, not one of them
    PASSWORD_LINK = "password.link"  # noqa: S105
    SECOND_FACTOR_ON = "second-factor.on"
    SECOND_FACTOR_OFF = "second-factor.off"
    RECOVERY_CODES = "second-factor.codes"
    WORKSPACE_MAKE = "workspace.make"
    WORKSPACE_RENAME = "workspace.rename"
    WORKSPACE_ENTER = "workspace.enter"
    ROLE = "member.role"
    MEMBER_REMOVE = "member.remove"
    MEMBER_JOIN = "member.join"
    INVITE = "invitation.make"
    INVITATION_WITHDRAW = "invitation.withdraw"
    TOKEN_MAKE = "token.make"  # noqa: S105
    TOKEN_REVOKE = "token.revoke"  # noqa: S105
    ASSESS = "assessment.order"
    PREVIEW = "preview.order"
    PREVIEW_ACCEPT = "preview.accept"
    UPLOAD = "inventory.upload"
    ORIGINAL = "inventory.original"
    INVENTORY = "inventory.change"
    IMPORT = "inventory.import"
    WORDS = "words.change"
    CATALOGUE = "catalogue.load"
    JOB = "job.order"
    JOB_CANCEL = "job.cancel"
    JOB_RETRY = "job.retry"
    SCHEDULE_MAKE = "schedule.make"
    SCHEDULE_CHANGE = "schedule.change"
    SCHEDULE_RUN = "schedule.run"
    SCHEDULE_DELETE = "schedule.delete"
    WATCHLIST_MAKE = "watchlist.make"
    WATCHLIST_CHANGE = "watchlist.change"
    WATCHLIST_DELETE = "watchlist.delete"
    CHANNEL_MAKE = "channel.make"
    CHANNEL_CHANGE = "channel.change"
    CHANNEL_TEST = "channel.test"
    CHANNEL_DELETE = "channel.delete"
    LOOK = "look.change"
    PLAN = "plan.change"
    SETTING = "setting.change"


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """`via` is how they came in: session, token, link, command line."""

    name: str
    user_id: str | None = None
    via: str = "command line"
    address: str = ""


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """`act` is a word or how it begins, `actor` a part of a name; `before` excludes, `since` includes its moment."""

    act: str = ""
    actor: str = ""
    since: datetime | None = None
    before: Mark | datetime | None = None


def record(session: Session, act: Act, actor: Actor, workspace_id: str, subject: str = "", **detail: Any) -> None:
    row = AuditEntry(
        workspace_id=workspace_id,
        created_at=database.now(session),
        user_id=actor.user_id,
        actor=actor.name,
        via=actor.via,
        address=actor.address,
        act=act,
        subject=subject,
        detail=detail,
    )
    session.add(row)
    session.flush()


def record_of_user(session: Session, act: Act, actor: Actor, user_id: str, subject: str = "", **detail: Any) -> None:
    """In each of the user's workspaces: it concerns them all."""
    for workspace_id in session.scalars(select(Membership.workspace_id).where(Membership.user_id == user_id)):
        record(session, act, actor, workspace_id, subject, **detail)


def listing(session: Session, workspace_id: str, asked: Query, limit: int) -> list[AuditEntry]:
    """The newest first."""
    return list(session.scalars(older(_asked(workspace_id, asked), AuditEntry, asked.before).limit(limit)))


def forget(session: Session, days: int) -> int:
    """How many rows older than that were removed."""
    before = database.now(session) - timedelta(days=days)
    return changed(session, delete(AuditEntry).where(AuditEntry.created_at < before))


def _asked(workspace_id: str, asked: Query) -> Select[AuditEntry]:
    query = select(AuditEntry).where(AuditEntry.workspace_id == workspace_id)
    if asked.act:
        query = query.where(AuditEntry.act.startswith(asked.act, autoescape=True))
    if asked.actor:
        query = query.where(AuditEntry.actor.contains(asked.actor.lower(), autoescape=True))
    if asked.since:
        query = query.where(AuditEntry.created_at >= asked.since)
    return query
