"""The neutral grid: what every reader makes of a file, and all that the meaning half ever sees of it."""

from datetime import date, datetime
from enum import StrEnum

import msgspec

from mitigap.inventory.model import Issue


class Format(StrEnum):
    XLSX = "xlsx"
    XLSM = "xlsm"
    ODS = "ods"
    CSV = "csv"


class Percent(msgspec.Struct, frozen=True):
    """A number the sheet shows as a percentage: `Percent(0.6)` is the cell that reads 60 %."""

    value: float


class Formula(msgspec.Struct, frozen=True):
    """A formula whose result is not stored in the file. `text` is the formula as far as it is known, without `=`."""

    text: str


Cell = str | bool | int | float | date | datetime | Percent | Formula | None
"""Never an empty or blank text (that is None); text is clean, without blanks at its ends; numbers are finite."""


class Row(msgspec.Struct, frozen=True, gc=False):
    """`number` is the row's own number in the file, from 1; `cells` runs from column A, trailing blanks stripped."""

    number: int
    cells: tuple[Cell, ...]
    hidden: bool = False


class Merge(msgspec.Struct, frozen=True, kw_only=True):
    """A merged range, both ends included. Rows are row numbers; columns are indexes into `Row.cells`."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """One sheet, its rows in order; rows without any value are left out.

    A merge's value stands in its first column, in every row of the merge that holds a value of its own: a name merged
    over three rows is there three times, a title merged over six columns once. `merged` tells the two apart.
    """

    name: str
    rows: tuple[Row, ...]
    hidden: bool = False
    merged: tuple[Merge, ...] = ()
    hidden_columns: frozenset[int] = frozenset()


class Book(msgspec.Struct, frozen=True, kw_only=True):
    """A whole file. `notes` are warnings only: what makes a file unreadable is raised as FileRefused."""

    format: Format
    sheets: tuple[Sheet, ...]
    notes: tuple[Issue, ...] = ()


def text_of(cell: Cell) -> str:
    """A cell as a person reads it; a formula without its result is nothing."""
    if isinstance(cell, str):
        return cell
    if cell is None or isinstance(cell, Formula):
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, Percent):
        return f"{round(cell.value * 100, 6):g} %"
    if isinstance(cell, int | float):
        return f"{cell:.15g}"
    return cell.isoformat()


def column_letter(index: int) -> str:
    """`A` for 0, `AA` for 26."""
    letters = ""
    index += 1
    while index:
        index, remainder = divmod(index - 1, 26)
        letters = chr(ord("A") + remainder) + letters
    return letters


def location(sheet: str, row: int | None = None, column: int | None = None) -> str:
    """`Sheet!7:B`, `Sheet!7` or `Sheet`; `row` counts from 1, `column` is an index into `Row.cells`."""
    if row is None:
        return sheet
    return f"{sheet}!{row}" if column is None else f"{sheet}!{row}:{column_letter(column)}"
