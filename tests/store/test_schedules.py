from collections.abc import Iterator
from datetime import date

import pytest
from factories.schedules import Ground, a_catalogue, a_ground, a_plan, a_revision, a_schedule, at, end, runs
from factories.store import a_workspace
from sqlalchemy.orm import Session, sessionmaker

from mitigap.errors import CatalogueUnknown, Conflict, NotFound, ScheduleRefused, UserError
from mitigap.store import inventories, jobs, requests, schedules
from mitigap.store.requests import PolicyRequest
from mitigap.store.schema import Schedule, State

NOTHING = "00000000-0000-4000-8000-000000000000"
NOW = at("2026-11-24 12:00")


@pytest.fixture
def session(sessions: sessionmaker[Session]) -> Iterator[Session]:
    with sessions.begin() as session:
        yield session


@pytest.fixture
def ground(session: Session) -> Ground:
    return a_ground(session)


def asked(session: Session, schedule: Schedule, when: str = "2026-11-30 05:00") -> requests.AssessRequest:
    return schedules.request(session, schedule, at(when))


def test_new_schedule_knows_its_next_run(session: Session, ground: Ground) -> None:
    row = a_schedule(session, ground)
    assert (row.next_run_at, row.next_reading) == (at("2026-11-30 05:00"), "2026-11-30T06:00:00")
    assert row.enabled


def test_it_is_kept_as_it_was_told(session: Session, ground: Ground) -> None:
    told = {"revision": 1, "catalogue_id": ground.catalogue, "groups": None, "notify": {"rules": ["always"]}}
    made = a_schedule(session, ground, policy=PolicyRequest(name="any"), **told)
    session.expire_all()
    row = schedules.get(session, ground.workspace, made.id)
    assert {name: getattr(row, name) for name in told} == told
    assert row.policy == {"name": "any", "software": False, "campaigns": False, "inherit": False}


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"cron": "0 6 31 2 *"}, ScheduleRefused),
        ({"timezone": "Mars/Olympus"}, ScheduleRefused),
        ({"inventory_id": NOTHING}, NotFound),
        ({"revision": 2}, NotFound),
        ({"catalogue_id": NOTHING}, CatalogueUnknown),
        ({"domain": "ics-attack"}, CatalogueUnknown),
        ({"ends_at": at("2026-11-30 04:59")}, ScheduleRefused),
    ],
)
def test_what_could_not_run_is_refused(
    session: Session, ground: Ground, changes: dict[str, object], error: type[UserError]
) -> None:
    with pytest.raises(error):
        a_schedule(session, ground, **changes)


def test_what_another_workspace_has_is_not_there(session: Session, ground: Ground) -> None:
    lab = a_workspace(session, "Lab")
    with pytest.raises(NotFound):
        schedules.create(session, lab, a_plan(ground))
    with pytest.raises(NotFound):
        schedules.get(session, lab, a_schedule(session, ground).id)
    assert schedules.listing(session, lab) == []


def test_latest_revision_and_release_are_those_of_the_moment(session: Session, ground: Ground) -> None:
    row = a_schedule(session, ground)
    first = asked(session, row)
    a_revision(session, ground.workspace, ground.inventory, b"M1032,no\n")
    newer = a_catalogue(session, "20.0")
    a_catalogue(session, "9.0")
    a_catalogue(session, "99.0", source="G0077-ours.md")
    second = asked(session, row)
    assert first.catalogue == ground.catalogue
    assert second.catalogue == newer
    assert second.revision == inventories.revision(session, ground.workspace, ground.inventory, 2).id != first.revision


def test_pinned_revision_and_catalogue_stay(session: Session, ground: Ground) -> None:
    row = a_schedule(session, ground, revision=1, catalogue_id=ground.catalogue)
    before = asked(session, row)
    a_revision(session, ground.workspace, ground.inventory, b"M1032,no\n")
    a_catalogue(session, "20.0")
    assert asked(session, row) == before


def test_run_is_for_the_day_it_is_in_the_zone_of_its_schedule(session: Session, ground: Ground) -> None:
    row = a_schedule(session, ground, cron="30 0 * * *", timezone="Pacific/Auckland")
    assert row.next_run_at == at("2026-11-25 11:30")
    assert asked(session, row, "2026-11-25 11:30").as_of == date(2026, 11, 26)


def test_new_time_is_a_new_next_run(session: Session, ground: Ground) -> None:
    row = a_schedule(session, ground)
    schedules.change(session, ground.workspace, row.id, cron="0 7 * * MON", now=NOW)
    assert row.next_run_at == at("2026-11-30 06:00")
    schedules.change(session, ground.workspace, row.id, timezone="UTC", name="Another", now=NOW)
    assert (row.next_run_at, row.name) == (at("2026-11-30 07:00"), "Another")
    with pytest.raises(ScheduleRefused):
        schedules.change(session, ground.workspace, row.id, ends_at=NOW, now=NOW)


def test_paused_schedule_waits_and_resumes_without_making_up(session: Session, ground: Ground) -> None:
    row = a_schedule(session, ground)
    schedules.pause(session, ground.workspace, row.id, "Holidays.", now=NOW)
    assert (row.enabled, row.paused_reason, row.next_run_at) == (False, "Holidays.", None)
    schedules.change(session, ground.workspace, row.id, cron="0 7 * * MON", now=NOW)
    assert row.next_run_at is None
    schedules.resume(session, ground.workspace, row.id, now=at("2026-12-09 12:00"))
    assert (row.enabled, row.paused_reason, row.next_run_at) == (True, "", at("2026-12-14 06:00"))


def test_run_at_once_is_beside_the_calendar(session: Session, ground: Ground) -> None:
    row = a_schedule(session, ground)
    job = schedules.run_now(session, ground.workspace, row.id, now=at("2026-11-24 23:30"))
    assert (job.scheduled_for, job.schedule_id, job.priority) == (None, row.id, jobs.INTERACTIVE)
    assert job.params["as_of"] == "2026-11-25"
    assert row.next_run_at == at("2026-11-30 05:00")


def test_run_at_once_runs_once(session: Session, ground: Ground) -> None:
    row = a_schedule(session, ground)
    job = schedules.run_now(session, ground.workspace, row.id, idempotency_key="k")
    with pytest.raises(Conflict):
        schedules.run_now(session, ground.workspace, row.id)
    end(session, job.id)
    a_revision(session, ground.workspace, ground.inventory, b"M1032,no\n")
    assert schedules.run_now(session, ground.workspace, row.id, idempotency_key="k").id == job.id
    with pytest.raises(Conflict):
        schedules.run_now(session, ground.workspace, a_schedule(session, ground).id, idempotency_key="k")
    assert schedules.run_now(session, ground.workspace, row.id).id != job.id


def test_removed_schedule_leaves_its_runs(session: Session, ground: Ground) -> None:
    row = a_schedule(session, ground)
    job = schedules.run_now(session, ground.workspace, row.id)
    schedules.remove(session, ground.workspace, row.id)
    session.expire_all()
    assert jobs.get(session, ground.workspace, job.id).schedule_id is None
    assert schedules.listing(session, ground.workspace) == []


def test_run_before_is_the_last_that_succeeded(session: Session, ground: Ground) -> None:
    row = a_schedule(session, ground)
    for state in (State.SUCCEEDED, State.SUCCEEDED, State.FAILED):
        end(session, schedules.run_now(session, ground.workspace, row.id).id, state)
    schedules.run_now(session, ground.workspace, row.id)
    made = runs(session, row)
    assert [schedules.run_before(session, each) for each in made] == [None, made[0], made[1], made[1]]
