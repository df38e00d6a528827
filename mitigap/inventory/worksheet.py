"""The XML of one worksheet, in one pass: rows, cells where they stand, formulas without a value, merges."""

import re
from functools import partial

from mitigap.errors import FileRefused
from mitigap.inventory import clean, limits
from mitigap.inventory.book import Cell, Merge, column_letter
from mitigap.inventory.cellvalues import Values
from mitigap.inventory.gather import Gatherer
from mitigap.inventory.markup import Attributes, End, Markup, Start
from mitigap.inventory.refusals import damaged

NAMESPACES = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",  # what Excel calls a Strict Open XML Spreadsheet
)
_LAST_ROW = 1_048_576
_LAST_COLUMN = 16_384
_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_LETTERS = re.compile(r"[A-Z]{1,3}")
_TRUE = {"1", "true"}


def tags(name: str) -> tuple[str, ...]:
    return tuple(f"{namespace}}}{name}" for namespace in NAMESPACES)


class RichText(Markup):
    """Text in runs: all `t` between `open` and `close`, save those that only say how it is pronounced."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self._runs: list[str] = []
        self._phonetic = False
        for tag in tags("t"):
            self.starts[tag], self.ends[tag] = self.collect, self._end_run
        for tag in tags("rPh"):
            self.starts[tag] = partial(self._set_phonetic, value=True)
            self.ends[tag] = partial(self._set_phonetic, value=False)

    def open_text(self, _attributes: Attributes) -> None:
        self._runs.clear()

    def close_text(self) -> str:
        return "".join(self._runs)

    def _end_run(self) -> None:
        run = self.take()
        if not self._phonetic:
            self._runs.append(run)

    def _set_phonetic(self, _attributes: Attributes | None = None, *, value: bool) -> None:
        self._phonetic = value


class Worksheet(RichText):
    """Hands its rows to a Gatherer; `values` knows what a cell's text means."""

    def __init__(self, part: str, rows: Gatherer, values: Values) -> None:
        super().__init__(part)
        self.calculated = 0
        self._rows = rows
        self._values = values
        self._columns: dict[str, int] = {}
        self._number = 0
        self._digits = ""
        self._row_hidden = False
        self._cells: list[Cell] | None = None
        self._cell: Attributes | None = None
        self._value: str | None = None
        self._formula: str | None = None
        self._bind()

    def _bind(self) -> None:
        handlers: dict[str, tuple[Start, End | None]] = {
            "row": (self._start_row, self._end_row),
            "c": (self._start_cell, self._end_cell),
            "v": (self.collect, self._end_value),
            "f": (self.collect, self._end_formula),
            "is": (self.open_text, self._end_inline),
            "col": (self._start_column, None),
            "mergeCell": (self._start_merge, None),
        }
        for name, (start, end) in handlers.items():
            for tag in tags(name):
                self.starts[tag] = start
                if end is not None:
                    self.ends[tag] = end

    # rows

    def _start_row(self, attributes: Attributes) -> None:
        if self._cells is not None:
            raise self._damaged("a row begins inside a row")
        self._number = int(attributes.get("r", self._number + 1))
        if not 0 < self._number <= _LAST_ROW:
            raise self._damaged("a row has a number that no sheet has")
        self._digits = str(self._number)
        self._row_hidden = attributes.get("hidden") in _TRUE
        self._cells = []

    def _end_row(self) -> None:
        cells, self._cells = self._cells, None
        if cells is not None:
            self._rows.add(self._number, cells, hidden=self._row_hidden)

    # cells

    def _start_cell(self, attributes: Attributes) -> None:
        if self._cells is None or self._cell is not None:
            raise self._damaged("a cell stands outside a row")
        self._cell = attributes
        self._value = self._formula = None

    def _end_value(self) -> None:
        self._value = self.take()

    def _end_formula(self) -> None:
        self._formula = self.take()

    def _end_inline(self) -> None:
        self._value = self.close_text()

    def _end_cell(self) -> None:
        attributes, self._cell = self._cell, None
        cells = self._cells
        if attributes is None or cells is None:
            return
        column = self._column(attributes, len(cells))
        value = self._read(attributes, column)
        if column >= len(cells):
            if column > len(cells):
                cells.extend([None] * (column - len(cells)))
            cells.append(value)
        elif value is not None:
            self._fill_gap(cells, column, value)

    def _column(self, attributes: Attributes, default: int) -> int:
        reference = attributes.get("r")
        if reference is None:
            return default
        letters = reference.removesuffix(self._digits)
        column = self._columns.get(letters)
        if column is None:
            column = self._columns[letters] = self._first_seen(reference, letters)
        return column

    def _first_seen(self, reference: str, letters: str) -> int:
        if letters == reference or not _LETTERS.fullmatch(letters):
            raise self._damaged(f"row {self._number} holds a cell that calls itself {clean.label(reference, 20)}")
        return self._index(letters)

    def _index(self, letters: str) -> int:
        index = 0
        for letter in letters:
            index = index * 26 + ord(letter) - ord("A") + 1
        if index > _LAST_COLUMN:
            raise self._damaged(f"it has a column {letters}")
        return index - 1

    def _fill_gap(self, cells: list[Cell], column: int, value: Cell) -> None:
        """A cell that comes late; two values for one cell are not ours to choose from."""
        if cells[column] is not None:
            raise self._damaged(f"cell {column_letter(column)}{self._number} stands there twice")
        cells[column] = value

    def _read(self, attributes: Attributes, column: int) -> Cell:
        kind = attributes.get("t", "n")
        text = self._value
        if self._formula is not None:
            if not text and kind != "str":  # an empty text is a result, an empty number is none
                return self._rows.formula(self._formula, self._number, column)
            self.calculated += 1
        return self._values.read(kind, text, attributes.get("s"), self._number, column) if text else None

    # what stands beside the rows

    def _start_column(self, attributes: Attributes) -> None:
        if attributes.get("hidden") in _TRUE:
            first, last = int(attributes["min"]) - 1, int(attributes["max"])
            self._rows.hidden_columns.update(range(max(first, 0), min(last, limits.COLUMNS)))

    def _start_merge(self, attributes: Attributes) -> None:
        first, _, last = attributes["ref"].partition(":")
        corners = [_CELL.fullmatch(corner) for corner in (first, last or first)]
        if None in corners:
            raise self._damaged("it merges cells that are none")
        columns = sorted(self._index(corner[1]) for corner in corners if corner)
        rows = sorted(int(corner[2]) for corner in corners if corner)
        self._rows.merge(Merge(first_row=rows[0], last_row=rows[1], first_column=columns[0], last_column=columns[1]))

    def _damaged(self, what: str) -> FileRefused:
        return damaged(f"in the sheet “{self._rows.name}” {what}")
