"""Reads .ods, in one pass over its content: repeated rows and cells are counted before they are unrolled."""

from collections.abc import Callable
from datetime import datetime

from mitigap.errors import FileRefused
from mitigap.inventory import clean, limits
from mitigap.inventory.book import Book, Cell, Format, Merge, Percent, Sheet
from mitigap.inventory.gather import Budget, Gatherer, Notes
from mitigap.inventory.guard import Archive
from mitigap.inventory.markup import Attributes, Markup
from mitigap.inventory.refusals import damaged
from mitigap.inventory.scalars import moment, plain

_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_ERROR = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"

_CONTENT = "content.xml"
_MANIFEST = "meta-inf/manifest.xml"
_BLANKS = 1_000
_OTHER_FILE = "'file:"
"""How the name of a table begins that only keeps the values of a linked file."""

_Value = Callable[[Attributes], Cell]
_VALUES: dict[str, _Value] = {
    "float": lambda attributes: plain(float(attributes[f"{_OFFICE}value"])),
    "currency": lambda attributes: plain(float(attributes[f"{_OFFICE}value"])),
    "percentage": lambda attributes: Percent(float(plain(float(attributes[f"{_OFFICE}value"])))),
    "date": lambda attributes: moment(datetime.fromisoformat(attributes[f"{_OFFICE}date-value"])),
    "boolean": lambda attributes: attributes[f"{_OFFICE}boolean-value"] == "true",
}


def read(archive: Archive) -> Book:
    """Raises FileRefused."""
    if _MANIFEST in archive and b"encryption-data" in archive.head(_MANIFEST):
        raise FileRefused("The file is protected with a password. Save a copy without the password and upload that.")
    if _CONTENT not in archive:
        raise damaged("it has no content inside")
    content = _Content()
    content.read(archive.chunks(_CONTENT))
    if not content.sheets:
        raise damaged("it has no sheet inside")
    return Book(format=Format.ODS, sheets=tuple(content.sheets), notes=content.notes.all())


