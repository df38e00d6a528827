"""Two assessments and what moved between them: kept if it was ever asked for, else worked out by the workshop."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.orm import Session

from mitigap.errors import Conflict
from mitigap.store import drifts, jobs
from mitigap.store.requests import DiffRequest
from mitigap.store.schema import Drift, Job, Kind, State
from service import launch
from service.access import principal
from service.desk import desk
from service.tickets import assessment_job

LOOKED_AT = 200
"""Earlier assessments among which those of comparable scope are looked for."""


def pair(cabinet: Session, assessment_id: UUID, base_id: UUID) -> tuple[Job, Job]:
    """The later and the earlier of the two, as they were asked for. NotFound, or Conflict where one is not finished."""
    now, base = assessment_job(cabinet, assessment_id), assessment_job(cabinet, base_id)
    if now.id == base.id:
        raise Conflict("An assessment is compared with another one, not with itself.")
    for each in (now, base):
        if each.state is not State.SUCCEEDED:
            raise Conflict(f"There is nothing to compare: the job of {each.name} is {each.state}.")
    return now, base


def known(cabinet: Session, now: Job, base: Job) -> Drift | None:
    return drifts.get(cabinet, principal().workspace_id, now.id, base.id)


def order(now: Job, base: Job) -> Job:
    """The job that compares them, told to the queue; whoever asks for the same two meanwhile gets the same one."""
    with desk().writing.begin() as cabinet:
        wanted = DiffRequest(assessment=now.id, base=base.id)
        job = launch.accept(cabinet, wanted, f"{now.name} since {base.created_at:%Y-%m-%d}", f"{now.id} {base.id}")
    launch.tell_queue(job)
    return job


def candidates(cabinet: Session, job: Job) -> list[Job]:
    """Earlier finished assessments in the same domain that share a group with this one, the newest first."""
    found = jobs.listing(
        cabinet,
        principal().workspace_id,
        kind=Kind.ASSESS,
        states=(State.SUCCEEDED,),
        before=job.created_at,
        limit=LOOKED_AT,
    )
    return [each for each in found if _domain(each) == _domain(job) and not _groups(each).isdisjoint(_groups(job))]


def _domain(job: Job) -> str:
    return str(job.summary["catalog"]["domain"])


def _groups(job: Job) -> frozenset[str]:
    told: Iterable[dict[str, str]] = job.summary["groups"]
    return frozenset(group["id"] for group in told)
