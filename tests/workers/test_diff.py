"""What moved: from a schedule's run to the next, and between two assessments that somebody names."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from factories.line import CONTROLS, SEED, Line, a_line
from factories.schedules import at
from factories.store import an_upload
from factories.workers import a_context, runners
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from mitigap.assessment import drift_document
from mitigap.assessment.drift import Cause, Drift, Kind
from mitigap.catalog import seeds, stix
from mitigap.store import catalogs, drifts, firing, jobs, results, schedules
from mitigap.store.requests import DiffRequest
from mitigap.store.schedules import Plan
from mitigap.store.schema import Drift as DriftRow
from mitigap.store.schema import Job, Schedule, State
from reports.drift_report import DRIFT_RENDERERS
from workers import load_catalog, tasks
from workers.context import Context


@pytest.fixture
def context(engine: Engine) -> Context:
    return a_context(engine)


@pytest.fixture
def line(sessions: sessionmaker[Session]) -> Line:
    return a_line(sessions)


def done(context: Context, job: Job) -> Job:
    tasks.work(context, job.id)
    with context.readers() as session:
        return jobs.get(session, job.workspace_id, job.id)


def an_inventory(context: Context, line: Line, data: bytes = CONTROLS, into: str | None = None) -> str:
    with context.sessions.begin() as session:
        upload = an_upload(session, data, "controls.csv")
    read = done(context, line.read(upload=upload, **({"inventory": into} if into else {})))
    return str(read.summary["revision"]["inventory"])


def a_schedule(context: Context, line: Line, inventory: str, **changes: Any) -> Schedule:
    told = {"name": "Daily", "domain": "enterprise-attack", "groups": ["G0077"], "cron": "0 6 * * *", "timezone": "UTC"}
    with context.sessions.begin() as session:
        plan = Plan(**{**told, "inventory_id": inventory, **changes})
        return schedules.create(session, line.workspace, plan, now=at("2026-11-24 12:00"))


def run(context: Context, schedule: Schedule, day: str) -> Job:
    """What the tick and a worker make of that morning."""
    with context.sessions.begin() as session:
        firing.settle(session)
        [job_id] = firing.fire(session, now=at(f"{day} 06:00")).jobs
        job = jobs.get(session, schedule.workspace_id, job_id)
    return done(context, job)


def moved(context: Context, job: Job) -> tuple[DriftRow, tuple[Drift, ...]]:
    with context.readers() as session:
        row = session.scalars(select(DriftRow).where(DriftRow.job_id == job.id)).one()
        return row, drift_document.load(drifts.body(session, job.workspace_id, job.id, row.base_id))


def kept(context: Context) -> list[DriftRow]:
    with context.readers() as session:
        return list(session.scalars(select(DriftRow)))


def test_first_run_has_nothing_to_compare_with(context: Context, line: Line) -> None:
    schedule = a_schedule(context, line, an_inventory(context, line))
    assert run(context, schedule, "2026-11-25").state is State.SUCCEEDED
    assert kept(context) == []


def test_run_in_which_nothing_moved_says_so(context: Context, line: Line) -> None:
    schedule = a_schedule(context, line, an_inventory(context, line))
    first, second = (run(context, schedule, day) for day in ("2026-11-25", "2026-11-26"))
    row, [drift] = moved(context, second)
    assert (row.base_id, row.made_by, row.changed, drift.changed) == (first.id, second.id, False, False)
    assert (f"{drift.base.as_of}", f"{drift.now.as_of}") == ("2026-11-25", "2026-11-26")


def test_changed_control_is_named_as_the_cause(context: Context, line: Line) -> None:
    inventory = an_inventory(context, line)
    schedule = a_schedule(context, line, inventory)
    first = run(context, schedule, "2026-11-25")
    an_inventory(context, line, CONTROLS.replace(b"50 %", b"Implemented"), into=inventory)
    second = run(context, schedule, "2026-11-26")
    row, [drift] = moved(context, second)
    assert row.changed
    assert [step.cause for step in drift.steps] == [Cause.INVENTORY]
    assert [each.after.location for each in drift.rows if each.after] == ["CSV!3"]
    assert (drift.base.revision, drift.now.revision) == (1, 2)
    told = second.summary["moved"]
    assert (told["base"], told["changed"]) == (first.id, True)
    assert told["sentence"].startswith("Leafminer: up ")
    assert told["sentence"].endswith("(1 row changed, in revision 2).")
    scores = [each.summary["groups"][0]["score"] for each in (first, second)]
    assert (drift.base.score, drift.now.score) == tuple(scores)
    with context.readers() as session:
        files = {each.format for each in results.artifacts(session, line.workspace, second.id)}
    assert {f"drift.{form}" for form in DRIFT_RENDERERS if form != "json"} <= files


def test_failed_run_is_passed_over(context: Context, line: Line) -> None:
    inventory = an_inventory(context, line)
    schedule = a_schedule(context, line, inventory)
    first = run(context, schedule, "2026-11-25")
    with context.sessions.begin() as session:
        schedules.change(session, line.workspace, schedule.id, groups=["G9999"])
    assert run(context, schedule, "2026-11-26").state is State.FAILED
    with context.sessions.begin() as session:
        schedules.change(session, line.workspace, schedule.id, groups=["G0077"])
    row, _ = moved(context, run(context, schedule, "2026-11-27"))
    assert row.base_id == first.id


def test_run_for_another_policy_is_compared_all_the_same(context: Context, line: Line) -> None:
    schedule = a_schedule(context, line, an_inventory(context, line))
    run(context, schedule, "2026-11-25")
    with context.sessions.begin() as session:
        session.get(Schedule, schedule.id).policy = {"name": "any"}
    row, [drift] = moved(context, run(context, schedule, "2026-11-26"))
    assert row.changed
    assert [step.cause for step in drift.steps] == [Cause.POLICY]


def test_run_that_nothing_before_is_like_is_a_run_all_the_same(context: Context, line: Line) -> None:
    with context.sessions.begin() as session:
        other = seeds.read(SEED.read_bytes().replace(b"G0077", b"G9999"), "G9999-ours.md")
        load_catalog.keeper(other, workspace_id=line.workspace)(session)
    schedule = a_schedule(context, line, an_inventory(context, line))
    run(context, schedule, "2026-11-25")
    with context.sessions.begin() as session:
        pinned = session.get(Schedule, schedule.id)
        pinned.catalogue_id, pinned.groups = catalogs.find(session, line.workspace, "G9999-ours.md").id, ["G9999"]
    assert run(context, schedule, "2026-11-26").state is State.SUCCEEDED
    assert kept(context) == []


def test_two_assessments_are_compared_on_demand(context: Context, line: Line) -> None:
    base, now = done(context, line.assess()), done(context, line.assess(groups=None))
    job = done(context, line.accept(DiffRequest(assessment=now.id, base=base.id)))
    row, [drift] = moved(context, now)
    assert (job.state, row.made_by, row.base_id) == (State.SUCCEEDED, job.id, base.id)
    assert job.summary == {"assessment": now.id, "base": base.id, "changed": False}
    with context.readers() as session:
        assert results.document(session, line.workspace, job.id) == drift_document.dump(drift)
    again = done(context, line.accept(DiffRequest(assessment=now.id, base=base.id)))
    assert (again.state, len(kept(context))) == (State.SUCCEEDED, 1)


def test_what_cannot_be_compared_says_why(context: Context, line: Line) -> None:
    base, reading = done(context, line.assess()), done(context, line.read())
    for other in (reading.id, line.assess().id, "00000000-0000-4000-8000-000000000000"):
        failed = done(context, line.accept(DiffRequest(assessment=base.id, base=other)))
        assert failed.state is State.FAILED
        assert failed.error


def test_run_that_is_lost_leaves_no_drift(context: Context, line: Line) -> None:
    """All of a run is in one transaction: whoever lost its lease files nothing."""
    schedule = a_schedule(context, line, an_inventory(context, line))
    run(context, schedule, "2026-11-25")
    with context.sessions.begin() as session:
        [job_id] = firing.fire(session, now=at("2026-11-26 06:00")).jobs

    def cancelled(inner: Context, job: Job, progress: Callable[[int, str], None]) -> Any:
        outcome = tasks.RUNNERS[job.kind](inner, job, progress)
        with context.sessions.begin() as session:
            jobs.cancel(session, job.workspace_id, job.id)
        return outcome

    tasks.work(context, job_id, runners(cancelled))
    assert kept(context) == []


GROUPS = ["G0007", "G0016", "G0032", "G0046", "G0077"]


@pytest.mark.bundles
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_schedule_moved_to_another_release_tells_the_catalogue_from_the_inventory(
    context: Context, line: Line, bundle_path: Callable[[str], Path]
) -> None:
    releases = {}
    for version in ("15.1", "18.1"):
        path = bundle_path(f"enterprise-attack-{version}")
        keep = load_catalog.keeper(stix.read(path.read_bytes(), path.name))
        with context.sessions.begin() as session:
            releases[version] = keep(session).id
    inventory = an_inventory(context, line)
    schedule = a_schedule(context, line, inventory, groups=GROUPS, catalogue_id=releases["15.1"])
    run(context, schedule, "2026-11-25")
    with context.sessions.begin() as session:
        session.get(Schedule, schedule.id).catalogue_id = None
    row, found = moved(context, run(context, schedule, "2026-11-26"))
    assert row.changed
    assert [each.now.group.id for each in found] == GROUPS
    for drift in found:
        assert {step.cause for step in drift.steps} <= {Cause.CATALOGUE}
        assert {edge.cause for edge in drift.edges} <= {Cause.CATALOGUE}
    assert sum(edge.kind is Kind.ADDED for drift in found for edge in drift.edges) > 0

    with context.sessions.begin() as session:
        session.get(Schedule, schedule.id).catalogue_id = releases["15.1"]
    run(context, schedule, "2026-11-27")
    an_inventory(context, line, CONTROLS.replace(b"50 %", b"Implemented"), into=inventory)
    with context.sessions.begin() as session:
        session.get(Schedule, schedule.id).catalogue_id = None
    _, both = moved(context, run(context, schedule, "2026-11-28"))
    causes = {step.cause for drift in both for step in drift.steps}
    assert causes == {Cause.CATALOGUE, Cause.INVENTORY}
    for drift in both:
        assert sum(Fraction(step.exact or 0) for step in drift.steps) == Fraction(drift.exact or 0)
