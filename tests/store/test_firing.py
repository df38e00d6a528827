"""Schedules under a clock that the test sets: never missed, never doubled, on both databases."""

import multiprocessing
from collections.abc import Iterator
from datetime import timedelta

import pytest
from factories.schedules import Ground, a_ground, a_revision, a_schedule, at, end, moments, runs
from servers import at_once
from sqlalchemy import Engine, delete, func, select, update
from sqlalchemy.orm import Session, sessionmaker

from mitigap import cadence, zones
from mitigap.store import database, firing, jobs, schedules
from mitigap.store.schema import Job, Revision, Schedule, State

MONDAY = "2026-11-30 05:00"


@pytest.fixture
def session(sessions: sessionmaker[Session]) -> Iterator[Session]:
    with sessions.begin() as session:
        yield session


@pytest.fixture
def ground(session: Session) -> Ground:
    return a_ground(session)


def fire(session: Session, now: str) -> int:
    """The number of jobs that came of a look at the clock."""
    firing.settle(session)
    return len(firing.fire(session, now=at(now)).jobs)


def keep_running(session: Session, schedule: Schedule, first: str, last: str, step: timedelta) -> list[str]:
    """Look at the clock at every step and end each run at once; when they were due."""
    now = at(first)
    while now <= at(last):
        fire(session, f"{now:%Y-%m-%d %H:%M}")
        for run in runs(session, schedule):
            end(session, run.id)
        now += step
    return moments(session, schedule)


def test_due_schedule_runs_once(session: Session, ground: Ground) -> None:
    row = a_schedule(session, ground)
    assert [fire(session, now) for now in ("2026-11-30 04:59", MONDAY, MONDAY, "2026-11-30 05:01")] == [0, 1, 0, 0]
    [job] = runs(session, row)
    assert (job.scheduled_for, job.priority, job.state) == (at(MONDAY), 0, State.PENDING)
    assert (job.params["as_of"], job.params["groups"], job.name) == ("2026-11-30", ["G0077"], row.name)
    assert (row.next_run_at, row.last_run_at, row.missed_count) == (at("2026-12-07 05:00"), at(MONDAY), 0)


def test_idle_until_something_is_due_or_has_ended(session: Session, ground: Ground) -> None:
    row = a_schedule(session, ground)
    assert firing.idle(session, now=at("2026-11-30 04:59"))
    assert not firing.idle(session, now=at(MONDAY))
    fire(session, MONDAY)
    assert firing.idle(session, now=at(MONDAY))
    end(session, runs(session, row)[0].id)
    assert not firing.idle(session, now=at(MONDAY))


@pytest.mark.parametrize(
    ("cron", "now", "outcome"),
    [
        ("0 6 * * *", "2026-11-25 06:00", (["11-25 05:00"], 0)),
        ("0 6 * * *", "2026-11-28 06:00", (["11-28 05:00"], 3)),
        ("0 6 * * MON", "2026-12-01 05:00", (["11-30 05:00"], 0)),
        ("0 6 * * MON", "2026-12-01 05:01", ([], 1)),
        ("0 * * * *", "2026-11-25 12:30", (["11-25 12:00"], 23)),
        ("*/15 * * * *", "2027-11-25 12:30", (["11-25 12:30"], 999)),
    ],
)
def test_missed_runs_are_made_up_for_once_within_a_day(
    session: Session, ground: Ground, cron: str, now: str, outcome: tuple[list[str], int]
) -> None:
    row = a_schedule(session, ground, cron=cron)
    assert [fire(session, now), fire(session, now)] == [len(outcome[0]), 0]
    assert (moments(session, row), row.missed_count) == outcome
    assert row.next_run_at == cadence.first_after(schedules.cadence_of(row), at(now))


def test_run_under_way_is_not_joined_by_another(session: Session, ground: Ground) -> None:
    row = a_schedule(session, ground)
    assert [fire(session, now) for now in (MONDAY, "2026-12-07 05:00")] == [1, 0]
    assert (row.skipped_count, row.last_skipped_at) == (1, at("2026-12-07 05:00"))
    assert row.next_run_at == at("2026-12-14 05:00")
    end(session, runs(session, row)[0].id)
    assert fire(session, "2026-12-14 05:00") == 1


def test_retried_run_is_under_way_too(session: Session, ground: Ground) -> None:
    row = a_schedule(session, ground)
    fire(session, MONDAY)
    end(session, runs(session, row)[0].id, State.FAILED)
    firing.settle(session)
    jobs.retry(session, ground.workspace, runs(session, row)[0].id)
    assert fire(session, "2026-12-07 05:00") == 0


