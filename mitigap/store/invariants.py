"""What must hold at any moment, each as one query that finds the ids of rows where it does not.

Run after every fault test, and fit to be shown as metrics: all zero is the only good answer.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from mitigap.store import database
from mitigap.store.schema import Artifact, Attempt, Document, Fate, Job, Revision, State

PATIENCE = timedelta(seconds=60)
"""How long a due job or a silent worker may go unnoticed."""

FINISHED = (State.SUCCEEDED, State.FAILED, State.CANCELLED)


def broken(session: Session) -> dict[str, list[str]]:
    """The invariants that do not hold, with the ids of the jobs where they do not; empty when all is well."""
    found = {name: list(session.scalars(query)) for name, query in queries(database.now(session)).items()}
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
        "only a succeeded job leaves files or a revision": select(Job.id).where(
            Job.state != State.SUCCEEDED,
            or_(exists().where(Artifact.job_id == Job.id), exists().where(Revision.job_id == Job.id)),
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
