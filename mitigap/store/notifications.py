"""The outbox: what is to be told is written with the job's end, in one transaction, and sent later.

A row is one event for one channel, however often it is asked for. It is claimed by a conditional UPDATE with a lease,
so that no two workers send it at once; a worker that dies between sending and saying so leaves it to be sent again,
under the same id.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, exists, func, or_, select, update
from sqlalchemy.orm import Session

from mitigap.errors import Conflict
from mitigap.store import channels, database
from mitigap.store.columns import new_id
from mitigap.store.notices import Channel, Delivery, Medium, Outbox, Posting
from mitigap.store.rows import changed, insert_once
from mitigap.store.rules import Event
from mitigap.store.turning import Mark, older

WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 2 * 60, 12 * 60))
"""Between a try that failed and the next one; after the last of them it is given up."""
TRIES = len(WAITS) + 1
TERM = timedelta(minutes=2)
"""How long a worker may be silent about a try; a multiple of the time a try may take."""
ROOM = 4
"""Rows the queue is told of at once, one for a channel: a few dead receivers must not take up every worker."""
LONGEST_ERROR = 300
LOST = "The worker went silent; whether the message arrived is not known."
GIVEN_UP = "Given up after {tries}."
USED_UP = GIVEN_UP.format(tries="the last try")


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """The right to one try at one notification, and all that is needed for it."""

    id: str
    token: str
    attempt: int
    limit: int
    kind: Medium
    target: str
    secret: str
    event: Event
    facts: dict[str, Any]
    created_at: datetime
    job_id: str | None
    workspace_id: str


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One notification with its tries, the first one first."""

    row: Outbox
    tries: tuple[Delivery, ...]


def announce(
    session: Session,
    workspace_id: str,
    channel_ids: Iterable[str],
    event: Event,
    facts: Mapping[str, Any],
    *,
    job_id: str | None = None,
    ending: int = 0,
    tries: int = TRIES,
) -> list[str]:
    """Put one row into the outbox for each of the channels that are switched on; the ids of the new ones.

    Call it in the transaction that ends the job. Rows are held against being deleted until that is committed.
    """
    wanted = select(Channel.id).where(
        Channel.id.in_(list(channel_ids)), Channel.workspace_id == workspace_id, Channel.enabled
    )
    now = database.now(session)
    made = []
    for channel_id in session.scalars(wanted.order_by(Channel.id).with_for_update(read=True, key_share=True)).all():
        what = {"job_id": job_id, "event": event.value, "ending": ending, "facts": dict(facts)}
        row = {"id": new_id(), "channel_id": channel_id, **what}
        times = {"due_at": now, "hint_at": now, "created_at": now}
        if insert_once(session, Outbox, **row, **times, attempt_limit=tries):
            made.append(str(row["id"]))
    return made


def try_out(session: Session, workspace_id: str, channel_id: str) -> str:
    """A test for a channel: one try. The row's id."""
    row = channels.get(session, workspace_id, channel_id)
    made = announce(session, workspace_id, [row.id], Event.TEST, {"channel": row.name}, tries=1)
    if not made:
        raise Conflict("This channel is switched off.")
    return made[0]


def idle(session: Session) -> bool:
    """Whether the queue has nothing to hear of; a cheap question that takes no lock."""
    return not session.scalar(select(exists().where(*_ripe(database.now(session)))))


def due(session: Session, *, again: timedelta) -> list[str]:
    """Draw the rows the queue should hear of now: for each channel that is not busy its longest due one.

    Each comes up once more after `again`, should nobody have taken it: commit, then publish.
    """
    now = database.now(session)
    turn = (
        func.row_number()
        .over(partition_by=Outbox.channel_id, order_by=(Outbox.due_at, Outbox.created_at, Outbox.id))
        .label("turn")
    )
    under_way = (Outbox.state == Posting.PENDING, Outbox.due_at <= now, Outbox.hint_at > now)
    busy = select(Outbox.channel_id).where(*under_way)
    ripe = select(Outbox.id, Outbox.due_at, turn).where(*_ripe(now), Outbox.channel_id.not_in(busy)).subquery()
    room = ROOM - session.scalars(select(func.count()).select_from(Outbox).where(*under_way)).one()
    first = select(ripe.c.id).where(ripe.c.turn == 1).order_by(ripe.c.due_at, ripe.c.id).limit(max(0, room))
    drawn = session.scalars(first).all()
    return [each for each in drawn if changed(session, _one(each, *_ripe(now)).values(hint_at=now + again))]


def take_back(session: Session, outbox_ids: list[str]) -> None:
    """The queue could not be told of these: they are due again at once."""
    waiting = (Outbox.id.in_(outbox_ids), Outbox.state == Posting.PENDING, Outbox.lease_token.is_(None))
    changed(session, update(Outbox).where(*waiting).values(hint_at=database.now(session)))


def claim(session: Session, outbox_id: str, *, term: timedelta = TERM) -> Claim | None:
    """Take a row that is due and nobody's, or whose worker fell silent. None where there is nothing to be sent."""
    now = database.now(session)
    token = new_id()
    on = exists().where(Channel.id == Outbox.channel_id, Channel.enabled)
    held = {"attempt": Outbox.attempt + 1, "lease_token": token, "lease_until": now + term, "hint_at": now + term}
    take = _one(outbox_id, *_free(now)).where(Outbox.attempt < Outbox.attempt_limit, on).values(**held)
    if not changed(session, take):
        _put_away(session, outbox_id, now, on)
        return None
    _close_tries(session, outbox_id, now)
    taken = _taken(session, outbox_id, token)
    session.add(Delivery(token=token, outbox_id=outbox_id, number=taken.attempt, started_at=now))
    session.flush()
    return taken


