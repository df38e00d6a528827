"""Schedules with something to repeat, and a clock that a test sets."""

from datetime import UTC, datetime
from typing import Any

import msgspec
from factories.store import a_job, a_workspace, an_upload
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mitigap.store import catalogs, database, inventories, schedules
from mitigap.store.schedules import Plan
from mitigap.store.schema import Job, Schedule, State

DOMAIN = "enterprise-attack"


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """What there is to repeat, by ids."""

    workspace: str
    inventory: str
    catalogue: str


def at(text: str) -> datetime:
    """`2026-11-24 06:00` in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def a_catalogue(session: Session, version: str = "18.1", source: str = "bundle.json", **changes: Any) -> str:
    told = {
        "workspace_id": None,
        "digest": f"sha256:{version}{source}",
        "domain": DOMAIN,
        "groups": [],
        "document": b"{}",
    }
    return catalogs.add(session, **{**told, "version": version, "source": source, **changes}).id


def a_revision(session: Session, workspace: str, inventory: str | None = None, data: bytes = b"M1032,yes\n") -> str:
    """The id of its inventory."""
    told = {"workspace_id": workspace, "inventory_id": inventory, "name": "Controls", "reading": b"{}", "summary": {}}
    upload, job = an_upload(session, data), a_job(session)
    end(session, job.id)
    return inventories.add_revision(session, upload_id=upload, job_id=job.id, **told).inventory_id


def a_ground(session: Session) -> Ground:
    workspace = a_workspace(session)
    return Ground(workspace=workspace, inventory=a_revision(session, workspace), catalogue=a_catalogue(session))


def a_plan(ground: Ground, **changes: Any) -> Plan:
    told = {"name": "Monday's look", "cron": "0 6 * * MON", "timezone": "Europe/Berlin", "groups": ["G0077"]}
    return Plan(**{**told, "inventory_id": ground.inventory, "domain": DOMAIN, **changes})


def a_schedule(session: Session, ground: Ground, now: str = "2026-11-24 12:00", **changes: Any) -> Schedule:
    """`0 6 * * MON` in Berlin, made on a Tuesday."""
    return schedules.create(session, ground.workspace, a_plan(ground, **changes), now=at(now))


def end(session: Session, job_id: str, state: State = State.SUCCEEDED) -> None:
    """As if a worker had ended the job."""
    over = {"state": state, "finished_at": database.now(session)}
    session.execute(update(Job).where(Job.id == job_id).values(**over))


def runs(session: Session, schedule: Schedule) -> list[Job]:
    """The oldest first."""
    query = select(Job).where(Job.schedule_id == schedule.id).order_by(Job.created_at)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def moments(session: Session, schedule: Schedule) -> list[str]:
    """When the runs were due, as `11-30 05:00`, in UTC."""
    return [f"{run.scheduled_for:%m-%d %H:%M}" for run in runs(session, schedule) if run.scheduled_for]
