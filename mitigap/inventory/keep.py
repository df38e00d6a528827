"""What is kept of a row beside its meaning, so that Mitigap's own workbook can hand it back."""

from fractions import Fraction

from mitigap.inventory import own
from mitigap.inventory.book import Row, text_of
from mitigap.inventory.fields import Field
from mitigap.inventory.model import Kept, Status
from mitigap.inventory.names import Words
from mitigap.inventory.rows import Record
from mitigap.inventory.sheets import Table
from mitigap.inventory.statuses import read

_MOST = 40
"""Columns beside our own that are kept."""

_LOST = frozenset({Field.TECHNIQUE, Field.MATURITY, Field.APPLICABLE})
"""Fields that are read for what they say of others and have no place in a control."""

_PARTS = 1_000
_WRITTEN = 15
"""Digits of a number that LibreOffice writes."""


class Keeper:
    """Of one table; `titles` are the headers of the columns that mean nothing to us."""

    def __init__(self, table: Table) -> None:
        taken = {at for field, at in table.columns.items() if field not in _LOST}
        taken |= {*table.layout.also, *table.layout.ticks}
        headed = [] if table.transposed else list(enumerate(table.header))
        found = [(at, cell) for at, cell in headed if isinstance(cell, str) and at not in taken]
        places = [(at, cell) for at, cell in found if not (table.own and own.title_of(cell))][:_MOST]
        self.titles = tuple(cell for _, cell in places)
        self._places = tuple(at for at, _ in places)

    def kept(self, row: Row, record: Record, words: Words, *, resolved: bool) -> Kept | None:
        """None where there is nothing to keep, as in most uploads."""
        kept = Kept(
            id=text_of(record.id),
            origin=text_of(record.origin),
            named="" if resolved else _named(words),
            extra=self._extra(row),
        )
        return None if kept == _NOTHING else kept

    def _extra(self, row: Row) -> tuple[str, ...]:
        cells = tuple(text_of(row.cells[at]) if at < len(row.cells) else "" for at in self._places)
        return cells if any(cells) else ()


_NOTHING = Kept()


def _named(words: Words) -> str:
    """What the row wrote where its mitigation is named, beside the text that it is known by."""
    said = [words.mitigation_id, words.mitigation, words.control]
    said.remove(words.control or words.mitigation or words.mitigation_id)
    return "\n".join(each for each in said[:2] if each)


def written(record: Record, status: Status | None) -> str:
    """The status as the upload wrote it first, while it can still mean what the status is now."""
    said, first = text_of(record.status) or text_of(record.level), text_of(record.written)
    return first if first and (not said or _means(first, status)) else said


def _means(first: str, status: Status | None) -> bool:
    """`In progress` is planned by itself, and partial where a percentage stood beside it."""
    found = read(first)
    return found.status in {None, status} or (found.under_way and status is Status.PARTIAL)


def plain_share(level: float | None) -> float | None:
    """A third is written as 0.333333333333333 by some programs, and is a third."""
    if level is None:
        return None
    near = float(Fraction(level).limit_denominator(_PARTS))
    return near if float(f"{near:.{_WRITTEN}g}") == level else level
