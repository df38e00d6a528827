"""What a number in a workbook is, by its cell's number format: a plain number, a share, a date or a span of time."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache, partial

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

from mitigap.inventory import limits
from mitigap.inventory.book import Cell, Percent
from mitigap.inventory.scalars import moment, plain

Decode = Callable[[float], Cell]
"""Raises ValueError or OverflowError for a number that is no date."""

_NOT_SHOWN_AS_SUCH = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')


@lru_cache(maxsize=4096)  # a column of dates repeats itself
def _moment(number: float, epoch: datetime) -> Cell:
    found = from_excel(number, epoch)
    return moment(found) if isinstance(found, datetime) else str(found)


def _span(number: float) -> Cell:
    return str(from_excel(number, timedelta=True))


def decoder(number_format: str, *, epoch_1904: bool) -> Decode:
    """Raises ValueError for a format longer than any program writes."""
    if len(number_format) > limits.NUMBER_FORMAT:
        raise ValueError(number_format[:40])
    if is_timedelta_format(number_format):
        return _span
    if is_date_format(number_format):
        return partial(_moment, epoch=MAC_EPOCH if epoch_1904 else WINDOWS_EPOCH)
    return Percent if "%" in _NOT_SHOWN_AS_SUCH.sub("", number_format) else plain


def format_of(format_id: int, custom: Mapping[int, str]) -> str:
    """A file's own formats first, then those every program knows by number."""
    return custom.get(format_id) or BUILTIN_FORMATS.get(format_id) or "General"
