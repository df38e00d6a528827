"""Dates as people write them: whether 03/04 is April or March is decided for a whole column."""

import re
from calendar import monthrange
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache

import msgspec

from mitigap.inventory.book import Cell
from mitigap.inventory.words import bag, plain

_LONGEST = 40
_MONTHS_A_YEAR = 12
_EPOCH = date(1899, 12, 30)  # where spreadsheets count their days from, the leap day of 1900 that never was included
_SERIALS = range(20_000, 80_000)  # the days of 1954 to 2119
_TIME = r"(?:[t ,]\s*\d{1,2}:\d{2}.*)?"
_ISO = re.compile(rf"(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){_TIME}")
_BASIC = re.compile(r"(\d{4})(\d{2})(\d{2})")
_NUMERIC = re.compile(rf"(\d{{1,2}})\s*([-/.])\s*(\d{{1,2}})\s*\2\s*(\d{{4}}|\d{{2}}){_TIME}")
_NAMED = (
    re.compile(
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?[\s-]*(?:de\s+)?(?P<month>[a-z]{{3,10}})\.?,?[\s-]*(?:de\s+)?(?P<year>\d{{4}}|\d{{2}}){_TIME}"
    ),
    re.compile(rf"(?P<month>[a-z]{{3,10}})\.?[\s-]*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?[\s-]+(?P<year>\d{{4}}){_TIME}"),
    re.compile(r"(?P<month>[a-z]{3,10})\.?,?[\s-]*(?:de\s+)?(?P<year>\d{4})"),
)
_QUARTER = re.compile(r"q([1-4])[\s/-]*(\d{4})|(\d{4})[\s/-]*q([1-4])")
_MONTH_YEAR = re.compile(r"(\d{1,2})[/.-](\d{4})|(\d{4})[/.-](\d{1,2})")
_YEAR = re.compile(r"(?:end of |ende )?((?:19|20)\d{2})")
_NONE = frozenset(
    {
        "",
        "-",
        "--",
        "n/a",
        "na",
        "none",
        "never",
        "no",
        "permanent",
        "unlimited",
        "indefinite",
        "tbd",
        "open",
        "ongoing",
        "nie",
        "unbefristet",
        "keine",
        "jamais",
        "aucune",
        "nunca",
        "\u2013",
        "\u2014",
        "?",
    }
)
_GONE = bag(
    "expired lapsed past over outdated abgelaufen verfallen expire expiree echu caducado vencido scaduto verlopen"
)
_WEEKDAY = re.compile(r"^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,?\s+")

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar janner janvier janv enero ene gennaio januari",
            "feb february februar fevrier fevr febrero febbraio februari",
            "mar march marz mrz mars marzo maart",
            "apr april avril avr abril abr aprile",
            "may mai mayo maggio mei",
            "jun june juni juin junio giugno",
            "jul july juli juillet juil julio luglio",
            "aug august aout agosto ago augustus",
            "sep sept september septembre septiembre settembre",
            "oct october oktober okt octobre octubre ottobre",
            "nov november novembre noviembre",
            "dec december dezember dez decembre diciembre dic dicembre",
        ),
        1,
    )
    for name in names.split()
}


class Order(StrEnum):
    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """`order` is how a column's slashed dates are read; `sure` is False where no date of it settles that."""

    order: Order = Order.DAY_FIRST
    sure: bool = True


class DateUnreadable(ValueError):
    """The text is no date."""


def order_of(cells: Iterable[Cell]) -> Reading:
    """What a column's dates settle about their order: a 25 can be no month."""
    firsts, seconds, undecided = 0, 0, 0
    for cell in cells:
        found = _NUMERIC.fullmatch(plain(cell)) if isinstance(cell, str) and len(cell) <= _LONGEST else None
        if not found:
            continue
        first, second = int(found[1]), int(found[3])
        firsts += first > _MONTHS_A_YEAR >= second
        seconds += second > _MONTHS_A_YEAR >= first
        undecided += max(first, second) <= _MONTHS_A_YEAR and first != second and found[2] != "."
    order = Order.MONTH_FIRST if seconds > firsts else Order.DAY_FIRST
    return Reading(order=order, sure=not undecided or bool(firsts) != bool(seconds))


def is_gone(cell: Cell) -> bool:
    """Whether a word stands for the date: that it has passed."""
    return isinstance(cell, str) and len(cell) <= _LONGEST and plain(cell).strip(" .!") in _GONE


def read(cell: Cell, reading: Reading, *, end: bool = False) -> date | None:
    """The date of a cell, None where it says that there is none.

    `end`: a whole month, quarter or year means its last day. Raises DateUnreadable.
    """
    if cell is None:
        return None
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _number(cell)
    if isinstance(cell, str):
        return _text(cell, reading, end=end)
    raise DateUnreadable(str(cell))


def _number(value: float) -> date:
    if int(value) in _SERIALS:
        return _EPOCH + timedelta(days=int(value))
    if value == int(value) and (found := _BASIC.fullmatch(str(int(value)))):
        return _made(int(found[1]), int(found[2]), int(found[3]))
    raise DateUnreadable(f"{value:g}")


@lru_cache(maxsize=4096)
def _text(text: str, reading: Reading, *, end: bool) -> date | None:
    said = _WEEKDAY.sub("", " ".join(plain(text).split())) if len(text) <= _LONGEST else text
    if said in _NONE:
        return None
    if found := _ISO.fullmatch(said):
        return _made(int(found[1]), int(found[2]), int(found[3]))
    if found := _NUMERIC.fullmatch(said):
        return _ordered(found, reading.order)
    if said.isdecimal() and len(said) in {5, 8}:
        return _number(int(said))
    for pattern in _NAMED:
        if (found := pattern.fullmatch(said)) and found["month"] in _MONTHS:
            return _named(found.groupdict(), end=end)
    return _period(said, end=end)


def _ordered(found: re.Match[str], order: Order) -> date:
    """Dots are always day first; a number over 12 is the day whatever the column says."""
    first, second, year = int(found[1]), int(found[3]), _century(found[4])
    day_first = found[2] == "." or order is Order.DAY_FIRST
    if max(first, second) > _MONTHS_A_YEAR:
        day_first = first > _MONTHS_A_YEAR
    day, month = (first, second) if day_first else (second, first)
    return _made(year, month, day)


def _named(found: dict[str, str], *, end: bool) -> date:
    year, month = _century(found["year"]), _MONTHS[found["month"]]
    return _made(year, month, int(found["day"])) if "day" in found else _within(year, month, month, end=end)


def _period(said: str, *, end: bool) -> date:
    if found := _QUARTER.fullmatch(said):
        quarter, year = int(found[1] or found[4]), int(found[2] or found[3])
        return _within(year, 3 * quarter - 2, 3 * quarter, end=end)
    if found := _MONTH_YEAR.fullmatch(said):
        month, year = int(found[1] or found[4]), int(found[2] or found[3])
        return _within(year, month, month, end=end)
    if found := _YEAR.fullmatch(said):
        return _within(int(found[1]), 1, 12, end=end)
    raise DateUnreadable(said)


def _within(year: int, first: int, last: int, *, end: bool) -> date:
    if not end:
        return _made(year, first, 1)
    begin = _made(year, last, 1)
    return begin.replace(day=monthrange(begin.year, begin.month)[1])


def _century(year: str) -> int:
    return int(year) + 2000 if len(year) < len("2026") else int(year)


def _made(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as fault:
        raise DateUnreadable(f"{year}-{month}-{day}") from fault
