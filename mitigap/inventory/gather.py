"""The rows of one sheet as a reader meets them: kept within the limits, put in order, merges carried down."""

from bisect import bisect_left
from collections import Counter
from itertools import pairwise
from operator import attrgetter

from mitigap.inventory import clean, limits
from mitigap.inventory.book import Cell, Formula, Merge, Row, Sheet, column_letter, location
from mitigap.inventory.model import Issue, Severity
from mitigap.inventory.refusals import damaged, too_large

_FORMULA = 200


class Notes:
    """Warnings of a whole book. Of one kind in one sheet the first few are kept and the rest counted."""

    def __init__(self) -> None:
        self._kept: list[Issue] = []
        self._counts: Counter[tuple[str, str]] = Counter()

    def add(self, code: str, message: str, sheet: str, row: int | None = None, column: int | None = None) -> None:
        self._counts[code, sheet] += 1
        if self._counts[code, sheet] <= limits.NOTES:
            self._kept.append(_warning(code, message, location(sheet, row, column), row))

    def all(self) -> tuple[Issue, ...]:
        return (*self._kept, *self._rest())

    def _rest(self) -> list[Issue]:
        return [
            _warning(code, f"{count - limits.NOTES:,} more cells of this sheet are like that.", location(sheet), None)
            for (code, sheet), count in self._counts.items()
            if count > limits.NOTES
        ]


def _warning(code: str, message: str, place: str, row: int | None) -> Issue:
    return Issue(location=place, row=row, code=code, severity=Severity.WARNING, message=message)


class Budget:
    """How many cells the whole book may still hold."""

    def __init__(self) -> None:
        self._left = limits.CELLS

    def spend(self, cells: int) -> None:
        self._left -= cells
        if self._left < 0:
            raise too_large(f"it holds more than {limits.CELLS:,} cells", f"{limits.CELLS:,}")


class Gatherer:
    """Takes rows in any order, blank ones too, and makes a Sheet of them."""

    def __init__(self, name: str, notes: Notes, budget: Budget, *, hidden: bool = False) -> None:
        self.name = name
        self.hidden_columns: set[int] = set()
        self.merged: list[Merge] = []
        self._notes = notes
        self._budget = budget
        self._hidden = hidden
        self._rows: list[Row] = []
        self._count = 0
        self._in_order = True

    def note(self, code: str, message: str, row: int, column: int) -> None:
        self._notes.add(code, message, self.name, row, column)

    def formula(self, text: str, row: int, column: int) -> Formula:
        """A formula whose result the file does not hold, with its note."""
        message = "The formula's result is not stored in the file: open it in a spreadsheet program and save it."
        self.note("formula-without-value", message, row, column)
        return Formula(clean.label(text, _FORMULA))

    def check_width(self, columns: int) -> None:
        if columns > limits.COLUMNS:
            where = f"the sheet “{self.name}” has a value in column {column_letter(columns - 1)}"
            raise too_large(where, f"{limits.COLUMNS} columns")

    def add(self, number: int, cells: list[Cell], *, hidden: bool = False, times: int = 1) -> None:
        """`times` is for formats that say a row once and mean it many times."""
        while cells and cells[-1] is None:
            cells.pop()
        if not cells:
            return
        self._count += times
        if self._count > limits.ROWS:
            return  # only counted from here on: the refusal tells how many there are
        self.check_width(len(cells))
        self._budget.spend(len(cells) * times)
        row = tuple(self._cut(number, cells))
        if self._rows and self._rows[-1].number >= number:
            self._in_order = False
        self._rows.extend(Row(number + offset, row, hidden) for offset in range(times))

    def merge(self, merge: Merge) -> None:
        self.merged.append(merge)
        if len(self.merged) > limits.MERGES:
            raise too_large(
                f"the sheet “{self.name}” has more than {limits.MERGES:,} merged ranges", f"{limits.MERGES:,}"
            )

    def sheet(self) -> Sheet:
        """Raises FileRefused where there are too many rows, or two of one number."""
        if self._count > limits.ROWS:
            raise too_large(f"the sheet “{self.name}” has {self._count:,} rows", f"{limits.ROWS:,}")
        if not self._in_order:
            self._rows.sort(key=attrgetter("number"))
            self._refuse_doubles()
        rows = _carried_down(self._rows, self.merged, self._budget)
        self._note_hidden(rows)
        columns = frozenset(self.hidden_columns)
        merged = tuple(self.merged)
        return Sheet(name=self.name, rows=tuple(rows), hidden=self._hidden, merged=merged, hidden_columns=columns)

    def _cut(self, number: int, cells: list[Cell]) -> list[Cell]:
        for column, value in enumerate(cells):
            if type(value) is str and len(value) > limits.CHARACTERS:
                cells[column] = value[: limits.CHARACTERS].rstrip()
                text = (
                    f"The cell holds {len(value):,} characters; what follows the first {limits.CHARACTERS:,} was cut."
                )
                self.note("truncated", text, number, column)
        return cells

    def _refuse_doubles(self) -> None:
        for first, second in pairwise(self._rows):
            if first.number == second.number:
                raise damaged(f"the sheet “{self.name}” has two rows {first.number}")

    def _note_hidden(self, rows: list[Row]) -> None:
        if not rows:
            return
        if self._hidden:
            self._notes.add("hidden-sheet", "The sheet is hidden.", self.name)
        numbers = [row.number for row in rows if row.hidden]
        if numbers:
            text = f"Hidden rows are read like all others: {_ranges(numbers)}."
            self._notes.add("hidden-rows", text, self.name, numbers[0])
        width = max(len(row.cells) for row in rows)
        columns = sorted(index for index in self.hidden_columns if index < width)
        if columns:
            text = f"Hidden columns are read like all others: {', '.join(map(column_letter, columns))}."
            self._notes.add("hidden-columns", text, self.name)


def _ranges(numbers: list[int], most: int = 10) -> str:
    """`5 to 9, 12`; the rest are counted."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and spans[-1][1] == number - 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    said = [f"{first}" if first == last else f"{first} to {last}" for first, last in spans[:most]]
    if len(spans) > most:
        said.append(f"{sum(last - first + 1 for first, last in spans[most:]):,} more")
    return ", ".join(said)


def _carried_down(rows: list[Row], merged: list[Merge], budget: Budget) -> list[Row]:
    """The value of a tall merge, in its first column, in each of its rows that is there and blank in that place."""
    for merge in merged:
        if merge.first_row == merge.last_row:
            continue
        start = bisect_left(rows, merge.first_row, key=attrgetter("number"))
        end = bisect_left(rows, merge.last_row + 1, key=attrgetter("number"))
        budget.spend(end - start)
        value = _top(rows, start, merge)
        if value is not None:
            rows[start + 1 : end] = [_filled(row, merge.first_column, value) for row in rows[start + 1 : end]]
    return rows


def _top(rows: list[Row], start: int, merge: Merge) -> Cell:
    if start == len(rows) or rows[start].number != merge.first_row or merge.first_column >= len(rows[start].cells):
        return None
    return rows[start].cells[merge.first_column]


def _filled(row: Row, column: int, value: Cell) -> Row:
    if column < len(row.cells) and row.cells[column] is not None:
        return row
    cells = [*row.cells, *[None] * (column + 1 - len(row.cells))]
    cells[column] = value
    return Row(row.number, tuple(cells), row.hidden)
