"""Channels and notifications to start from."""

from datetime import UTC, datetime, timedelta
from typing import Any

from factories.store import a_workspace
from sqlalchemy import update
from sqlalchemy.orm import Session

from mitigap.store import channels, notifications
from mitigap.store.notices import Channel, Medium, Outbox
from mitigap.store.rules import Event, Facts, Group

URL = "https://hooks.example.com/mitigap"


def a_channel(session: Session, **changes: Any) -> Channel:
    """A webhook of the workspace `SOC`."""
    told = {"kind": Medium.WEBHOOK, "name": "Chat", "target": URL, "loopback": True, **changes}
    channel, _ = channels.create(session, told.pop("workspace_id", None) or a_workspace(session), **told)
    return channel


def a_notice(session: Session, channel: Channel, **changes: Any) -> str:
    """The id of a row that is due."""
    told = {"event": Event.FINISHED, "facts": {"name": "Quarterly"}, **changes}
    [made] = notifications.announce(session, channel.workspace_id, [channel.id], **told)
    return made


def some_facts(*groups: Group, **changes: Any) -> Facts:
    told = {"assessment": "a1", "name": "Quarterly", "finished_at": datetime(2026, 11, 24, 6, tzinfo=UTC)}
    return Facts(**{**told, "base": "a0", "groups": groups, **changes})


def a_group(score: float | None = 0.7, **changes: Any) -> Group:
    return Group(**{"id": "G0077", "name": "Leafminer", "score": score, **changes})


def let_pass(session: Session, outbox_id: str, time: timedelta) -> None:
    """As if so much time had gone by for this row."""
    row = session.get(Outbox, outbox_id, populate_existing=True)
    assert row
    times = {"due_at": row.due_at - time, "hint_at": row.hint_at - time}
    lease = {"lease_until": row.lease_until - time} if row.lease_until else {}
    session.execute(update(Outbox).where(Outbox.id == outbox_id).values(**times, **lease))
    session.expire_all()
