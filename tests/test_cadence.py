"""Expectations about clock changes: a gap is made up for once, a repeated hour counts once for fixed times."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mitigap import cadence, zones
from mitigap.cadence import Cadence
from mitigap.errors import ScheduleRefused

QUARTER = timedelta(minutes=15)
AROUND = timedelta(hours=30)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def clock(cron: str, zone: str, start: str, count: int) -> list[str]:
    """What the zone's clocks show at the next runs."""
    told = cadence.read(cron, zone)
    return [cadence.local(told, each).isoformat() for each in cadence.upcoming(told, moment(start), count)]


def changes(zone: str, first: int, last: int) -> Iterator[datetime]:
    """The moments, to a quarter of an hour, at which the zone's clocks are changed in those years."""
    rules = zones.zone(zone)
    step = timedelta(days=1)
    now = datetime(first, 1, 1, tzinfo=UTC)
    while now.year <= last:
        if now.astimezone(rules).utcoffset() != (now + step).astimezone(rules).utcoffset():
            quarters = (now + QUARTER * number for number in range(97))
            yield next(
                after
                for before, after in pairwise(quarters)
                if before.astimezone(rules).utcoffset() != after.astimezone(rules).utcoffset()
            )
        now += step


def all_changes() -> list[tuple[str, datetime]]:
    """One zone for each set of rules: many names stand for the same."""
    found: dict[tuple[object, ...], tuple[str, list[datetime]]] = {}
    for name in zones.names():
        moments = list(changes(name, 2026, 2027))
        rules = zones.zone(name)
        key = tuple(
            (each, (each - QUARTER).astimezone(rules).utcoffset(), each.astimezone(rules).utcoffset())
            for each in moments
        )
        found.setdefault(key, (name, moments))
    return [(name, each) for name, moments in found.values() for each in moments]


EVERY_CHANGE = [*all_changes(), ("Pacific/Apia", list(changes("Pacific/Apia", 2011, 2011))[-1])]


def quarters(change: datetime) -> list[datetime]:
    count = int(AROUND / QUARTER)
    return [change + QUARTER * number for number in range(-count, count + 1)]


def runs(told: Cadence, first: datetime, last: datetime) -> list[datetime]:
    found = []
    for each in cadence.after(told, first - QUARTER):
        if each > last:
            return found
        found.append(each)
    return found


def test_there_are_changes_of_every_kind() -> None:
    sizes = {
        each.astimezone(zones.zone(name)).utcoffset() - (each - QUARTER).astimezone(zones.zone(name)).utcoffset()
        for name, each in EVERY_CHANGE
    }
    assert {timedelta(minutes=minutes) for minutes in (60, -60, 30, -30, 120, -120, 24 * 60)} <= sizes
    assert len(EVERY_CHANGE) > 50


def test_fixed_times_run_once_a_day_at_the_first_moment_that_has_them() -> None:
    """For every change of the clocks and every quarter of the day: the first moment whose clock shows it, or later."""
    for name, change in EVERY_CHANGE:
        told = {at: Cadence(cron=f"{at.minute} {at.hour} * * *", timezone=name) for at in times(change, name)}
        shown = [(each, each.astimezone(zones.zone(name)).replace(tzinfo=None)) for each in quarters(change)]
        for at, each in told.items():
            due = [first(shown, datetime.combine(day, at)) for day in days(shown)]
            wanted = sorted({run for run in due if run is not None and run > shown[0][0]})
            found = [run for run in runs(each, shown[0][0], shown[-1][0]) if run > shown[0][0]]
            assert found == wanted, (name, change, at)


def times(change: datetime, zone: str) -> list[time]:
    """The quarters around the change, as the clock shows them before it, which may be none of those after it."""
    before = (change - QUARTER).astimezone(zones.zone(zone)).replace(tzinfo=None)
    return [(before + QUARTER * number).time() for number in range(-9, 10)]


def days(shown: list[tuple[datetime, datetime]]) -> list[date]:
    first, last = shown[0][1].date(), shown[-1][1].date()
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def first(shown: list[tuple[datetime, datetime]], reading: datetime) -> datetime | None:
    if shown[0][1] >= reading:
        return None
    return next((at for at, each in shown if each >= reading), None)


@pytest.mark.parametrize("cron", ["0 * * * *", "*/15 * * * *", "0 */2 * * *", "*/30 1-3 * * *", "*/15 0 * * SUN"])
def test_stars_follow_real_time(cron: str) -> None:
    """Every moment whose clock fits, as often as the clock shows it, and no other."""
    for name, change in EVERY_CHANGE:
        told = Cadence(cron=cron, timezone=name)
        span = quarters(change)
        fitting = [each for each in span if fits(cron, each.astimezone(zones.zone(name)))]
        assert runs(told, span[0], span[-1]) == fitting, (name, change)