def test_fifth_failure_in_a_row_pauses(session: Session, ground: Ground) -> None:
    row = a_schedule(session, ground, cron="0 6 * * *")
    states = [State.FAILED] * 3 + [State.SUCCEEDED] + [State.FAILED] * 2 + [State.CANCELLED] + [State.FAILED] * 3
    failures = []
    for number, state in enumerate(states):
        assert fire(session, f"2026-12-{number + 1:02} 05:00") == 1
        end(session, runs(session, row)[-1].id, state)
        firing.settle(session)
        session.refresh(row)
        failures.append(row.failures)
    assert failures == [1, 2, 3, 0, 1, 2, 2, 3, 4, 5]
    assert (row.enabled, row.paused_reason, row.next_run_at) == (False, "5 runs in a row have failed.", None)
    schedules.resume(session, ground.workspace, row.id, now=at("2026-12-20 12:00"))
    firing.settle(session)
    session.refresh(row)
    assert (row.enabled, row.failures) == (True, 0)


def test_failure_of_a_moment_ago_is_counted_before_the_next_run(session: Session, ground: Ground) -> None:
    row = a_schedule(session, ground)
    fire(session, MONDAY)
    row.failures = 4
    end(session, runs(session, row)[0].id, State.FAILED)
    assert firing.fire(session, now=at("2026-12-07 05:00")).jobs == ()
    assert (row.enabled, row.failures) == (False, 5)


def test_it_ends(session: Session, ground: Ground) -> None:
    row = a_schedule(session, ground, ends_at=at("2026-12-07 05:00"))
    for now in (MONDAY, "2026-12-07 05:00", "2026-12-14 05:00"):
        fire(session, now)
        for run in runs(session, row):
            end(session, run.id)
    assert moments(session, row) == ["11-30 05:00", "12-07 05:00"]
    assert (row.enabled, row.paused_reason, row.next_run_at) == (False, "Its end date has passed.", None)


def test_run_before_the_end_is_made_up_for_after_it(session: Session, ground: Ground) -> None:
    row = a_schedule(session, ground, cron="0 6 * * *", ends_at=at("2026-11-26 06:00"))
    fire(session, "2026-11-26 20:00")
    assert (moments(session, row), row.missed_count, row.enabled) == (["11-26 05:00"], 1, False)


def test_paused_schedule_does_not_run(session: Session, ground: Ground) -> None:
    row = a_schedule(session, ground)
    schedules.pause(session, ground.workspace, row.id, "Holidays.")
    assert fire(session, "2026-12-07 05:00") == 0


def test_schedule_whose_inventory_is_gone_is_paused_and_holds_up_no_other(session: Session, ground: Ground) -> None:
    row, other = a_schedule(session, ground), a_schedule(session, ground, revision=None)
    inventory = a_revision(session, ground.workspace)
    schedules.change(session, ground.workspace, row.id, inventory_id=inventory)
    session.execute(delete(Revision).where(Revision.inventory_id == inventory))
    assert fire(session, MONDAY) == 1
    assert (row.enabled, row.paused_reason) == (False, "There is no such thing here.")
    assert moments(session, other) == ["11-30 05:00"]


def test_schedule_whose_zone_is_gone_is_paused_and_holds_up_no_other(session: Session, ground: Ground) -> None:
    row, stale, other = (a_schedule(session, ground) for _ in range(3))
    row.timezone = stale.timezone = "Mars/Olympus"
    stale.tzdata = "1999a"
    assert firing.follow_zones(session) == 1
    assert fire(session, MONDAY) == 1
    assert [each.enabled for each in (row, stale, other)] == [False, False, True]
    assert "no time zone" in row.paused_reason
    assert row.paused_reason == stale.paused_reason


HOUR = timedelta(hours=1)
QUARTER = timedelta(minutes=15)


@pytest.mark.parametrize(
    ("when", "first", "due"),
    [
        ("30 2 * * * Europe/Berlin", "2027-03-27 12:00", ["03-28 01:00", "03-29 00:30"]),
        ("30 2 * * * Europe/Berlin", "2027-10-30 12:00", ["10-31 00:30", "11-01 01:30"]),
        ("30 2 * * * America/New_York", "2027-03-13 12:00", ["03-14 07:00", "03-15 06:30"]),
        ("30 1 * * * America/New_York", "2027-11-06 12:00", ["11-07 05:30", "11-08 06:30"]),
        ("15 2 * * * Australia/Lord_Howe", "2027-10-02 06:00", ["10-02 15:30", "10-03 15:15"]),
        ("45 1 * * * Australia/Lord_Howe", "2027-04-03 06:00", ["04-03 14:45", "04-04 15:15"]),
    ],
)
def test_nights_on_which_clocks_are_changed(
    session: Session, ground: Ground, when: str, first: str, due: list[str]
) -> None:
    """Two days, looked at every quarter of an hour."""
    cron, _, zone = when.rpartition(" ")
    row = a_schedule(session, ground, now=first, cron=cron, timezone=zone)
    last = at(first) + timedelta(days=2)
    assert keep_running(session, row, first, f"{last:%Y-%m-%d %H:%M}", QUARTER) == due
    assert row.missed_count == 0


