"""Sheets of a workbook, streamed row by row: a table under a header that stays, ready to filter and to print."""

from collections.abc import Iterable, Iterator, Sequence
from math import ceil
from typing import Any

import msgspec
from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.formatting.rule import CellIsRule, ColorScaleRule, DataBarRule, FormulaRule
from openpyxl.styles import Border, Font, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.properties import PageSetupProperties

from mitigap.assessment.model import Status
from reports import text
from reports.palette import LOOKS
from reports.pens import Kind, Look, Pens, rgb, solid

_A4, _A3 = 9, 8
_WIDE = 230
"""Characters: a sheet that is wider is printed on A3."""

_PER_LETTER = 5.8
"""Points that a letter of a header on its side takes."""

_HEADER_LIMIT = 100
"""Characters of a page header; a spreadsheet refuses a file with more than 255 in all."""

_LINE = 13.0
"""Points that a line of text is high."""

_PER_WIDTH = 1.1
"""Characters of our small type that fit where a column's width promises one of the standard size."""

_TALLEST = 409.0
"""Points: no row can be higher."""

_BAR = "#9CC3DC"
"""Light enough for the number that stands on it."""


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """`width` in characters. `bar` draws a number as a bar too, `status` colours the four words.

    `given` is reckoned and not to be edited, `turned` has its header on its side, `shade` colours a share by its size.
    """

    title: str
    width: int
    kind: Kind = Kind.TEXT
    bar: bool = False
    status: bool = False
    given: bool = False
    turned: bool = False
    shade: bool = False


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One cell of a page that is no table."""

    value: Any = None
    kind: Kind = Kind.TEXT
    look: Look = Look.RULED


class Sheet:
    """What pages and tables have in common: columns of a width, rows as high as their text, and a print set-up."""

    def __init__(self, book: Workbook, title: str, widths: Sequence[int], *, tab: str, heading: str) -> None:
        self.sheet = book.create_sheet(title)
        self.rows = 0
        self.widths = widths
        self.pens = Pens(self.sheet)
        for index, width in enumerate(widths, start=1):
            self.sheet.column_dimensions[get_column_letter(index)].width = width
        self.sheet.sheet_properties.tabColor = rgb(tab)
        _print_setup(self.sheet, heading)
        self.sheet.page_setup.paperSize = _A3 if sum(widths) > _WIDE else _A4

    @property
    def last_letter(self) -> str:
        return get_column_letter(len(self.widths))

    def name(self, name: str, place: str) -> None:
        """A name by which formulas and programs find a place of this sheet, such as `$A$1:$D$9`."""
        self.sheet.parent.defined_names[name] = DefinedName(
            name, attr_text=f"{quote_sheetname(self.sheet.title)}!{place}"
        )

    def put(self, cells: Iterable[Cell | None], height: float | None = None) -> None:
        """One row. The height is written down: not every program works it out from wrapped text."""
        self.rows += 1
        if height:
            self.sheet.row_dimensions[self.rows].height = height
        self.sheet.append(each for each in cells)  # one by one, as pens need it
        self.sheet.row_dimensions.pop(self.rows, None)  # the row is on paper: 100,000 of them need not be kept


class Page(Sheet):
    """A sheet to be written freely, from the top down."""

    def add(self, *entries: Entry, height: float | None = None) -> None:
        fitting = _height((each.value for each in entries), self.widths)
        self.put((self.pens.write(each.kind, each.value, each.look) for each in entries), height or fitting)

    def spread(self, entry: Entry, words: str) -> None:
        """One cell, and beside it a text over the rest of the width."""
        rest = Entry(value=words)
        cells = (entry, rest, *(Entry() for _ in self.widths[2:]))
        height = _height([words], [sum(self.widths[1:])])
        self.put((self.pens.write(each.kind, each.value, each.look) for each in cells), height)
        self.sheet.merged_cells.add(f"B{self.rows}:{self.last_letter}{self.rows}")

    def across(self, words: str, look: Look, height: float | None = None) -> None:
        """One text over the whole width; `height` in points where it is not that of its lines."""
        fitting = _height([words], [sum(self.widths)])
        self.put([self.pens.text(words, look)], height or fitting)
        self.sheet.merged_cells.add(f"A{self.rows}:{self.last_letter}{self.rows}")

    def blank(self, height: float | None = None) -> None:
        self.put((), height)

    def close(self) -> None:
        self.sheet.print_area = f"A1:{self.last_letter}{self.rows}"


class Table(Sheet):
    """A sheet that is one table under a header that stays. Add every row, then close it."""

    def __init__(self, book: Workbook, title: str, columns: Sequence[Column], *, tab: str, heading: str) -> None:
        super().__init__(book, title, [each.width for each in columns], tab=tab, heading=heading)
        self._columns = columns
        self.sheet.freeze_panes = "B2"
        self.sheet.print_title_rows = "1:1"
        header = [each.title for each in columns]
        turned = max((len(each.title) for each in columns if each.turned), default=0)
        self.put(self._header(), min(turned * _PER_LETTER, _TALLEST) or _height(header, self.widths))

    def add(self, *values: Any) -> None:
        """One value a column, None for an empty cell."""
        self.put(self._cells(values), _height(values, self.widths))

    def close(self) -> None:
        whole = f"A1:{self.last_letter}{self.rows}"
        self.sheet.auto_filter.ref = self.sheet.print_area = whole
        self.name(self.sheet.title.replace(" ", "_"), f"$A$1:${self.last_letter}${self.rows}")
        for letter, column in self._lettered():
            place = f"{letter}2:{letter}{max(self.rows, 2)}"
            if column.bar:
                self.sheet.conditional_formatting.add(place, _bar(column.kind))
            if column.status:
                colour_statuses(self.sheet, place)
            if column.shade:
                self.sheet.conditional_formatting.add(place, _shade())
        self.sheet.conditional_formatting.add(f"A2:{self.last_letter}{max(self.rows, 2)}", _ruled())

    def _header(self) -> Iterator[Cell]:
        for column in self._columns:
            yield self.pens.text(column.title, _header_look(column))

    def _cells(self, values: Sequence[Any]) -> Iterator[Cell | None]:
        for column, value in zip(self._columns, values, strict=True):
            yield None if value is None or value == "" else self.pens.write(column.kind, value)

    def _lettered(self) -> Iterator[tuple[str, Column]]:
        return ((get_column_letter(index), column) for index, column in enumerate(self._columns, start=1))


def _height(values: Iterable[Any], widths: Iterable[float]) -> float | None:
    """Points for the longest text of a row; None where one line is enough."""
    lines = max((_lines(value, width) for value, width in zip(values, widths, strict=False)), default=1)
    return None if lines == 1 else min(lines * _LINE + 2, _TALLEST)


def _lines(value: Any, width: float) -> int:
    if not isinstance(value, str):
        return 1
    room = width * _PER_WIDTH
    if len(value) <= room and "\n" not in value:
        return 1
    return sum(max(1, ceil(len(line) / room)) for line in value.split("\n"))


def colour_statuses(sheet: Any, place: str) -> None:
    """Colours each of the four words; the word itself stays for those who see no colour."""
    for look in LOOKS.values():
        rule = CellIsRule(  # type: ignore[no-untyped-call]
            operator="equal",
            formula=[f'"{look.label}"'],
            font=Font(color=rgb(look.ink), bold=True),
            fill=solid(look.paper),
        )
        sheet.conditional_formatting.add(place, rule)


def _header_look(column: Column) -> Look:
    if column.turned:
        return Look.TURNED_HEADER
    if column.given:
        return Look.GIVEN_HEADER
    return Look.HEADER if column.kind in {Kind.TEXT, Kind.LINK} else Look.FIGURE_HEADER


def _shade() -> Any:
    """From the colour of a gap over that of a partial one to that of a covered one."""
    colours = [rgb(LOOKS[each].paper) for each in (Status.GAP, Status.PARTIAL, Status.COVERED)]
    return ColorScaleRule(  # type: ignore[no-untyped-call]
        start_type="num", start_value=0, start_color=colours[0],
        mid_type="num", mid_value=0.5, mid_color=colours[1],
        end_type="num", end_value=1, end_color=colours[2],
    )  # fmt: skip


def _ruled() -> Any:
    """A line under each row, drawn once for the whole table: empty cells need not be written for it."""
    line = Border(bottom=Side(style="thin", color="DDE2E8"))
    return FormulaRule(formula=["TRUE"], border=line)  # type: ignore[no-untyped-call]


def _bar(kind: Kind) -> Any:
    """A share is drawn on the whole scale, anything else against the largest of its column."""
    end = {"end_type": "num", "end_value": 1} if kind is Kind.PERCENT else {"end_type": "max"}
    return DataBarRule(start_type="num", start_value=0, color=rgb(_BAR), **end)  # type: ignore[no-untyped-call]


def _print_setup(sheet: Any, heading: str) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.oddHeader.left.text = text.one_line(heading)[:_HEADER_LIMIT].replace("&", "&&")
    sheet.oddHeader.right.text = "&A"
    sheet.oddFooter.left.text = "Mitigap"
    sheet.oddFooter.right.text = "&P / &N"
