"""How moments and shares are written on a page."""

from datetime import UTC, date, datetime

from apiflask import APIFlask

from mitigap.shares import ABSENT, percent
from service.text import clean

__all__ = ["add", "day", "iso", "iso_exact", "percent", "points", "utc"]


def iso(moment: datetime) -> str:
    """For machines: `2026-11-24T11:05:00Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def iso_exact(moment: datetime) -> str:
    """To the microsecond, fit for a URL: `2026-11-24T11:05:00.000001Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def utc(moment: datetime) -> str:
    """For people: `24 Nov 2026, 11:05 UTC`."""
    return f"{moment.astimezone(UTC):%d %b %Y, %H:%M} UTC".lstrip("0")


def day(on: date) -> str:
    """For people: `24 Nov 2026`."""
    return f"{on.day} {on:%b %Y}"


def points(delta: float | None) -> str:
    """`+1.2 points`, or the same with a minus sign: of a hundred."""
    if delta is None:
        return ABSENT
    return f"{100 * delta:+.1f} points".replace("-", "\N{MINUS SIGN}") if delta else "±0"


def add(app: APIFlask) -> None:
    app.jinja_env.filters.update(iso=iso, utc=utc, day=day, percent=percent, points=points, clean=clean)
