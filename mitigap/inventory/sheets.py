"""Finds the inventory in a book by itself: which sheet, which header row, which way round."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from math import log10

import msgspec

from mitigap.inventory.book import Book, Cell, Row, Sheet, column_letter, location
from mitigap.inventory.columns import SAMPLE, Layout, layout
from mitigap.inventory.fields import DEPLOYMENT, NAMING, Field
from mitigap.inventory.header_words import FAIR
from mitigap.inventory.headers import heading
from mitigap.inventory.identifiers import mitigation_ids, technique_ids
from mitigap.inventory.judge import reads
from mitigap.inventory.names import Resolver
from mitigap.inventory.ticks import with_status
from mitigap.inventory.words import bag, fold_header

_DEEPEST = 100  # header rows further down are not looked for
_TRIED = 6  # of so many likely header rows in a sheet the values are looked at
_MARGIN = 4.0
_GLANCE = 40
_DRESS = 4  # so many characters of case and punctuation may differ between a header and its repetition
_TALLEST = 120  # a transposed sheet has a row for every field, not for every control
_WEIGHTS = {
    Field.MITIGATION_ID: 6.0,
    Field.MITIGATION: 6.0,
    Field.CONTROL: 4.0,
    Field.STATUS: 8.0,
    Field.LEVEL: 5.0,
    Field.MATURITY: 4.0,
}
_LIKELY = bag(
    "inventory control controls mitigation mitigations safeguard safeguards measure measures register soa assessment "
    "implementation massnahmen mesures medidas"
)
_UNLIKELY = bag(
    "readme read me instructions instruction introduction intro about cover legend lookup lookups list lists dropdown "
    "dropdowns values reference example examples sample template changelog history citations glossary summary "
    "dashboard old archive backup"
)


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """The inventory's rows and what their columns mean.

    Transposed, a row is a column of the file and its number the column's index; `lines` are the file's row numbers
    of its cells. `score` compares tables of one book; `own` is the sheet that Mitigap itself wrote.
    """

    sheet: str
    header_row: int | None
    header: tuple[Cell, ...]
    layout: Layout
    rows: tuple[Row, ...]
    hidden: bool = False
    transposed: bool = False
    lines: tuple[int, ...] = ()
    score: float = 0.0
    own: bool = False

    @property
    def columns(self) -> Mapping[Field, int]:
        return self.layout.columns

    @property
    def qualifies(self) -> bool:
        return self.layout.named and self.layout.deployed

    def place(self, row: Row, field: Field | None = None) -> tuple[str, int]:
        """A row's location, and its number: `Sheet!7`, or `Sheet!7:B` for one of its fields."""
        at = self.columns.get(field) if field else None
        if at is None and field in NAMING:
            at = self._naming
        if not self.transposed:
            return location(self.sheet, row.number, at), row.number
        number = self.lines[at if at is not None else self._naming]
        return location(self.sheet, number, row.number), number

    def letter(self, at: int) -> str:
        """How the file calls a field's column; in a transposed sheet it is a row."""
        return str(self.lines[at]) if self.transposed else column_letter(at)

    def head(self, at: int) -> tuple[str, int | None]:
        """Where a field's header stands."""
        if self.transposed:
            return location(self.sheet, self.lines[at]), self.lines[at]
        return location(self.sheet, self.header_row, at) if self.header_row else self.sheet, self.header_row

    @property
    def _naming(self) -> int:
        return next((self.columns[field] for field in NAMING if field in self.columns), 0)


def find(book: Book, resolver: Resolver) -> tuple[Table | None, list[Table]]:
    """The best table of the book, and the others that would do as well. Hidden sheets only where nothing else does."""
    tables = [table for sheet in book.sheets if (table := best_of(sheet, resolver))]
    ranked = sorted(tables, key=lambda table: (table.qualifies, not table.hidden, table.score), reverse=True)
    if not ranked:
        return None, []
    return ranked[0], [table for table in ranked[1:] if table.qualifies]


def best_of(sheet: Sheet, resolver: Resolver) -> Table | None:
    """The best reading of one sheet, None where nothing in it looks like a list of controls."""
    best = _first_good(list(_tables(sheet, resolver)))
    if best is None or not best.qualifies:
        lying = max(_lying(sheet, resolver), key=_rank, default=None)
        if lying and lying.qualifies and len(lying.rows) > 1:
            best = lying
    if best is None or not best.qualifies:
        bare = headless(sheet, resolver)
        told = bare.layout.named or Field.TECHNIQUE in bare.columns
        if told and (best is None or bare.qualifies):
            best = bare
    return best


def _rank(table: Table) -> tuple[bool, float]:
    return table.qualifies, table.score


def _first_good(tables: Sequence[Table]) -> Table | None:
    """The uppermost of those about as good as the best: a header further down would lose the rows above it."""
    best = max(tables, key=_rank, default=None)
    if best is None:
        return None
    return next(each for each in tables if each.qualifies == best.qualifies and each.score >= best.score - _MARGIN)


def _tables(sheet: Sheet, resolver: Resolver) -> Iterator[Table]:
    for place in _candidates(sheet.rows, resolver):
        table = beneath(sheet, place, resolver)
        found = table.layout
        if table.rows and (found.named or Field.TECHNIQUE in found.columns or Field.REFERENCE in found.columns):
            yield table


def beneath(sheet: Sheet, place: int, resolver: Resolver) -> Table:
    """What stands beneath the header at that place among the sheet's rows."""
    row, rows = sheet.rows[place], sheet.rows[place + 1 :]
    header = _with_groups(sheet.rows, place)
    found = layout(header, rows[:SAMPLE], sheet.hidden_columns, resolver)
    if found.ticks:
        rows = tuple(with_status(each, found.ticks) for each in rows)
    return _table(sheet, found, rows, row.number, row.cells)


