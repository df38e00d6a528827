"""What must hold at any moment, each as one query that finds the ids of rows where it does not.

Run after every fault test, and fit to be shown as metrics: all zero is the only good answer.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from mitigap.store import database
from mitigap.store.notices import Delivery, Outbox, Posting
from mitigap.store.schema import Artifact, Attempt, Document, Drift, Fate, Job, Kind, Revision, Schedule, State

PATIENCE = timedelta(seconds=60)
"""How long a due job or a silent worker may go unnoticed."""

FINISHED = (State.SUCCEEDED, State.FAILED, State.CANCELLED)


def broken(session: Session) -> dict[str, list[str]]:
    """The invariants that do not hold, with the ids of the rows where they do not; empty when all is well."""
    now = database.now(session)
    found = {
        name: list(session.scalars(query))
        for name, query in {**queries(now), **of_schedules(now), **of_notifications()}.items()
    }
    return {name: ids for name, ids in found.items() if ids}


def queries(now: datetime) -> Mapping[str, Select[str]]:
    long_ago = now - PATIENCE
    has_document = exists().where(Document.job_id == Job.id)
    won = and_(Attempt.token == Document.token, Attempt.job_id == Document.job_id, Attempt.fate == Fate.SUCCEEDED)
    forgotten = and_(Job.state == State.PENDING, Job.next_dispatch_at < long_ago)
    unswept = and_(Job.state == State.RUNNING, Job.lease_until < long_ago)
    open_attempts = select(func.count()).where(Attempt.job_id == Job.id, Attempt.ended_at.is_(None)).scalar_subquery()
    return {
        "a succeeded job has a result": select(Job.id).where(Job.state == State.SUCCEEDED, ~has_document),
        "only a succeeded job has a result": select(Job.id).where(Job.state != State.SUCCEEDED, has_document),
        "only a succeeded job leaves files, a revision or a drift": select(Job.id).where(
            Job.state != State.SUCCEEDED,
            or_(*(exists().where(left == Job.id) for left in (Artifact.job_id, Revision.job_id, Drift.made_by))),
        ),
        "a result names the attempt that succeeded": select(Document.job_id).where(~exists().where(won)),
        "no job is stuck": select(Job.id).where(or_(forgotten, unswept)),
        "a running job has one open attempt, any other none": select(Job.id).where(
            or_(
                and_(Job.state == State.RUNNING, open_attempts != 1),
                and_(Job.state != State.RUNNING, open_attempts != 0),
            )
        ),
        "a lease is held by running jobs alone": select(Job.id).where(
            (Job.state == State.RUNNING) != Job.lease_token.is_not(None)
        ),
        "a finished job says when": select(Job.id).where(Job.state.in_(FINISHED) != Job.finished_at.is_not(None)),
        "a pending job can be claimed": select(Job.id).where(
            Job.state == State.PENDING, or_(Job.cancel_requested, Job.attempt >= Job.attempt_limit)
        ),
        "attempts are counted once": select(Job.id).where(
            Job.attempt != select(func.count()).where(Attempt.job_id == Job.id).scalar_subquery()
        ),
    }


def of_notifications() -> Mapping[str, Select[str]]:
    first, second = aliased(Outbox), aliased(Outbox)
    sent = exists().where(Delivery.outbox_id == Outbox.id, Delivery.sent)
    tries = select(func.count()).where(Delivery.outbox_id == Outbox.id).scalar_subquery()
    key = ("job_id", "channel_id", "event", "ending")
    same = and_(*(getattr(first, name) == getattr(second, name) for name in key))
    over = Outbox.state != Posting.PENDING
    return {
        "an event has one notification a channel": select(first.id).join(second, and_(same, first.id != second.id)),
        "a notification that was sent has a try that succeeded": select(Outbox.id).where(
            Outbox.state == Posting.SENT, ~sent
        ),
        "a notification that is over says when, and nobody holds it": select(Outbox.id).where(
            or_(over != Outbox.finished_at.is_not(None), and_(over, Outbox.lease_token.is_not(None)))
        ),
        "tries are counted once": select(Outbox.id).where(Outbox.attempt != tries),
        "only the end of an assessment is told": select(Outbox.id)
        .join(Job, Job.id == Outbox.job_id)
        .where(Job.kind != Kind.ASSESS),
    }


def of_schedules(now: datetime) -> Mapping[str, Select[str]]:
    first, second = aliased(Job), aliased(Job)
    same = and_(first.schedule_id == second.schedule_id, first.scheduled_for == second.scheduled_for)
    return {
        "a moment of a schedule has one run": select(first.id).join(second, and_(same, first.id != second.id)),
        "a schedule knows its next run as long as it is on": select(Schedule.id).where(
            Schedule.enabled != Schedule.next_run_at.is_not(None)
        ),
        "no schedule is overdue": select(Schedule.id).where(Schedule.next_run_at < now - PATIENCE),
    }
