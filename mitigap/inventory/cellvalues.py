"""What the text inside a workbook's cell means, by the cell's type and style."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from mitigap.errors import FileRefused
from mitigap.inventory import clean
from mitigap.inventory.book import Cell, column_letter
from mitigap.inventory.cellstyles import Decode
from mitigap.inventory.gather import Gatherer
from mitigap.inventory.refusals import damaged
from mitigap.inventory.scalars import moment, plain

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_INDEX = re.compile(r"[0-9]{1,9}")


def unescaped(text: str) -> str:
    """`_x000D_` is how a workbook writes a character that XML cannot hold."""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


class Values:
    """For one sheet. `strings` are the workbook's shared ones, clean; `decoders` maps a style to what numbers mean."""

    def __init__(self, rows: Gatherer, strings: Sequence[str | None], decoders: Mapping[str | None, Decode]) -> None:
        self._rows = rows
        self._strings = strings
        self._decoders = decoders
        self._kinds: dict[str, Callable[[str, str | None, int, int], Cell]] = {
            "n": self._number,
            "s": self._shared,
            "str": _text,
            "inlineStr": _text,
            "b": _truth,
            "e": self._error,
            "d": _date,
        }

    def read(self, kind: str, text: str, style: str | None, row: int, column: int) -> Cell:
        """Raises FileRefused for a type that does not exist or a text that is not in the file."""
        read = self._kinds.get(kind)
        if read is None:
            raise self._damaged("is of an unknown type", row, column)
        return read(text, style, row, column)

    def _number(self, text: str, style: str | None, row: int, column: int) -> Cell:
        try:
            number = plain(float(text))
        except ValueError:
            self._rows.note("not-a-number", "The cell says it is a number and is none.", row, column)
            return clean.cell(text)
        decode = self._decoders.get(style)
        if decode is None:
            return number
        try:
            return decode(number)
        except (ValueError, OverflowError):
            self._rows.note("not-a-date", "The number is shown as a date and is none.", row, column)
            return number

    def _shared(self, text: str, _style: str | None, row: int, column: int) -> Cell:
        if not _INDEX.fullmatch(text) or int(text) >= len(self._strings):
            raise self._damaged("points to a text that is not in the file", row, column)
        return self._strings[int(text)]

    def _error(self, text: str, _style: str | None, row: int, column: int) -> Cell:
        self._rows.note("error-value", f"The cell shows the error {clean.label(text, 20)}.", row, column)
        return clean.cell(text)

    def _damaged(self, what: str, row: int, column: int) -> FileRefused:
        return damaged(f"in the sheet “{self._rows.name}” the cell {column_letter(column)}{row} {what}")


def _text(text: str, _style: str | None, _row: int, _column: int) -> Cell:
    return clean.cell(unescaped(text))


def _truth(text: str, _style: str | None, _row: int, _column: int) -> Cell:
    return text.strip().lower() in {"1", "true"}


def _date(text: str, _style: str | None, _row: int, _column: int) -> Cell:
    try:
        return moment(datetime.fromisoformat(text))
    except ValueError:
        return clean.cell(text)
