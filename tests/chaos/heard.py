"""What became of schedules and of their messages: a run for each due moment, an id for each event, or a finding."""

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from itertools import takewhile

from chaos.audience import Audience
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mitigap import cadence
from mitigap.store import schedules
from mitigap.store.notices import Channel, Medium, Outbox, Posting
from mitigap.store.schema import Job, Schedule, State


def runs(session: Session) -> int:
    return session.scalars(select(func.count()).where(_scheduled()).select_from(Job)).one()


def notices(session: Session) -> int:
    return session.scalars(select(func.count()).where(Outbox.state == Posting.SENT).select_from(Outbox)).one()


def waiting(session: Session, moment: datetime) -> int:
    """What is still to come: schedules that are due by then, and messages not sent."""
    due = select(func.count()).where(Schedule.next_run_at <= moment).select_from(Schedule)
    pending = select(func.count()).where(Outbox.state == Posting.PENDING).select_from(Outbox)
    return session.scalars(due).one() + session.scalars(pending).one()


def lost(session: Session, audience: Audience) -> Iterator[str]:
    """Moments without a run, runs without a result, events that nobody has heard of."""
    for row in session.scalars(select(Schedule)):
        yield from _moments(session, row)
    for job in session.scalars(select(Job).where(_scheduled(), Job.state != State.SUCCEEDED)):
        yield f"run {job.id}: {job.state} {job.error}"
    yield from _untold(session)
    for medium, ids in _heard(audience).items():
        yield from (f"{medium} {each} was never heard" for each in sorted(_said(session, medium) - set(ids)))


def doubled(session: Session, audience: Audience) -> Iterator[str]:
    """An event under two ids, or an id that nobody knows of. The same id again is how a repeat is told."""
    by_event = defaultdict(set)
    for headers, body in audience.receiver.said:
        if len(body) == int(headers["content-length"]):  # else its worker was killed in the middle of it
            message = json.loads(body)
            by_event[message["data"]["assessment"], message["type"]].add(headers["webhook-id"])
    yield from (f"event {event}: {sorted(ids)}" for event, ids in by_event.items() if len(ids) > 1)
    for medium, ids in _heard(audience).items():
        yield from (f"{medium} {each} was never written" for each in sorted(set(ids) - _said(session, medium)))


def repeats(audience: Audience) -> int:
    """Messages that came once more under the same id."""
    return sum(len(ids) - len(set(ids)) for ids in _heard(audience).values())


def _scheduled() -> object:
    return Job.scheduled_for.is_not(None)


def _moments(session: Session, row: Schedule) -> Iterator[str]:
    """Every moment up to the next one was run for, or counted as missed or skipped, and none of them twice."""
    made = set(session.scalars(select(Job.scheduled_for).where(Job.schedule_id == row.id)))
    told = schedules.cadence_of(row)
    if row.next_run_at is None:
        yield f"schedule {row.id} has stopped: {row.paused_reason}"
        return
    passed = set(takewhile(lambda each: each < row.next_run_at, cadence.after(told, row.created_at)))
    counted = len(made) + row.missed_count + row.skipped_count
    if counted != len(passed) or made - passed:
        yield f"schedule {row.id}: {len(passed)} moments, {len(made)} runs, {row.missed_count} missed"


def _untold(session: Session) -> Iterator[str]:
    channels = session.scalars(select(Channel.id)).all()
    query = select(Outbox.job_id, Outbox.channel_id).where(Outbox.state == Posting.SENT)
    told = {tuple(row) for row in session.execute(query)}
    for job in session.scalars(select(Job.id).where(_scheduled())):
        yield from (f"run {job}: channel {each} was not told" for each in channels if (job, each) not in told)


def _said(session: Session, medium: Medium) -> set[str]:
    query = select(Outbox.id).join(Channel).where(Channel.kind == medium, Outbox.state == Posting.SENT)
    return {f"msg_{each}" for each in session.scalars(query)}


def _heard(audience: Audience) -> dict[Medium, list[str]]:
    """The ids, webhooks that were refused with the others: they came again."""
    return {Medium.WEBHOOK: audience.receiver.ids(), Medium.EMAIL: list(_letters(audience))}


def _letters(audience: Audience) -> Iterator[str]:
    return (str(letter["Message-ID"]).strip("<>").partition("@")[0] for letter in audience.mail.received)