def sent(session: Session, claim: Claim, status: int | None) -> bool:
    """Record that it went out; whether the row was still ours to end."""
    now = database.now(session)
    _log(session, claim, now, sent=True, status=status, error="")
    done = {"state": Posting.SENT, "finished_at": now, "lease_token": None, "lease_until": None}
    return bool(changed(session, _mine(claim).values(**done)))


def failed(session: Session, claim: Claim, error: str) -> bool:
    """Record that it did not go out, and when it is tried next, or that it is given up; whether it was ours."""
    now = database.now(session)
    _log(session, claim, now, sent=False, status=None, error=error[:LONGEST_ERROR])
    free = {"lease_token": None, "lease_until": None}
    if claim.attempt >= claim.limit:
        ended = {"state": Posting.GIVEN_UP, "note": _given_up(claim.attempt), "finished_at": now}
        return bool(changed(session, _mine(claim).values(**ended, **free)))
    _rest(session, claim, now + WAITS[0])
    later = now + WAITS[claim.attempt - 1]
    return bool(changed(session, _mine(claim).values(due_at=later, hint_at=later, **free)))


def log_of(session: Session, channel_id: str, *, before: Mark | None = None, limit: int = 50) -> list[Entry]:
    """A channel's notifications, the newest first; `before` marks the last one already seen."""
    query = select(Outbox).where(Outbox.channel_id == channel_id)
    rows = session.scalars(older(query, Outbox, before).limit(limit)).all()
    tries = select(Delivery).where(Delivery.outbox_id.in_([row.id for row in rows])).order_by(Delivery.number)
    by_row: dict[str, list[Delivery]] = {row.id: [] for row in rows}
    for each in session.scalars(tries):
        by_row[each.outbox_id].append(each)
    return [Entry(row=row, tries=tuple(by_row[row.id])) for row in rows]


def _ripe(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (Outbox.state == Posting.PENDING, Outbox.hint_at <= now)


def _free(now: datetime) -> tuple[ColumnElement[bool], ...]:
    nobody_s = or_(Outbox.lease_until.is_(None), Outbox.lease_until < now)
    return (Outbox.state == Posting.PENDING, Outbox.due_at <= now, nobody_s)


def _one(outbox_id: str, *also: ColumnElement[bool]) -> Any:
    return update(Outbox).where(Outbox.id == outbox_id, *also)


def _mine(claim: Claim) -> Any:
    return _one(claim.id, Outbox.lease_token == claim.token, Outbox.state == Posting.PENDING)


def _taken(session: Session, outbox_id: str, token: str) -> Claim:
    columns = (Outbox.id, Outbox.attempt, Outbox.event, Outbox.facts, Outbox.created_at, Outbox.job_id)
    whose = (Channel.kind, Channel.target, Channel.secret, Channel.workspace_id)
    query = select(*columns, Outbox.attempt_limit.label("limit"), *whose).join(Channel)
    row = session.execute(query.where(Outbox.id == outbox_id)).one()
    told = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row's mapping
    return Claim(token=token, **{**told, "event": Event(told["event"])})


def _put_away(session: Session, outbox_id: str, now: datetime, on: ColumnElement[bool]) -> None:
    """A row that may not be tried any more: all its tries are used up, or its channel is switched off."""
    ended = {"state": Posting.GIVEN_UP, "finished_at": now, "lease_token": None, "lease_until": None}
    reasons = ((Outbox.attempt >= Outbox.attempt_limit, USED_UP), (~on, channels.SWITCHED_OFF))
    for reason, note in reasons:
        if changed(session, _one(outbox_id, reason, *_free(now)).values(**ended, note=note)):
            _close_tries(session, outbox_id, now)


def _close_tries(session: Session, outbox_id: str, now: datetime) -> None:
    lost = update(Delivery).where(Delivery.outbox_id == outbox_id, Delivery.ended_at.is_(None))
    changed(session, lost.values(ended_at=now, error=LOST))


def _rest(session: Session, claim: Claim, until: datetime) -> None:
    """What else waits for this channel waits a little longer: a receiver that is dead for one is dead for all."""
    channel = select(Outbox.channel_id).where(Outbox.id == claim.id).scalar_subquery()
    others = update(Outbox).where(
        Outbox.channel_id == channel,
        Outbox.id != claim.id,
        Outbox.state == Posting.PENDING,
        Outbox.lease_token.is_(None),
        Outbox.due_at < until,
        Outbox.event != Event.TEST,
    )
    changed(session, others.values(due_at=until, hint_at=until))


def _log(session: Session, claim: Claim, now: datetime, *, sent: bool, status: int | None, error: str) -> None:
    """Also where another worker has the row by now: what happened has happened."""
    values = {"ended_at": now, "sent": sent, "status": status, "error": error}
    changed(session, update(Delivery).where(Delivery.token == claim.token).values(**values))


def _given_up(tries: int) -> str:
    return GIVEN_UP.format(tries="one try" if tries == 1 else f"{tries} tries")
