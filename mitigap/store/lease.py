"""A worker's hold on a job. Whoever has the latest token may write; everybody else's work is thrown away.

Every arrow of the machine is one UPDATE that names the state and the token it expects, and counts what it changed.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, and_, case, or_, select, update
from sqlalchemy.orm import Session

from mitigap.errors import LeaseLost
from mitigap.store import database
from mitigap.store.columns import new_id
from mitigap.store.rows import changed
from mitigap.store.schema import Artifact, Attempt, Document, Fate, Job, State


class Lease(msgspec.Struct, frozen=True, kw_only=True):
    """The right to finish one attempt at one job."""

    job_id: str
    token: str
    attempt: int


class Pulse(StrEnum):
    """What a worker hears when it extends its lease."""

    HELD = "held"
    LOST = "lost"
    CANCEL = "cancel"


class File(msgspec.Struct, frozen=True, kw_only=True):
    """An artifact before it is filed."""

    format: str
    media_type: str
    filename: str
    data: bytes


def claim(session: Session, job_id: str, *, worker: str, term: timedelta) -> Lease | None:
    """Take a pending job, or one whose worker has fallen silent. None where somebody else has it, or it is over."""
    now = database.now(session)
    token = new_id()
    free = or_(Job.state == State.PENDING, and_(Job.state == State.RUNNING, Job.lease_until < now))
    take = update(Job).where(Job.id == job_id, free, Job.attempt < Job.attempt_limit, Job.cancel_requested.is_(False))
    held = {
        "state": State.RUNNING,
        "attempt": Job.attempt + 1,
        "lease_token": token,
        "lease_until": now + term,
        "started_at": now,
        "progress": 0,
        "stage": "",
    }
    if not changed(session, take.values(held)):
        return None
    close_attempts(session, [job_id], now)
    number = session.scalars(select(Job.attempt).where(Job.id == job_id)).one()
    session.add(Attempt(token=token, job_id=job_id, number=number, worker=worker, started_at=now))
    session.flush()
    return Lease(job_id=job_id, token=token, attempt=number)


def extend(session: Session, lease: Lease, *, term: timedelta) -> Pulse:
    """Say that the worker lives, and hear whether its work is still wanted."""
    held = update(Job).where(*_mine(lease)).values(lease_until=database.now(session) + term)
    answer = session.execute(
        held.returning(Job.cancel_requested), execution_options={"synchronize_session": False}
    ).one_or_none()
    if answer is None:
        return Pulse.LOST
    return Pulse.CANCEL if answer.cancel_requested else Pulse.HELD


def report(session: Session, lease: Lease, percent: int, stage: str) -> None:
    """Show how far the work is."""
    changed(session, update(Job).where(*_mine(lease)).values(progress=percent, stage=stage))


def finish(session: Session, lease: Lease, *, document: bytes, files: tuple[File, ...] = ()) -> None:
    """End the job and file its result, in the caller's one transaction; `summarise` belongs to the same.

    Raises LeaseLost, and the caller rolls back, where another worker has taken over or the user has cancelled.
    """
    now = database.now(session)
    done = {"state": State.SUCCEEDED, "progress": 100, "stage": "", "error": "", "finished_at": now}
    if not _leave(session, lease, Fate.SUCCEEDED, "", done, Job.cancel_requested.is_(False)):
        raise LeaseLost
    session.add(Document(job_id=lease.job_id, token=lease.token, created_at=now, data=document))
    session.add_all(
        Artifact(
            job_id=lease.job_id,
            format=file.format,
            media_type=file.media_type,
            filename=file.filename,
            size=len(file.data),
            data=file.data,
        )
        for file in files
    )
    session.flush()


def summarise(session: Session, lease: Lease, summary: dict[str, Any]) -> None:
    """The figures and ids that pages show. Call it after `finish`, which is the fence."""
    changed(session, update(Job).where(Job.id == lease.job_id).values(summary=summary))


def fail(session: Session, lease: Lease, message: str, *, refused: bool = False) -> bool:
    """End the job with a message for the user; whether it was still ours to end.

    `refused`: for the request's own sake, so that the same once more would end the same.
    """
    values = {"state": State.FAILED, "error": message, "refused": refused, "finished_at": database.now(session)}
    return _leave(session, lease, Fate.FAILED, message, values)


def stop(session: Session, lease: Lease) -> bool:
    """End a job whose user has asked for it."""
    values = {"state": State.CANCELLED, "finished_at": database.now(session)}
    return _leave(session, lease, Fate.CANCELLED, "", values, Job.cancel_requested.is_(True))


def give_back(session: Session, lease: Lease, *, message: str, trace: str, delay: timedelta) -> bool:
    """After an error of ours: try again after `delay`, or fail with `message` where the attempts are used up."""
    now = database.now(session)
    ended = or_(Job.cancel_requested, Job.attempt >= Job.attempt_limit)
    values = {
        "state": case((Job.cancel_requested, State.CANCELLED), (ended, State.FAILED), else_=State.PENDING),
        "error": case((ended, message), else_=""),
        "finished_at": case((ended, now), else_=None),
        "next_dispatch_at": now + delay,
        "dispatch_count": 0,
    }
    return _leave(session, lease, Fate.ERROR, trace, values)


def hand_back(session: Session, lease: Lease) -> bool:
    """Leave the job to another worker at once. Nothing was wrong with it: this attempt does not count against it."""
    values = {
        "state": case((Job.cancel_requested, State.CANCELLED), else_=State.PENDING),
        "finished_at": case((Job.cancel_requested, database.now(session)), else_=None),
        "attempt_limit": Job.attempt_limit + 1,
        "next_dispatch_at": database.now(session),
        "dispatch_count": 0,
    }
    return _leave(session, lease, Fate.RETURNED, "", values)


def close_attempts(session: Session, job_ids: list[str], now: datetime) -> None:
    """Record that the workers of these jobs' open attempts fell silent."""
    lost = update(Attempt).where(Attempt.job_id.in_(job_ids), Attempt.ended_at.is_(None))
    changed(session, lost.values(ended_at=now, fate=Fate.LOST))


def _mine(lease: Lease) -> tuple[ColumnElement[bool], ...]:
    return (Job.id == lease.job_id, Job.lease_token == lease.token, Job.state == State.RUNNING)


def _leave(
    session: Session, lease: Lease, fate: Fate, error: str, values: dict[str, Any], *also: ColumnElement[bool]
) -> bool:
    leave = update(Job).where(*_mine(lease), *also).values(**values, lease_token=None, lease_until=None)
    if not changed(session, leave):
        return False
    ended = update(Attempt).where(Attempt.token == lease.token)
    changed(session, ended.values(ended_at=database.now(session), fate=fate, error=error))
    return True
