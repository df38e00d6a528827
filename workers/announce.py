"""What is told of an assessment's end: facts, put into the outbox by the transaction that ends it."""

import msgspec
import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from mitigap.assessment import drift_document
from mitigap.assessment.drift import Drift, Move
from mitigap.errors import UserError
from mitigap.store import notifications, rules
from mitigap.store import schema as tables
from mitigap.store.rules import Facts, Group, Notify, Part, Technique
from mitigap.store.schema import Job, Kind, Schedule, State

WORSE_NAMED = 10
"""Techniques of one group; the assessment has them all."""

OVER = frozenset({State.SUCCEEDED, State.FAILED})

log = structlog.get_logger(__name__)


def ended(session: Session, job_id: str) -> None:
    """Call it once the job's row says how it ended, its summary and its drift are filed, and nothing is committed yet.

    Nobody is told of a job that was cancelled or is to be tried again.
    """
    job = session.scalars(select(Job).where(Job.id == job_id).execution_options(populate_existing=True)).one_or_none()
    if job is None or job.kind is not Kind.ASSESS or job.state not in OVER:
        return
    order = _order(session, job)
    facts = _facts(session, job, excel=order.excel) if order.channels else None
    event = rules.event(order.rules, facts) if facts else None
    if facts and event:
        plain = msgspec.to_builtins(facts)
        notifications.announce(
            session, job.workspace_id, order.channels, event, plain, job_id=job.id, ending=job.attempt
        )


def _order(session: Session, job: Job) -> Notify:
    """Who is to be told: as the job itself was asked, else as its schedule says now."""
    asked = job.params.get("notify")
    if asked is None and job.schedule_id:
        asked = session.scalar(select(Schedule.notify).where(Schedule.id == job.schedule_id))
    try:
        return rules.read(asked or {})
    except UserError as fault:  # written by another version: nobody is told, and the job is none the worse
        log.warning("it cannot be read who is to be told", job=job.id, error=fault.message)
        return Notify()


def _facts(session: Session, job: Job, *, excel: bool) -> Facts:
    base, moved, drifts = _drifts(session, job)
    catalog = job.summary.get("catalog") or {}
    return Facts(
        assessment=job.id,
        name=job.name,
        finished_at=job.finished_at or job.created_at,
        schedule=job.schedule_id,
        scheduled_for=job.scheduled_for,
        catalog="@".join(catalog[part] for part in ("domain", "version") if catalog.get(part)),
        base=base,
        moved=moved,
        groups=tuple(_group(each, drifts.get(each["id"])) for each in job.summary.get("groups", [])),
        error=job.error,
        failed=job.state is State.FAILED,
        excel=excel,
    )


def _drifts(session: Session, job: Job) -> tuple[str | None, bool, dict[str, Drift]]:
    """The assessment this one was compared with, whether anything moved, and what, by group."""
    newest = select(tables.Drift.base_id, tables.Drift.changed, tables.Drift.body).where(tables.Drift.job_id == job.id)
    row = session.execute(newest.order_by(tables.Drift.created_at.desc()).limit(1)).one_or_none()
    if row is None:
        return None, True, {}
    return row.base_id, row.changed, {each.now.group.id: each for each in drift_document.load(row.body)}


def _group(told: dict[str, object], drift: Drift | None) -> Group:
    named = msgspec.convert({key: told[key] for key in ("id", "name", "score")}, Group)
    if drift is None:  # a group that is new in this run
        return msgspec.structs.replace(named, changed=True)
    worse = [Technique(id=each.id, name=each.name) for each in drift.techniques if each.move is Move.WORSE]
    return msgspec.structs.replace(
        named,
        before=drift.base.score,
        delta=drift.delta,
        changed=drift.changed,
        regressed=drift.regressed,
        parts=tuple(Part(cause=each.cause, delta=each.delta) for each in drift.steps),
        counts=msgspec.to_builtins(drift.counts),
        worse=tuple(worse[:WORSE_NAMED]),
    )