def _with_groups(rows: Sequence[Row], at: int) -> tuple[Cell, ...]:
    """The header's cells; what stands there twice with what is written above it: `Target` over `Status`."""
    cells, above = rows[at].cells, rows[at - 1].cells if at else ()
    if rows[at - 1].number != rows[at].number - 1 or len(above) - above.count(None) <= 1:
        return cells  # one text is a title
    groups: list[Cell] = []
    for place in range(len(cells)):
        over = above[place] if place < len(above) else None
        groups.append(over if over is not None or not groups else groups[-1])
    pairs = zip(cells, groups, strict=True)
    return tuple(f"{over} {cell}" if over and cells.count(cell) > 1 and cell else cell for cell, over in pairs)


def _candidates(rows: Sequence[Row], resolver: Resolver) -> list[int]:
    """The rows that look most like headers, in the order of the sheet."""
    counted = [(_likeness(row, resolver), -at) for at, row in enumerate(rows[:_DEEPEST])]
    likely = sorted((found for found in counted if found[0] > 0), reverse=True)[:_TRIED]
    return sorted(-at for _, at in likely)


def _likeness(row: Row, resolver: Resolver) -> float:
    """How many of our fields a row's cells name; ids, numbers and dates are what data is made of."""
    if any(
        isinstance(cell, str) and (technique_ids(cell[:_GLANCE]) or mitigation_ids(cell[:_GLANCE]))
        for cell in row.cells
    ):
        return 0
    found = [resolver.heading(cell) for cell in row.cells]
    fields = {each.field for each in found if each and each.field is not Field.OTHER}
    if not fields & {*NAMING, Field.REFERENCE, Field.TECHNIQUE}:
        return 0
    strays = sum(1 for cell in row.cells if cell is not None and not isinstance(cell, str))
    return sum(_WEIGHTS.get(field, 1.0) for field in fields) - strays


def _table(sheet: Sheet, found: Layout, rows: Sequence[Row], header_row: int | None, header: tuple[Cell, ...]) -> Table:
    fields = sum(_WEIGHTS.get(field, 1.0) for field in found.columns)
    words = set(fold_header(sheet.name).split())
    name = 2.0 * bool(words & _LIKELY) - 4.0 * bool(words & _UNLIKELY)
    score = fields + found.evidence + name + min(log10(len(rows) + 1), 4)
    return Table(
        sheet=sheet.name,
        header_row=header_row,
        header=header,
        layout=found,
        rows=tuple(rows),
        hidden=sheet.hidden,
        score=score,
    )


def headless(sheet: Sheet, resolver: Resolver) -> Table:
    """No header anywhere: the columns by what they hold."""
    return _table(sheet, layout((), sheet.rows[:SAMPLE], sheet.hidden_columns, resolver), sheet.rows, None, ())


def _lying(sheet: Sheet, resolver: Resolver) -> Iterator[Table]:
    """The sheet turned on its side: fields down the first column, a control in every other."""
    if not 1 < len(sheet.rows) <= _TALLEST:
        return
    lines = tuple(row.number for row in sheet.rows)
    sides = zip_longest(*(row.cells for row in sheet.rows))
    turned = tuple(Row(at, tuple(cells)) for at, cells in enumerate(sides) if any(cell is not None for cell in cells))
    for table in _tables(msgspec.structs.replace(sheet, rows=turned, hidden_columns=frozenset()), resolver):
        yield msgspec.structs.replace(table, header_row=None, transposed=True, lines=lines)


def above(book: Book, table: Table, resolver: Resolver) -> list[int]:
    """Rows above the header that name a mitigation and a status: a table of another shape, perhaps, and not read."""
    if table.header_row is None:
        return []
    rows = next(sheet.rows for sheet in book.sheets if sheet.name == table.sheet)
    return [row.number for row in rows if row.number < table.header_row and _is_control(row, resolver)]


def _is_control(row: Row, resolver: Resolver) -> bool:
    texts = [cell for cell in row.cells if isinstance(cell, str) and len(cell) <= _GLANCE]
    names = [cell for cell in texts if mitigation_ids(cell) or resolver.knows(cell)]
    return bool(names) and any(reads(cell) for cell in row.cells if cell is not None and cell not in names)


def is_repeat(table: Table, row: Row) -> bool:
    """Whether a row says the header over again, as printed sheets do on every page, if in other words."""
    return _is_same_header(table, row) or _is_like_header(table, row)


def _is_same_header(table: Table, row: Row) -> bool:
    at = next(at for at, cell in enumerate(row.cells) if cell is not None)
    if at >= len(table.header) or not _same(row.cells[at], table.header[at]):
        return False
    filled = [(cell, head) for cell, head in zip(row.cells, table.header, strict=False) if cell is not None]
    return len(filled) > 1 and len(row.cells) <= len(table.header) and all(_same(*pair) for pair in filled)


def _is_like_header(table: Table, row: Row) -> bool:
    """Another header for the same columns; how far it is deployed is looked at first, as few texts ever stand there."""
    places = [table.columns[field] for field in (*DEPLOYMENT, *NAMING) if field in table.columns]
    cells = [row.cells[at] for at in places if at < len(row.cells) and row.cells[at] is not None]
    if len(cells) <= 1 or reads(cells[0]):
        return False
    found = heading(cells[0])
    if not found or found.field not in DEPLOYMENT or found.strength < FAIR:
        return False
    return all(heading(cell) for cell in cells)


def _same(cell: Cell, head: Cell) -> bool:
    if not isinstance(cell, str) or not isinstance(head, str) or abs(len(cell) - len(head)) > _DRESS:
        return False
    return fold_header(cell) == fold_header(head)
