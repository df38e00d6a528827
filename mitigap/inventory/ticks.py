"""A column for every status with a mark in one of them: read as the one status column that it stands for."""

from collections.abc import Mapping, Sequence

from mitigap.inventory.book import Cell, Row
from mitigap.inventory.judge import CROSSES
from mitigap.inventory.model import Status
from mitigap.inventory.statuses import Kind, read
from mitigap.inventory.totals import is_total

Ticks = Mapping[int, str]
"""Column to the status that its header names."""

_MARKS = {1, *CROSSES, "1", "yes", "y", "true", "ja", "oui", "si"}
_FEW = 0.2
_BLANKS = {None, 0, "0", "no", "n", "false", "nein", "non", "-"}


def ticks_of(header: Sequence[Cell], rows: Sequence[Row]) -> Ticks:
    """Empty unless two columns or more are headed by different statuses, and marked alone, a row hardly ever twice."""
    named = {at: cell for at, cell in enumerate(header) if isinstance(cell, str) and read(cell).status is not None}
    found = {
        at: text for at, text in named.items() if all(_is_mark(cell) or _is_blank(cell) for cell in _down(rows, at))
    }
    if len({read(text).status for text in found.values()}) < len({Status.IMPLEMENTED, Status.PARTIAL}):
        return {}
    marked = [count for row in rows if not _adds_up(row) and (count := len(_marked(row, found)))]
    several = sum(count > 1 for count in marked)
    return found if marked and several <= _FEW * len(marked) else {}


def with_status(row: Row, ticks: Ticks) -> Row:
    """The row with its status spelt out in the first of the columns; two marks give a text that is no status."""
    said = _marked(row, ticks)
    first = min(ticks)
    cells = [*row.cells, *[None] * (first + 1 - len(row.cells))]
    if len(said) > 1:
        cells[first] = f"ticked twice: {' and '.join(ticks[at] for at in said)}"
    else:
        cells[first] = ticks[said[0]] if said else None
    return Row(row.number, tuple(cells), row.hidden)


def _marked(row: Row, ticks: Ticks) -> list[int]:
    return [at for at in ticks if at < len(row.cells) and _is_mark(row.cells[at])]


def _down(rows: Sequence[Row], at: int) -> list[Cell]:
    return [row.cells[at] for row in rows if at < len(row.cells) and not _adds_up(row)]


def _adds_up(row: Row) -> bool:
    return is_total(next((cell for cell in row.cells if cell is not None), None))


def _is_mark(cell: Cell) -> bool:
    if isinstance(cell, str):
        return cell.casefold() in _MARKS or (not cell.isalnum() and read(cell).status is Status.IMPLEMENTED)
    return cell in _MARKS


def _is_blank(cell: Cell) -> bool:
    if isinstance(cell, str):
        return cell.casefold() in _BLANKS or read(cell).kind is Kind.EMPTY
    return cell in _BLANKS
