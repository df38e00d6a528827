"""What is put into the outbox when an assessment ends, by jobs that really end."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from factories.assessment import GROUP
from factories.drift import MAPPED, a_subject
from factories.notices import a_channel
from factories.store import a_job, a_workspace
from factories.workers import a_context, an_outcome, runners
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session, sessionmaker

from mitigap.assessment import diff, drift_document
from mitigap.errors import FileRefused
from mitigap.store import inventories, jobs, lease, rules, uploads
from mitigap.store.notices import Outbox
from mitigap.store.requests import ReadRequest
from mitigap.store.rules import Event, Facts, Part, Technique
from mitigap.store.schema import Drift, Job, Schedule
from workers import announce, tasks
from workers.context import Context
from workers.outcome import Outcome, Progress
from workers.tick import Tick

GROUPS = [{"id": GROUP, "name": "Leafminer", "score": 0.25, "counts": {}}]
SUMMARY = {"groups": GROUPS, "catalog": {"domain": "enterprise-attack", "version": "18.1"}}
ALWAYS = {"rules": [{"on": "always"}]}
FAILURE = {"rules": [{"on": "failure"}]}
REGRESSION = {"rules": [{"on": "regression"}]}
BELOW = {"rules": [{"on": "below", "score": 0.5}]}


@pytest.fixture
def context(engine: Engine) -> Context:
    return a_context(engine)


@pytest.fixture
def channel(sessions: sessionmaker[Session]) -> str:
    """Its id."""
    with sessions.begin() as session:
        return a_channel(session).id


def a_schedule(session: Session, notify: dict[str, Any]) -> str:
    """The id of one that nothing will ever fire."""
    now = datetime.now(UTC)
    workspace = a_workspace(session)
    upload = uploads.add(session, workspace, "a.csv", b"a")
    reading = a_job(session, ReadRequest(upload=upload.id, catalogue="c"))
    told: dict[str, Any] = {"name": "n", "upload_id": upload.id, "reading": b"{}", "summary": {}}
    kept = inventories.add_revision(session, workspace, inventory_id=None, job_id=reading.id, **told)
    row = Schedule(
        workspace_id=workspace,
        name="Quarterly",
        inventory_id=kept.inventory_id,
        domain="enterprise-attack",
        policy={},
        cron="0 6 1 * *",
        timezone="UTC",
        tzdata="2025b",
        notify=notify,
        created_at=now,
        updated_at=now,
    )
    session.add(row)
    session.flush()
    return row.id


def a_run(sessions: sessionmaker[Session], notify: dict[str, Any], **changes: Any) -> Job:
    """A run of a schedule that tells as `notify` says."""
    with sessions.begin() as session:
        job = a_job(session, name="Quarterly", **changes)
        session.execute(update(Job).where(Job.id == job.id).values(schedule_id=a_schedule(session, notify)))
    return job


def moved(session: Session, job: Job, *, to: float) -> None:
    """File the drift from a run at half to this one."""
    base = a_job(session)
    before, now = (a_subject(MAPPED, {"M1011": level, "M1012": level}) for level in (0.5, to))
    found = diff.diff(before, now)
    row = Drift(
        job_id=job.id,
        base_id=base.id,
        made_by=job.id,
        changed=found.changed,
        created_at=job.created_at,
        body=drift_document.dump([found]),
    )
    session.add(row)
    session.flush()


def succeed(context: Context, job: Job, to: float | None = None) -> None:
    """End the job well; with a drift where a level is told."""

    def shelve(session: Session) -> dict[str, Any]:
        if to is not None:
            moved(session, job, to=to)
        return {}

    def run(_context: Context, _job: Job, _progress: Progress) -> Outcome:
        return an_outcome(summary=SUMMARY, shelve=shelve)

    tasks.work(context, job.id, runners(run))


def fail(context: Context, job: Job, error: Exception) -> None:
    def run(_context: Context, _job: Job, _progress: Progress) -> Outcome:
        raise error

    tasks.work(context, job.id, runners(run))


def outbox(context: Context) -> list[tuple[str, str]]:
    """`(channel, event)`, oldest first."""
    with context.readers() as session:
        rows = session.execute(select(Outbox.channel_id, Outbox.event).order_by(Outbox.created_at))
        return [(channel, event) for channel, event in rows]


def facts(context: Context) -> Facts:
    with context.readers() as session:
        return msgspec.convert(session.scalars(select(Outbox.facts)).one(), Facts)


@pytest.mark.parametrize(
    ("notify", "to", "event"),
    [
        (ALWAYS, 0.5, Event.FINISHED),
        (ALWAYS, 0.25, Event.FINISHED),
        (REGRESSION, 0.25, Event.REGRESSED),
        (REGRESSION, 0.75, None),
        (REGRESSION, 0.5, None),
        (BELOW, 0.25, Event.BELOW),
        (BELOW, 0.75, Event.BELOW),
        (BELOW, 0.5, None),
        (FAILURE, 0.25, None),
        ({"rules": BELOW["rules"] + REGRESSION["rules"]}, 0.25, Event.REGRESSED),
    ],
)
def test_run_tells_what_its_schedule_asks_for(
    context: Context, channel: str, notify: dict[str, Any], to: float, event: Event | None
) -> None:
    succeed(context, a_run(context.sessions, {"channels": [channel], **notify}), to)
    assert outbox(context) == ([(channel, event)] if event else [])


def test_what_moved_is_told_in_figures(context: Context, sessions: sessionmaker[Session], channel: str) -> None:
    job = a_run(sessions, {"channels": [channel], "excel": True, **REGRESSION})
    succeed(context, job, 0.25)
    told = facts(context)
    [group] = told.groups
    assert (told.assessment, told.name, told.catalog, told.excel) == (
        job.id,
        "Quarterly",
        "enterprise-attack@18.1",
        True,
    )
    assert (group.score, group.before, group.delta, group.regressed) == (0.25, 0.5, -0.25, True)
    assert group.parts == (Part(cause="inventory", delta=-0.25),)
    assert [each.id for each in group.worse] == ["T1001", "T1002"]
    assert isinstance(group.worse[0], Technique)
    assert group.counts["worse"] == 2


def test_first_run_has_nothing_to_be_compared_with(
    context: Context, sessions: sessionmaker[Session], channel: str
) -> None:
    succeed(context, a_run(sessions, {"channels": [channel], **BELOW}))
    assert outbox(context) == [(channel, Event.BELOW)]
    assert (facts(context).base, facts(context).groups[0].before) == (None, None)


def test_failure_is_told_once_it_is_one(context: Context, sessions: sessionmaker[Session], channel: str) -> None:
    job = a_run(sessions, {"channels": [channel], **FAILURE}, attempts=2)
    fail(context, job, ZeroDivisionError("secret path"))
    assert outbox(context) == []
    fail(context, job, ZeroDivisionError("secret path"))
    assert outbox(context) == [(channel, Event.FAILED)]
    assert "secret" not in facts(context).error


def test_refusal_is_told_in_its_own_words(context: Context, sessions: sessionmaker[Session], channel: str) -> None:
    fail(context, a_run(sessions, {"channels": [channel], **ALWAYS}), FileRefused("It has a password."))
    assert outbox(context) == [(channel, Event.FAILED)]
    assert facts(context).error == "It has a password."


def test_failure_after_trying_once_more_is_told_once_more(
    context: Context, sessions: sessionmaker[Session], channel: str
) -> None:
    job = a_run(sessions, {"channels": [channel], **FAILURE}, attempts=1)
    fail(context, job, ZeroDivisionError())
    with sessions.begin() as session:
        jobs.retry(session, job.workspace_id, job.id, attempts=1)
    fail(context, job, ZeroDivisionError())
    assert outbox(context) == [(channel, Event.FAILED)] * 2
    with sessions() as session:
        assert sorted(session.scalars(select(Outbox.ending))) == [1, 2]


def test_job_that_stopped_its_worker_for_the_last_time_is_told(
    context: Context, sessions: sessionmaker[Session], channel: str
) -> None:
    job = a_run(sessions, {"channels": [channel], **FAILURE}, attempts=1)
    with sessions.begin() as session:
        lease.claim(session, job.id, worker="gone", term=timedelta(seconds=-1))
    Tick(context.sessions, context.readers, context.queue).once()
    assert outbox(context) == [(channel, Event.FAILED)]


def test_result_that_is_thrown_away_tells_nothing(
    context: Context, sessions: sessionmaker[Session], channel: str
) -> None:
    job = a_run(sessions, {"channels": [channel], **ALWAYS})

    def cancelled(context: Context, job: Job, _progress: Progress) -> Outcome:
        with context.sessions.begin() as session:
            jobs.cancel(session, job.workspace_id, job.id)
        return an_outcome(summary=SUMMARY)

    tasks.work(context, job.id, runners(cancelled))
    assert outbox(context) == []


def test_notification_and_end_are_one_transaction(
    context: Context, sessions: sessionmaker[Session], channel: str
) -> None:
    job = a_run(sessions, {"channels": [channel], **ALWAYS})
    with sessions.begin() as session:
        held = lease.claim(session, job.id, worker="w", term=timedelta(seconds=9))
    with sessions() as session:
        lease.finish(session, held, document=b"{}")
        lease.summarise(session, held, SUMMARY)
        announce.ended(session, job.id)
        assert session.scalars(select(Outbox)).all()
        session.rollback()
    assert outbox(context) == []


@pytest.mark.parametrize("notify", [{}, {"channels": []}, {"channels": ["gone"]}, {"written": "by a later version"}])
def test_who_asks_for_nothing_that_is_known_is_told_nothing(
    context: Context, sessions: sessionmaker[Session], notify: dict[str, Any]
) -> None:
    job = a_run(sessions, notify)
    succeed(context, job)
    assert outbox(context) == []
    with sessions() as session:
        assert jobs.get(session, job.workspace_id, job.id).finished_at


def test_every_rule_has_its_event() -> None:
    assert rules.EVENTS.keys() == rules.HOLDS.keys() == set(rules.On)
