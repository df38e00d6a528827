"""When a schedule runs: five fields of cron, read in the schedule's own time zone.

cronsim walks the calendar; which moments a reading of the clock stands for is decided here. A reading that a change of
the clocks leaves out is made up for at the next moment there is, and one that comes twice counts the first time, as
long as the expression names fixed hours and minutes. Where either is a star, the run follows real time: every hour
means every hour, also in the night that has 25 of them. That is the rule of Debian's cron.
"""

import heapq
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise

import msgspec
from cronsim import CronSim, CronSimError

from mitigap.errors import ScheduleRefused
from mitigap.zones import zone

PRESETS: Mapping[str, str] = {"weekly": "0 6 * * 1", "monthly": "0 6 1 * *", "quarterly": "0 6 1 1,4,7,10 *"}
SHORTEST = 15
"""Minutes that have to lie between two runs."""

FIELDS = ("minute", "hour", "day of the month", "month", "day of the week")
LONGEST_FIELD = 100
FIELD = re.compile(rf"[0-9A-Z*,/#-]{{1,{LONGEST_FIELD}}}", re.ASCII | re.IGNORECASE)
DAY = 24 * 60
WIDEST_REPEAT = timedelta(hours=4)  # no zone has put its clocks back by more since 1970
MINUTE = timedelta(minutes=1)
SOME_DAY = datetime(2026, 1, 1)  # noqa: DTZ001 - the calendar's own reckoning, of no place


class Cadence(msgspec.Struct, frozen=True, kw_only=True):
    """An expression that was read, and the name of the zone it is meant in."""

    cron: str
    timezone: str


def read(cron: str, timezone: str) -> Cadence:
    """Raises ScheduleRefused, with a sentence for people, for what is no expression, never comes or comes too often."""
    zone(timezone)
    fields = cron.split()
    if len(fields) != len(FIELDS):
        raise ScheduleRefused(f"A cron expression has five fields ({', '.join(FIELDS)}); this one has {len(fields)}.")
    for name, field in zip(FIELDS, fields, strict=True):
        if not _readable(name, field):
            raise ScheduleRefused(f"“{field[:LONGEST_FIELD]}” cannot be the {name} of a cron expression.")
    walk = _walk(fields)
    if walk is None or next(walk, None) is None:
        raise ScheduleRefused(f"“{' '.join(fields)}” never comes: none of its months has that day.")
    if _shortest(walk) < SHORTEST:
        raise ScheduleRefused(f"“{' '.join(fields)}” runs too often: {SHORTEST} minutes must lie between two runs.")
    return Cadence(cron=" ".join(fields).upper(), timezone=timezone)


def words(cadence: Cadence) -> str:
    """`At 06:00 on Monday`."""
    return CronSim(cadence.cron, SOME_DAY).explain()


def after(cadence: Cadence, moment: datetime) -> Iterator[datetime]:
    """Every run later than the moment, in UTC, in order."""
    fixed = not any(field.startswith("*") for field in cadence.cron.split()[:2])
    begin = local(cadence, moment).replace(tzinfo=None) - WIDEST_REPEAT
    waiting: list[datetime] = []
    last = moment
    for reading in CronSim(cadence.cron, begin):
        found = _moments(cadence, reading, fixed=fixed)
        for each in found:
            heapq.heappush(waiting, each)
        while found and waiting and waiting[0] <= found[0]:
            run = heapq.heappop(waiting)
            if run > last:
                yield run
                last = run


def first_after(cadence: Cadence, moment: datetime) -> datetime:
    """The next run. ScheduleRefused where there is none for fifty years."""
    run = next(after(cadence, moment), None)
    if run is None:
        raise ScheduleRefused(f"“{cadence.cron}” never comes again.")
    return run


def upcoming(cadence: Cadence, moment: datetime, count: int = 6) -> list[datetime]:
    return list(islice(after(cadence, moment), count))


def local(cadence: Cadence, moment: datetime) -> datetime:
    """The moment by the clocks of the schedule's zone."""
    return moment.astimezone(zone(cadence.timezone))


def day(cadence: Cadence, moment: datetime) -> date:
    return local(cadence, moment).date()


def reading(cadence: Cadence, moment: datetime) -> str:
    """What the zone's clocks show at that moment: `2026-11-30T06:00:00`."""
    return local(cadence, moment).replace(tzinfo=None).isoformat()


def again(cadence: Cadence, moment: datetime, shown: str) -> datetime:
    """When the clocks show that reading by the rules of now, where `moment` was it by those of before."""
    if reading(cadence, moment) == shown:
        return moment
    return _first(datetime.fromisoformat(shown), cadence)


def _readable(name: str, field: str) -> bool:
    """Whether the field alone can be read: asked beside stars, so that only its own faults are told of it."""
    beside = [field if each == name else "*" for each in FIELDS]
    return FIELD.fullmatch(field) is not None and (_walk(beside) is not None)


def _walk(fields: list[str]) -> CronSim | None:
    try:
        return CronSim(" ".join(fields), SOME_DAY)
    except CronSimError:
        return None


def _shortest(walk: CronSim) -> int:
    """The fewest minutes between two runs of one day, or between the last of one day and the first of the next."""
    times = sorted(hour * 60 + minute for hour in walk.hours for minute in walk.minutes)
    return min(later - earlier for earlier, later in pairwise([*times, times[0] + DAY]))


def _moments(cadence: Cadence, reading: datetime, *, fixed: bool) -> list[datetime]:
    """The moments at which a run is meant by that reading of the clock: none, one or two."""
    if fixed:
        return [_first(reading, cadence)]
    place = zone(cadence.timezone)
    both = {reading.replace(tzinfo=place, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return sorted(each for each in both if each.astimezone(place).replace(tzinfo=None) == reading)


def _first(reading: datetime, cadence: Cadence) -> datetime:
    """The first moment with that reading, or with the next one there is."""
    place = zone(cadence.timezone)
    while True:
        moment = reading.replace(tzinfo=place).astimezone(UTC)
        if moment.astimezone(place).replace(tzinfo=None) == reading:
            return moment
        reading += MINUTE
