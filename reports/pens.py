"""What a spreadsheet's cells are written with: a look for each purpose, and no text that could ever be a formula."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any

import msgspec
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import quote_sheetname
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet.hyperlink import Hyperlink

from mitigap import cells
from mitigap.assessment.model import Status
from mitigap.branding import INKS
from reports import figures, links
from reports.palette import ACCENT, LOOKS

DATE_FORMAT = "yyyy-mm-dd"
POINTS_FORMAT = '"+"0.0'
CHANGE_FORMAT = f'"+"0.0;"{figures.MINUS}"0.0;0.0'
NUMBER_FORMAT = "#,##0"

_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
"""How a workbook writes a character by its number: text that looks like it has its first mark written so."""

_FIRST_YEAR = 1901
"""Spreadsheets disagree on older dates: those are written as text."""


class Kind(StrEnum):
    """What a value is; None is an empty cell for all."""

    TEXT = "text"
    LINK = "link"
    WAY = "way"
    NUMBER = "number"
    PERCENT = "percent"
    POINTS = "points"
    CHANGE = "change"
    DATE = "date"


_FIGURES = frozenset({Kind.NUMBER, Kind.PERCENT, Kind.POINTS, Kind.CHANGE, Kind.DATE})


class Look(StrEnum):
    BODY = "body"
    RULED = "ruled"
    STRONG = "strong"
    QUIET = "quiet"
    HEADER = "header"
    FIGURE_HEADER = "figure-header"
    GIVEN_HEADER = "given-header"
    TURNED_HEADER = "turned-header"
    TITLE = "title"
    SECTION = "section"
    LINK = "link"
    CAUTION = "caution"
    GAP = "gap"
    PARTIAL = "partial"
    COVERED = "covered"
    UNMITIGABLE = "unmitigable"
    TLP_CLEAR = "#FFFFFF"
    TLP_GREEN = "#33FF00"
    TLP_AMBER = "#FFC000"
    TLP_RED = "#FF2B2B"


class _Style(msgspec.Struct, frozen=True, kw_only=True):
    font: Font
    fill: PatternFill = PatternFill()
    border: Border = Border()
    wrap: bool = True
    side: str = "left"
    turn: int = 0


def rgb(colour: str) -> str:
    return colour.removeprefix("#")


def solid(colour: str) -> PatternFill:
    return PatternFill("solid", start_color=rgb(colour), end_color=rgb(colour))


_RULE = Border(bottom=Side(style="hair", color="C5CCD5"))


def _font(size: float = 10, **more: Any) -> Font:
    return Font(name="Calibri", size=size, **more)


def _status(status: Status) -> _Style:
    return _Style(font=_font(bold=True, color=rgb(LOOKS[status].ink)), fill=solid(LOOKS[status].paper))


_STYLES: Mapping[Look, _Style] = {
    Look.BODY: _Style(font=_font()),
    Look.RULED: _Style(font=_font(), border=_RULE),
    Look.STRONG: _Style(font=_font(bold=True), border=_RULE),
    Look.QUIET: _Style(font=_font(color="566170")),
    Look.HEADER: _Style(font=_font(bold=True, color="FFFFFF"), fill=solid(ACCENT)),
    Look.FIGURE_HEADER: _Style(font=_font(bold=True, color="FFFFFF"), fill=solid(ACCENT), side="right"),
    Look.GIVEN_HEADER: _Style(font=_font(bold=True, color="FFFFFF"), fill=solid("#566170")),
    Look.TURNED_HEADER: _Style(font=_font(bold=True, color="FFFFFF"), fill=solid(ACCENT), side="center", turn=90),
    Look.TITLE: _Style(font=_font(18, bold=True), wrap=False),
    Look.SECTION: _Style(font=_font(13, bold=True, color=rgb(ACCENT)), wrap=False),
    Look.LINK: _Style(font=_font(color=rgb(ACCENT), underline="single"), border=_RULE, wrap=False),
    Look.CAUTION: _Style(font=_font(color=rgb(LOOKS[Status.PARTIAL].ink)), fill=solid(LOOKS[Status.PARTIAL].paper)),
    **{Look(status.value): _status(status) for status in LOOKS},
    **{Look(ink): _Style(font=_font(bold=True, color=rgb(ink)), fill=solid("#000000")) for ink in INKS.values()},
}


class Pens:
    """The pens of one sheet. A pen is a cell that is written over and over: each must be on paper before the next."""

    def __init__(self, sheet: WriteOnlyWorksheet) -> None:
        self._sheet = sheet
        self._pens: dict[tuple[Look, str, str, bool], Cell] = {}
        self._kinds: Mapping[Kind, Callable[[Any, Look], Cell]] = {
            Kind.TEXT: self.text,
            Kind.LINK: self.link,
            Kind.WAY: self.way,
            Kind.NUMBER: self.number,
            Kind.PERCENT: self.percent,
            Kind.POINTS: self.points,
            Kind.CHANGE: self.change,
            Kind.DATE: self.date,
        }

    def write(self, kind: Kind, value: Any, look: Look = Look.BODY) -> Cell:
        """Words among numbers stay words."""
        if value is None or (type(value) is str and kind in _FIGURES):
            return self.text(value or "", look)
        return self._kinds[kind](value, look)

    def text(self, words: str, look: Look) -> Cell:
        """Text and nothing else, whatever it begins with."""
        words = cells.fitted(words)
        cell = self._pen(look, "General", _STYLES[look].side, quoted=cells.looks_like_formula(words))
        cell.value = _ESCAPE.sub(r"_x005F_\g<0>", words) if "_x" in words else words
        cell.data_type = "s"  # openpyxl guesses formulas and error values from the words: undo its guess
        return cell

    def link(self, attack_id: str, look: Look) -> Cell:
        """An id that leads to its page at ATT&CK; anything else stays text."""
        url = links.address(attack_id)
        cell = self.text(attack_id, Look.LINK if url else look)
        cell.hyperlink = url
        return cell

    def way(self, sheet: str, look: Look) -> Cell:
        """The name of a sheet of this workbook that leads to it."""
        cell: Any = self.text(sheet, look)
        cell._hyperlink = Hyperlink(ref="A1", location=f"{quote_sheetname(sheet)}!A1")  # noqa: SLF001 - no public way
        written: Cell = cell
        return written

    def number(self, value: float, look: Look, number_format: str = NUMBER_FORMAT) -> Cell:
        cell = self._pen(look, number_format)
        cell.value = value
        return cell

    def percent(self, share: float, look: Look) -> Cell:
        """A real number that reads as `figures.percent` writes it."""
        return self.number(share, look, figures.percent_format(share))

    def points(self, gain: float, look: Look) -> Cell:
        return self.number(gain * 100, look, POINTS_FORMAT)

    def change(self, delta: float, look: Look) -> Cell:
        """Points up or down, with their sign."""
        return self.number(delta * 100, look, CHANGE_FORMAT)

    def date(self, day: date, look: Look) -> Cell:
        if day.year < _FIRST_YEAR:
            return self.text(day.isoformat(), look)
        cell = self._pen(look, DATE_FORMAT)
        cell.value = day
        return cell

    def _pen(self, look: Look, number_format: str, side: str = "right", *, quoted: bool = False) -> Cell:
        key = (look, number_format, side, quoted)
        if key not in self._pens:
            self._pens[key] = self._made(look, number_format, side, quoted=quoted)
        return self._pens[key]

    def _made(self, look: Look, number_format: str, side: str, *, quoted: bool) -> Cell:
        style = _STYLES[look]
        cell = WriteOnlyCell(self._sheet)
        cell.font, cell.fill, cell.border = style.font, style.fill, style.border
        cell.alignment = _alignment(style, side)
        cell.number_format = number_format
        cell.quotePrefix = quoted
        return cell


def _alignment(style: _Style, side: str) -> Alignment:
    if style.turn:
        return Alignment(vertical="bottom", horizontal=side, text_rotation=style.turn)
    return Alignment(vertical="top", wrap_text=style.wrap, horizontal=side, indent=1)
