"""Time zones by the rules that Mitigap brings with it, so that every machine of an installation keeps the same time."""

from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

import tzdata

from mitigap.errors import ScheduleRefused

VERSION: str = tzdata.IANA_VERSION
"""The release of the rules: where it changes, moments already worked out may change with it."""


@cache
def names() -> tuple[str, ...]:
    """Every zone there is, in the order of its name."""
    return tuple(sorted((resources.files(tzdata) / "zones").read_text(encoding="ascii").split()))


@cache
def zone(name: str) -> ZoneInfo:
    """Raises ScheduleRefused where there is no such zone."""
    if name not in names():
        raise ScheduleRefused(f"There is no time zone “{name}”. They go by names such as Europe/Berlin or UTC.")
    place = resources.files(tzdata).joinpath("zoneinfo", *name.split("/"))
    with place.open("rb") as rules:
        return ZoneInfo.from_file(rules, key=name)
