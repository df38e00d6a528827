"""The job row, seen from the desk: accept, look, cancel, ask again. Every change is one conditional UPDATE."""

from datetime import datetime

from sqlalchemy import Update, case, func, select, update
from sqlalchemy.orm import Session

from mitigap.errors import Busy, Conflict
from mitigap.store import database, requests
from mitigap.store.columns import new_id
from mitigap.store.requests import Request
from mitigap.store.rows import changed, found, insert_once
from mitigap.store.schema import Job, Kind, State
from mitigap.store.turning import Mark, older

ATTEMPTS = 3
INTERACTIVE = 10
"""The priority of a job somebody waits for; scheduled work has 0."""

UNFINISHED = (State.PENDING, State.RUNNING)
FINISHED = (State.SUCCEEDED, State.FAILED, State.CANCELLED)


def create(
    session: Session,
    request: Request,
    *,
    workspace_id: str,
    user_id: str | None,
    name: str = "",
    idempotency_key: str | None = None,
    attempts: int = ATTEMPTS,
    priority: int = INTERACTIVE,
    schedule_id: str | None = None,
    most: int | None = None,
) -> Job:
    """Accept a job: once the caller's transaction is committed it ends in exactly one visible result.

    The same key with the same request gives the same job again; with another request it raises Conflict.
    Busy where `most` jobs of this workspace wait already that are as urgent as this one, or more.
    Commit, then `workers.queue.Queue.enqueue(job.id)`.
    """
    if most is not None and _waiting(session, workspace_id, priority) >= most:
        return _known_or_busy(session, workspace_id, idempotency_key, request)
    now = database.now(session)
    job_id = new_id()
    inserted = insert_once(
        session,
        Job,
        id=job_id,
        workspace_id=workspace_id,
        user_id=user_id,
        kind=requests.KINDS[type(request)],
        name=name,
        params=requests.dump(request),
        idempotency_key=idempotency_key,
        attempt_limit=attempts,
        priority=priority,
        next_dispatch_at=now,
        created_at=now,
        schedule_id=schedule_id,
    )
    return get(session, workspace_id, job_id) if inserted else _same(session, workspace_id, idempotency_key, request)


def get(session: Session, workspace_id: str, job_id: str) -> Job:
    query = select(Job).where(Job.id == job_id, Job.workspace_id == workspace_id)
    return found(session.scalar(query.execution_options(populate_existing=True)))


def held(session: Session, job_id: str) -> Job:
    """For a worker, which serves all workspaces: a lease has told it the id."""
    return session.scalars(select(Job).where(Job.id == job_id)).one()


def listing(
    session: Session,
    workspace_id: str,
    *,
    kind: Kind | None = None,
    states: tuple[State, ...] = tuple(State),
    before: Mark | datetime | None = None,
    limit: int = 50,
) -> list[Job]:
    """The newest first; `before` marks the last one already seen."""
    query = select(Job).where(Job.workspace_id == workspace_id, Job.state.in_(states))
    if kind is not None:
        query = query.where(Job.kind == kind)
    return list(session.scalars(older(query, Job, before).limit(limit)))


def cancel(session: Session, workspace_id: str, job_id: str) -> Job:
    """A pending job is cancelled at once, a running one as soon as its worker notices. A finished one: Conflict."""
    pending = Job.state == State.PENDING
    stop = (
        update(Job)
        .where(Job.id == job_id, Job.workspace_id == workspace_id, Job.state.in_(UNFINISHED))
        .values(
            cancel_requested=True,
            state=case((pending, State.CANCELLED), else_=Job.state),
            finished_at=case((pending, database.now(session)), else_=Job.finished_at),
        )
    )
    return _changed_job(session, workspace_id, stop, job_id, "This job is already finished.")


def retry(session: Session, workspace_id: str, job_id: str, *, attempts: int = ATTEMPTS) -> Job:
    """The same inputs once more, with a full number of attempts; what happened before stays on record."""
    again = (
        update(Job)
        .where(Job.id == job_id, Job.workspace_id == workspace_id, Job.state.in_((State.FAILED, State.CANCELLED)))
        .values(
            state=State.PENDING,
            attempt_limit=Job.attempt + attempts,
            cancel_requested=False,
            lease_token=None,
            lease_until=None,
            next_dispatch_at=database.now(session),
            dispatch_count=0,
            progress=0,
            stage="",
            error="",
            refused=False,
            started_at=None,
            finished_at=None,
        )
    )
    return _changed_job(session, workspace_id, again, job_id, "Only a failed or cancelled job can be tried again.")


def _waiting(session: Session, workspace_id: str, priority: int) -> int:
    waits = (Job.workspace_id == workspace_id, Job.state == State.PENDING, Job.priority >= priority)
    return session.scalars(select(func.count()).select_from(Job).where(*waits)).one()


def _known_or_busy(session: Session, workspace_id: str, key: str | None, request: Request) -> Job:
    """A request that was accepted before is answered as before, however much waits."""
    if key is not None and session.scalar(
        select(Job.id).where(Job.workspace_id == workspace_id, Job.idempotency_key == key)
    ):
        return _same(session, workspace_id, key, request)
    raise Busy("Too many jobs are waiting already. Nothing was accepted; try again when some are done.")


def _same(session: Session, workspace_id: str, idempotency_key: str | None, request: Request) -> Job:
    query = select(Job).where(Job.workspace_id == workspace_id, Job.idempotency_key == idempotency_key)
    job = session.scalars(query).one()
    if requests.load(job.kind, job.params) != request:
        raise Conflict("This Idempotency-Key was used for another request.")
    return job


def _changed_job(session: Session, workspace_id: str, query: Update, job_id: str, refusal: str) -> Job:
    done = changed(session, query)
    job = get(session, workspace_id, job_id)
    if not done:
        raise Conflict(refusal)
    return job