def test_every_hour_means_every_hour_of_a_night_with_25(session: Session, ground: Ground) -> None:
    row = a_schedule(session, ground, now="2027-10-30 21:30", cron="0 * * * *")
    due = keep_running(session, row, "2027-10-30 21:30", "2027-10-31 04:30", HOUR / 2)
    assert due == [f"10-{day} {hour:02}:00" for day, hour in ((30, 22), (30, 23), *((31, each) for each in range(5)))]


def test_many_beats_in_threads_double_nothing(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        ground = a_ground(session)
        for _ in range(30):
            a_schedule(session, ground, cron="0 6 * * *")

    def beat(_number: int) -> int:
        made = 0
        for day in range(25, 29):
            with sessions.begin() as session:
                made += len(firing.fire(session, now=at(f"2026-11-{day} 05:00"), limit=7).jobs)
        return made

    for _ in range(12):
        at_once(beat, 4)
    with sessions() as session:
        kept = list(session.execute(select(Job.schedule_id, Job.scheduled_for).where(Job.schedule_id.is_not(None))))
        assert len(kept) == len(set(kept))
        assert len({each for each, _ in kept}) == 30
        assert session.scalar(select(func.count()).where(Schedule.next_run_at <= at("2026-11-28 05:00"))) == 0


def beat_for_a_week(url: str) -> int:
    """What a beat does, in a process of its own; each day of the week it looks twice."""
    engine = database.connect(url)
    made = 0
    for day in range(1, 8):
        for _ in range(2):
            with database.sessions(engine).begin() as session:
                made += len(firing.fire(session, now=at(f"2026-12-{day:02} 05:00")).jobs)
                session.execute(update(Job).values(state=State.SUCCEEDED, finished_at=database.now(session)))
    engine.dispose()
    return made


def test_two_processes_double_nothing(engine: Engine, sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        ground = a_ground(session)
        for _ in range(10):
            a_schedule(session, ground, cron="0 6 * * *", now="2026-11-30 12:00")
    url = engine.url.render_as_string(hide_password=False)
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        made = pool.map(beat_for_a_week, [url] * 2, chunksize=1)
    with sessions() as session:
        kept = [tuple(row) for row in session.execute(select(Job.schedule_id, Job.scheduled_for))]
        rows = list(session.scalars(select(Schedule)))
    kept = [each for each in kept if each[0]]
    assert sum(made) == len(kept) == len(set(kept))
    assert sum(row.missed_count + row.skipped_count for row in rows) + len(kept) == 70
    assert {row.next_run_at for row in rows} == {at("2026-12-08 05:00")}


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_beat_passes_over_what_another_has_in_hand(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        ground = a_ground(session)
        made = {a_schedule(session, ground).id for _ in range(4)}
    with sessions.begin() as one, sessions.begin() as other:
        assert firing.fire(one, now=at(MONDAY), limit=3).moved == 3
        assert firing.fire(other, now=at(MONDAY)).moved == 1
    with sessions() as session:
        assert set(session.scalars(select(Job.schedule_id).where(Job.schedule_id.is_not(None)))) == made


def test_moment_that_had_its_run_has_no_other(session: Session, ground: Ground) -> None:
    """Should a row ever be set back, as by a backup: the job's own key holds."""
    row = a_schedule(session, ground)
    fire(session, MONDAY)
    end(session, runs(session, row)[0].id)
    row.next_run_at = at(MONDAY)
    assert fire(session, MONDAY) == 0
    assert moments(session, row) == ["11-30 05:00"]


def test_new_rules_of_a_zone_move_the_next_run(session: Session, ground: Ground) -> None:
    """What the clocks were to show stays; that moment is another now."""
    row, current = a_schedule(session, ground), a_schedule(session, ground)
    row.next_run_at, row.tzdata = at("2026-11-30 04:00"), "1999a"
    assert firing.follow_zones(session) == 1
    assert (row.next_run_at, row.tzdata) == (at(MONDAY), zones.VERSION)
    assert firing.follow_zones(session) == 0
    assert current.next_run_at == at(MONDAY)


def test_work_of_one_look_is_bounded(session: Session, ground: Ground) -> None:
    for _ in range(5):
        a_schedule(session, ground)
    moved = [firing.fire(session, now=at(MONDAY), limit=2).moved for _ in range(4)]
    assert moved == [2, 2, 1, 0]


def test_longest_overdue_goes_first(session: Session, ground: Ground) -> None:
    late, early = a_schedule(session, ground, cron="0 8 * * MON"), a_schedule(session, ground, cron="0 7 * * MON")
    firing.fire(session, now=at("2026-11-30 12:00"), limit=1)
    assert (moments(session, late), moments(session, early)) == ([], ["11-30 06:00"])
