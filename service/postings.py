"""Channels and what went through them as a page shows them: every word is made ready here."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from mitigap.store.notices import Channel, Delivery, Medium, Posting
from mitigap.store.notifications import Entry
from mitigap.store.rules import Event
from service import addressing
from service.channel_form import KINDS

EVENTS: Mapping[str, str] = {
    Event.FAILED: "Failure",
    Event.REGRESSED: "Regression",
    Event.BELOW: "Score below its limit",
    Event.FINISHED: "Done",
    Event.TEST: "Test",
}
STATES: Mapping[Posting, tuple[str, str]] = {
    Posting.PENDING: ("pending", "Waiting"),
    Posting.SENT: ("succeeded", "Sent"),
    Posting.GIVEN_UP: ("failed", "Given up"),
}
"""The style and the word."""


class ChannelView(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str
    kind_label: str
    target: str
    enabled: bool
    signed: bool
    created: datetime


class TryView(msgspec.Struct, frozen=True, kw_only=True):
    started: datetime
    words: str


class PostingView(msgspec.Struct, frozen=True, kw_only=True):
    """`under_way`: it is worth looking again in a moment."""

    id: str
    event: str
    assessment: str | None
    style: str
    state_label: str
    created: datetime
    next_try: datetime | None
    note: str
    tries: tuple[TryView, ...]
    under_way: bool


def channel(row: Channel) -> ChannelView:
    return ChannelView(
        id=row.id,
        name=row.name,
        kind_label=KINDS[row.kind],
        target=addressing.target(row),
        enabled=row.enabled,
        signed=row.kind is Medium.WEBHOOK,
        created=row.created_at,
    )


def posting(entry: Entry) -> PostingView:
    row = entry.row
    style, label = STATES[row.state]
    waits = row.state is Posting.PENDING
    return PostingView(
        id=row.id,
        event=EVENTS.get(row.event, row.event),
        assessment=row.job_id,
        style=style,
        state_label=label,
        created=row.created_at,
        next_try=row.due_at if waits and entry.tries else None,
        note=row.note,
        tries=tuple(TryView(started=each.started_at, words=_words(each)) for each in entry.tries),
        under_way=waits and row.event == Event.TEST,
    )


def _words(each: Delivery) -> str:
    if each.ended_at is None:
        return "Under way."
    return f"Sent; the answer was {each.status}." if each.sent else each.error