def fits(cron: str, shown: datetime) -> bool:
    return {
        "0 * * * *": shown.minute == 0,
        "*/15 * * * *": True,
        "0 */2 * * *": shown.minute == 0 and shown.hour % 2 == 0,
        "*/30 1-3 * * *": shown.minute % 30 == 0 and 1 <= shown.hour <= 3,
        "*/15 0 * * SUN": shown.hour == 0 and shown.isoweekday() == 7,
    }[cron]


def test_every_zone_of_the_library_is_known() -> None:
    assert available_timezones() - {"localtime", "Factory", "posixrules"} <= set(zones.names())


@pytest.mark.parametrize(
    ("cron", "zone", "start", "shown"),
    [
        ("30 2 * * *", "Europe/Berlin", "2026-03-28T12:00", ["2026-03-29T03:00:00+02:00", "2026-03-30T02:30:00+02:00"]),
        ("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00", ["2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00"]),
        ("30 2 * * *", "America/New_York", "2026-03-08T00:00", ["2026-03-08T03:00:00-04:00"]),
        (
            "30 1 * * *",
            "America/New_York",
            "2026-11-01T00:00",
            ["2026-11-01T01:30:00-04:00", "2026-11-02T01:30:00-05:00"],
        ),
        (
            "15 2 * * *",
            "Australia/Lord_Howe",
            "2026-10-03T12:00",
            ["2026-10-04T02:30:00+11:00", "2026-10-05T02:15:00+11:00"],
        ),
        (
            "45 1 * * *",
            "Australia/Lord_Howe",
            "2027-04-03T12:00",
            ["2027-04-04T01:45:00+11:00", "2027-04-05T01:45:00+10:30"],
        ),
        ("0 0 29 2 *", "UTC", "2026-11-24T00:00", ["2028-02-29T00:00:00+00:00"]),
    ],
)
def test_nights_on_which_clocks_are_changed(cron: str, zone: str, start: str, shown: list[str]) -> None:
    assert clock(cron, zone, start, len(shown)) == shown


def test_a_run_asked_for_inside_the_repeated_hour_is_not_the_one_before() -> None:
    told = cadence.read("30 2 * * *", "Europe/Berlin")
    second_time_round = moment("2026-10-25T01:10")
    assert cadence.local(told, second_time_round).isoformat() == "2026-10-25T02:10:00+01:00"
    assert cadence.first_after(told, second_time_round) == moment("2026-10-26T01:30")


@pytest.mark.parametrize(
    ("cron", "told"),
    [
        ("0 6 * * * *", "five fields"),
        ("0 6 * *", "five fields"),
        ("@daily", "five fields"),
        ("", "five fields"),
        ("61 6 * * *", "“61” cannot be the minute"),
        ("0 24 * * *", "“24” cannot be the hour"),
        ("0 6 32 * *", "“32” cannot be the day of the month"),
        ("0 6 * * R", "“R” cannot be the day of the week"),
        ("5-1 6 * * *", "cannot be the minute"),
        ("0 6 30 2 *", "never comes"),
        ("0 6 31 4,6,9,11 *", "never comes"),
        ("* * * * *", "15 minutes"),
        ("*/14 * * * *", "15 minutes"),
        ("0,50 * * * *", "15 minutes"),
    ],
)
def test_what_is_no_schedule_is_refused_with_a_reason(cron: str, told: str) -> None:
    with pytest.raises(ScheduleRefused, match=told):
        cadence.read(cron, "UTC")


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../../etc/passwd", "europe/berlin"])
def test_zone_that_is_not_there_is_refused(name: str) -> None:
    with pytest.raises(ScheduleRefused, match="no time zone"):
        cadence.read("0 6 * * *", name)


@given(st.lists(st.text("0123456789*/,-#LWMONSUJAN @R", min_size=1, max_size=8), min_size=4, max_size=6).map(" ".join))
def test_any_text_is_a_schedule_or_refused(text: str) -> None:
    try:
        told = cadence.read(text, "Europe/Berlin")
    except ScheduleRefused:
        return
    start = moment("2026-11-24T00:00")
    following = cadence.upcoming(told, start, 3)
    assert all(later - earlier >= QUARTER for earlier, later in pairwise([start - QUARTER, *following]))
    assert cadence.words(told)


@pytest.mark.parametrize("name", cadence.PRESETS)
def test_presets_can_be_kept(name: str) -> None:
    told = cadence.read(cadence.PRESETS[name], "Europe/Berlin")
    assert len(cadence.upcoming(told, moment("2026-11-24T00:00"))) == 6


def test_words() -> None:
    assert cadence.words(cadence.read("0 6 1 1,4,7,10 *", "UTC")) == (
        "At 06:00 on the first day of January, April, July, and October"
    )


def test_moments_move_with_the_rules_of_a_zone() -> None:
    """The reading stays: what the clock shows is what was agreed on."""
    told = cadence.read("0 6 * * *", "Europe/Berlin")
    kept = moment("2026-11-30T05:00")
    assert cadence.again(told, kept, "2026-11-30T06:00:00") == kept
    assert cadence.again(told, moment("2026-11-30T04:00"), "2026-11-30T06:00:00") == kept