class _Content(Markup):
    def __init__(self) -> None:
        super().__init__(_CONTENT)
        self.notes = Notes()
        self.sheets: list[Sheet] = []
        self._budget = Budget()
        self._hidden_styles: set[str] = set()
        self._style = ""
        self._tables = 0
        self._rows: Gatherer | None = None
        self._row: Attributes = {}
        self._number = 1
        self._columns = 0
        self._column = 0
        self._cells: list[Cell] = []
        self._cell: Attributes | None = None
        self._cell_depth = 0
        self._paragraphs: list[str] = []
        self._bind()

    def _bind(self) -> None:
        self.starts |= {
            f"{_STYLE}style": self._start_style,
            f"{_STYLE}table-properties": self._start_properties,
            f"{_TABLE}table": self._start_table,
            f"{_TABLE}table-column": self._start_column,
            f"{_TABLE}table-row": self._start_row,
            f"{_TABLE}table-cell": self._start_cell,
            f"{_TABLE}covered-table-cell": self._start_cell,
            f"{_TEXT}p": self._start_paragraph,
            f"{_TEXT}s": self._start_blanks,
            f"{_TEXT}tab": self._start_tab,
            f"{_TEXT}line-break": self._start_break,
        }
        self.ends |= {
            f"{_TABLE}table": self._end_table,
            f"{_TABLE}table-row": self._end_row,
            f"{_TABLE}table-cell": self._end_cell,
            f"{_TABLE}covered-table-cell": self._end_covered,
            f"{_TEXT}p": self._end_paragraph,
        }

    # sheets

    def _start_style(self, attributes: Attributes) -> None:
        self._style = attributes.get(f"{_STYLE}name", "")

    def _start_properties(self, attributes: Attributes) -> None:
        if attributes.get(f"{_TABLE}display") == "false":
            self._hidden_styles.add(self._style)

    def _start_table(self, attributes: Attributes) -> None:
        self._tables += 1
        if self._tables > 1:  # a table drawn inside a cell
            return
        name = clean.label(attributes.get(f"{_TABLE}name", ""))
        hidden = attributes.get(f"{_TABLE}style-name") in self._hidden_styles
        self._rows = Gatherer(name, self.notes, self._budget, hidden=hidden)
        self._number, self._columns = 1, 0

    def _end_table(self) -> None:
        self._tables -= 1
        if self._tables == 0 and self._rows is not None:
            if not self._rows.name.startswith(_OTHER_FILE):
                self.sheets.append(self._rows.sheet())
            self._rows = None

    def _start_column(self, attributes: Attributes) -> None:
        first = self._columns
        self._columns += _times(attributes, "columns")
        if self._tables == 1 and self._rows is not None and _is_hidden(attributes):
            self._rows.hidden_columns.update(range(first, min(self._columns, limits.COLUMNS)))

    # rows and cells

    def _start_row(self, attributes: Attributes) -> None:
        if self._tables == 1:
            self._row, self._cells, self._column = attributes, [], 0

    def _end_row(self) -> None:
        if self._tables == 1 and self._rows is not None:
            times = _times(self._row, "rows")
            self._rows.add(self._number, self._cells, hidden=_is_hidden(self._row), times=times)
            self._number += times

    def _start_cell(self, attributes: Attributes) -> None:
        if self._tables == 1:
            self._cell, self._cell_depth = attributes, self.depth
            self._paragraphs = []

    def _end_covered(self) -> None:
        if self._tables == 1 and self._cell is not None:
            self._column += _times(self._cell, "columns")
            self._cell = None

    def _end_cell(self) -> None:
        attributes, rows = self._cell, self._rows
        if self._tables != 1 or attributes is None or rows is None:
            return
        self._cell = None
        value = self._value(attributes, rows)
        times = _times(attributes, "columns")
        if value is not None:
            rows.check_width(self._column + times)
            self._cells.extend([None] * (self._column - len(self._cells)))
            self._cells.extend([value] * times)
            self._merge(attributes, rows)
        self._column += times

    def _merge(self, attributes: Attributes, rows: Gatherer) -> None:
        down = int(attributes.get(f"{_TABLE}number-rows-spanned", 1))
        across = int(attributes.get(f"{_TABLE}number-columns-spanned", 1))
        if down > 1 or across > 1:
            bottom, right = self._number + down - 1, self._column + across - 1
            rows.merge(Merge(first_row=self._number, last_row=bottom, first_column=self._column, last_column=right))

    # values

    def _start_paragraph(self, _attributes: Attributes) -> None:
        if self._cell is not None and self.depth == self._cell_depth + 1:  # deeper ones are remarks and drawings
            self.collect()

    def _end_paragraph(self) -> None:
        if self._cell is not None and self.depth == self._cell_depth:
            self._paragraphs.append(self.take())

    def _start_blanks(self, attributes: Attributes) -> None:
        self.insert(" " * min(int(attributes.get(f"{_TEXT}c", 1)), _BLANKS))

    def _start_tab(self, _attributes: Attributes) -> None:
        self.insert("\t")

    def _start_break(self, _attributes: Attributes) -> None:
        self.insert("\n")

    def _value(self, attributes: Attributes, rows: Gatherer) -> Cell:
        shown = clean.cell("\n".join(self._paragraphs))
        kind = attributes.get(f"{_OFFICE}value-type")
        if attributes.get(_ERROR) == "error":
            rows.note(
                "error-value", f"The cell shows the error {clean.label(shown or '', 20)}.", self._number, self._column
            )
            return shown
        formula = attributes.get(f"{_TABLE}formula")
        if formula is not None and kind is None and shown is None:
            return rows.formula(formula.partition("=")[2], self._number, self._column)
        read = _VALUES.get(kind or "")
        if read is None:
            return clean.cell(attributes.get(f"{_OFFICE}string-value", "")) or shown
        try:
            return read(attributes)
        except (KeyError, ValueError):
            rows.note("not-a-number", f"The cell says it is a {kind} and is none.", self._number, self._column)
            return shown


def _times(attributes: Attributes, what: str) -> int:
    return max(1, int(attributes.get(f"{_TABLE}number-{what}-repeated", 1)))


def _is_hidden(attributes: Attributes) -> bool:
    return attributes.get(f"{_TABLE}visibility", "visible") != "visible"
