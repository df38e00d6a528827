"""What expires next: the days on which a score falls, out of the forecast that stands beside an assessment."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby

import msgspec

from service.moved import Named

DAYS_SHOWN = 8
GROUPS_SHOWN = 3
CONTROLS_SHOWN = 5


class LoweredView(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str
    before: float
    after: float


class ControlView(msgspec.Struct, frozen=True, kw_only=True):
    location: str
    text: str
    owner: str
    expires: date


class FallView(msgspec.Struct, frozen=True, kw_only=True):
    on: date
    before: float
    score: float
    delta: float
    mitigations: list[LoweredView]
    controls: list[ControlView]


class ForecastView(msgspec.Struct, frozen=True, kw_only=True):
    """As much of a stored forecast as the page shows: nothing in it is interpreted here."""

    group: Named
    until: date | None
    falls: list[FallView]


class GroupFall(msgspec.Struct, frozen=True, kw_only=True):
    group: Named
    before: float
    score: float
    delta: float


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """One day for all groups, those that fall farthest first; `more_…` counts what is not listed."""

    on: date
    groups: tuple[GroupFall, ...]
    more_groups: int
    mitigations: tuple[LoweredView, ...]
    controls: tuple[ControlView, ...]
    more_controls: int


class Outlook(msgspec.Struct, frozen=True, kw_only=True):
    """The next days up to `until`, and how many follow these."""

    days: tuple[Day, ...]
    more: int
    until: date | None


Fall = tuple[Named, FallView]


def outlook(body: bytes) -> Outlook:
    """Out of the document `mitigap/forecast/1` or a list of them."""
    found = msgspec.json.decode(body, type=ForecastView | list[ForecastView])
    forecasts = found if isinstance(found, list) else [found]
    days = list(_days((each.group, fall) for each in forecasts for fall in each.falls))
    return Outlook(
        days=tuple(_day(on, falls) for on, falls in days[:DAYS_SHOWN]),
        more=max(0, len(days) - DAYS_SHOWN),
        until=forecasts[0].until,
    )


def _days(falls: Iterable[Fall]) -> Iterator[tuple[date, list[Fall]]]:
    in_order = sorted(falls, key=lambda each: each[1].on)
    for on, found in groupby(in_order, key=lambda each: each[1].on):
        yield on, list(found)


def _day(on: date, falls: list[Fall]) -> Day:
    farthest = sorted(falls, key=lambda each: each[1].delta)
    controls = {each.location: each for _, fall in falls for each in fall.controls}
    mitigations = {each.id: each for _, fall in falls for each in fall.mitigations}
    return Day(
        on=on,
        groups=tuple(
            GroupFall(group=group, before=fall.before, score=fall.score, delta=fall.delta)
            for group, fall in farthest[:GROUPS_SHOWN]
        ),
        more_groups=max(0, len(farthest) - GROUPS_SHOWN),
        mitigations=tuple(mitigations[each] for each in sorted(mitigations)),
        controls=tuple(controls.values())[:CONTROLS_SHOWN],
        more_controls=max(0, len(controls) - CONTROLS_SHOWN),
    )
