"""Numbers and moments as the grid holds them."""

import math
from datetime import date, datetime, time


def plain(number: float) -> int | float:
    """An int where the number is whole and exact; raises ValueError for what is not finite."""
    if not math.isfinite(number):
        raise ValueError(number)
    return int(number) if number.is_integer() and abs(number) < 1 << 53 else number


def moment(value: datetime) -> date | datetime:
    """A date where it is midnight, and never with a time zone: spreadsheets know neither."""
    return value.date() if value.time() == time() else value.replace(tzinfo=None)
