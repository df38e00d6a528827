"""Which column holds what: by the header, and by the values that stand beneath it."""

from collections.abc import Callable, Mapping, Sequence
from statistics import median

import msgspec

from mitigap.inventory.book import Cell, Percent, Row
from mitigap.inventory.fields import DEPLOYMENT, NAMING, Field
from mitigap.inventory.header_words import FAIR, SETTLED, STRONG, WEAK
from mitigap.inventory.identifiers import home_of, mitigation_ids, technique_ids
from mitigap.inventory.judge import reads
from mitigap.inventory.model import Status
from mitigap.inventory.names import Resolver
from mitigap.inventory.scales import Column, number_in
from mitigap.inventory.status_words import MATURITY
from mitigap.inventory.statuses import read
from mitigap.inventory.ticks import Ticks, ticks_of
from mitigap.inventory.words import bag, fold

SAMPLE = 300
"""So many rows are looked at to judge a column."""

_HALF = 0.5
_MOST = 0.8
_SHORT = 40  # a status is a word or two; prose is longer
_YES_NO = bag("yes no y n true false ja nein oui non si x 1 0 on off")


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """`guessed` are the fields found by their values alone; `evidence` says how well the values bear it out.

    `also` are further columns of mitigation ids: what stands there is named as well.

    `rivals` are columns that could be the status just as well as the one that is taken.

    Where there are `ticks`, the status stands in the first of those columns once `with_status` has been there.
    """

    columns: Mapping[Field, int]
    numbers: Mapping[Field, Column]
    guessed: frozenset[Field] = frozenset()
    ticks: Ticks = {}
    also: tuple[int, ...] = ()
    rivals: tuple[int, ...] = ()
    evidence: float = 0.0

    @property
    def named(self) -> bool:
        return any(field in self.columns for field in NAMING)

    @property
    def deployed(self) -> bool:
        return any(field in self.columns for field in DEPLOYMENT)


class _Columns:
    """The candidates of one header row, with a sample of what stands beneath."""

    def __init__(self, header: Sequence[Cell], rows: Sequence[Row], hidden: frozenset[int], resolver: Resolver) -> None:
        width = max([len(header), *(len(row.cells) for row in rows)], default=0)
        self.headings = {at: found for at, cell in enumerate(header) if (found := resolver.heading(cell))}
        self.unnamed = [at for at in range(width) if at not in self.headings]
        self.hidden = hidden
        self.resolver = resolver
        company = [row for row in rows if len(row.cells) - row.cells.count(None) > 1]
        self.rows = company or rows  # a lone cell is a heading more often than a control
        self.values: list[list[Cell]] = [
            [row.cells[at] for row in rows if at < len(row.cells) and row.cells[at] is not None] for at in range(width)
        ]

    def of(self, *fields: Field) -> list[int]:
        return [at for at, found in self.headings.items() if found.field in fields]

    def strength(self, at: int) -> int:
        return self.headings[at].strength if at in self.headings else 0

    def share(self, at: int, test: Callable[[Cell], bool]) -> float:
        values = self.values[at]
        return sum(map(test, values)) / len(values) if values else 0.0

    def best(self, candidates: Sequence[int], test: Callable[[Cell], bool] | None = None) -> int | None:
        """The visible before the hidden, what half its values bear out, the stronger header, then the leftmost."""

        def rank(at: int) -> tuple[bool, bool, int, float, bool, int]:
            share = self.share(at, test) if test else 1.0
            return at not in self.hidden, share >= _HALF, self.strength(at), share, bool(self.values[at]), -at

        return max(candidates, key=rank, default=None)

    def ids(self, at: int) -> float:
        """The share of cells that hold an id of some ATT&CK mitigation, in rows that hold more than that."""
        cells = [row.cells[at] for row in self.rows if at < len(row.cells) and row.cells[at] is not None]
        return sum(map(self.is_id, cells)) / len(cells) if cells else 0.0

    def is_id(self, cell: Cell) -> bool:
        found = mitigation_ids(cell) if isinstance(cell, str) else ()
        return any(each in self.resolver.lexicon.names or home_of(each) for each in found)

    def is_name(self, cell: Cell) -> bool:
        return isinstance(cell, str) and self.resolver.knows(cell)


def layout(header: Sequence[Cell], rows: Sequence[Row], hidden: frozenset[int], resolver: Resolver) -> Layout:
    """The columns beneath one header row; with an empty header, by their values alone."""
    ticks = ticks_of(header, rows[:SAMPLE])
    found = _Columns([None if at in ticks else cell for at, cell in enumerate(header)], rows[:SAMPLE], hidden, resolver)
    columns: dict[Field, int] = {}
    guessed: set[Field] = set()
    _place_names(found, columns, guessed, headed=any(cell is not None for cell in header))
    _put(columns, Field.STATUS, min(ticks, default=None))
    _place_deployment(found, columns, guessed)
    for field in (Field.OWNER, Field.EVIDENCE, Field.NOTES, Field.REVIEWED, Field.EXPIRES, Field.DUE):
        _put(columns, field, found.best(found.of(field)))
    _put_settled(found, columns, guessed)
    numbers = {field: found.headings[at].column for field, at in columns.items() if at in found.headings}
    evidence = _evidence(found, columns)
    return Layout(
        columns=columns,
        numbers=numbers,
        guessed=frozenset(guessed),
        ticks=ticks,
        also=_also(found, columns),
        rivals=_rivals(found, columns),
        evidence=evidence,
    )


def _place_names(found: _Columns, columns: dict[Field, int], guessed: set[Field], *, headed: bool) -> None:
    techniques = [at for at in found.of(Field.MITIGATION_ID, Field.MITIGATION) if _technical(found, at)]
    ids = [at for at in found.of(Field.MITIGATION_ID) if at not in techniques]
    if not any(found.ids(at) >= _HALF for at in found.of(Field.MITIGATION)):
        ids += [at for at in found.of(Field.REFERENCE) if found.ids(at) >= _HALF]
    _put(columns, Field.MITIGATION_ID, found.best(ids, found.is_id))
    _put(columns, Field.MITIGATION, found.best([at for at in found.of(Field.MITIGATION) if at not in techniques]))
    _put(columns, Field.CONTROL, _control(found))
    if Field.MITIGATION_ID not in columns and Field.MITIGATION not in columns:
        _guess(columns, guessed, Field.MITIGATION_ID, [at for at in found.unnamed if found.ids(at) >= _HALF])
    if Field.MITIGATION not in columns and (at := columns.get(Field.CONTROL)) is not None and _names_much(found, at):
        columns[Field.MITIGATION] = columns.pop(Field.CONTROL)
    elif Field.MITIGATION not in columns:
        known = [at for at in found.unnamed if found.share(at, found.is_name) >= _HALF and at not in columns.values()]
        _guess(columns, guessed, Field.MITIGATION, known)
    references = [at for at in found.of(Field.REFERENCE) if at not in columns.values()]
    _put(columns, Field.REFERENCE, found.best(references))
    _put(columns, Field.TECHNIQUE, found.best([*found.of(Field.TECHNIQUE), *techniques]))
    if not headed and not any(field in columns for field in (*NAMING, Field.TECHNIQUE)):
        _guess(columns, guessed, Field.TECHNIQUE, [at for at in found.unnamed if _technical(found, at)])


def _also(found: _Columns, columns: Mapping[Field, int]) -> tuple[int, ...]:
    """`Secondary mitigation`, beside a first column of ids: all that a row names is deployed alike."""
    main = columns.get(Field.MITIGATION_ID, columns.get(Field.MITIGATION))
    if main is None or found.ids(main) < _HALF:
        return ()
    others = [at for at in found.of(Field.MITIGATION_ID, Field.MITIGATION) if at not in columns.values()]
    return tuple(at for at in others if found.ids(at) >= _HALF and at not in found.hidden)


def _control(found: _Columns) -> int | None:
    """The organisation's own name of the control; a column whose values name mitigations before any other."""

    def rank(at: int) -> tuple[bool, bool, bool, int, int]:
        return at not in found.hidden, bool(found.values[at]), _names_much(found, at), found.strength(at), -at

    return max(found.of(Field.CONTROL), key=rank, default=None)


def _names_much(found: _Columns, at: int) -> bool:
    return found.share(at, found.is_name) >= _HALF or found.ids(at) >= _HALF


def _place_deployment(found: _Columns, columns: dict[Field, int], guessed: set[Field]) -> None:
    taken = set(columns.values())
    statuses = [at for at in found.of(Field.STATUS) if at not in taken and _is_status(found, at)]
    if Field.STATUS not in columns:
        _put(columns, Field.STATUS, found.best(statuses, reads))
    levels = [at for at in found.of(Field.LEVEL) if _is_level(found, at, beside=Field.STATUS in columns)]
    _put(columns, Field.LEVEL, found.best(levels))
    maturities = [at for at in found.of(Field.MATURITY) if found.share(at, _is_grade) >= _HALF or not found.values[at]]
    _put(columns, Field.MATURITY, found.best(maturities))
    scopes = [at for at in found.of(Field.APPLICABLE) if found.share(at, reads) >= _HALF]
    _put(columns, Field.APPLICABLE, found.best(scopes))
    if not any(field in columns for field in DEPLOYMENT):
        likely = sorted([*found.unnamed, *found.of(*DEPLOYMENT)])
        plain = [at for at in likely if at not in columns.values() and _speaks_of_status(found, at)]
        _guess(columns, guessed, Field.STATUS, plain)


def _is_status(found: _Columns, at: int) -> bool:
    """A strong header stands unless prose is beneath it; a weaker one needs values that can be read."""
    values, strength = found.values[at], found.strength(at)
    if strength >= STRONG:
        return not values or found.share(at, reads) >= _HALF or median(len(str(cell)) for cell in values) <= _SHORT
    return bool(values) and found.share(at, reads) >= (_MOST if strength < WEAK else _HALF)


def _is_level(found: _Columns, at: int, *, beside: bool) -> bool:
    """A bare "Level" or "Score" may be about anything: it must be a percentage, or run higher than a group's number."""
    values = found.values[at]
    if not values:
        return found.strength(at) >= FAIR
    if found.share(at, _is_number) < _HALF and not (found.strength(at) >= FAIR and found.share(at, reads) >= _MOST):
        return False
    column = found.headings[at].column
    if found.strength(at) >= FAIR or column.percent or column.full:
        return True
    numbers = [number for cell in values if (number := number_in(cell)) is not None]
    return not beside and (len(numbers) < len(values) or max(numbers) > WEAK or any(0 < each < 1 for each in numbers))


def _is_number(cell: Cell) -> bool:
    return (
        isinstance(cell, Percent)
        or number_in(cell) is not None
        or (isinstance(cell, str) and read(cell).share is not None)
    )


def _is_grade(cell: Cell) -> bool:
    return reads(cell) or (isinstance(cell, str) and fold(cell) in MATURITY)


def _speaks_of_status(found: _Columns, at: int) -> bool:
    """Nearly all of a column's values are status words, and they differ."""
    if found.share(at, _is_word) < _MOST:
        return False
    said = {read(cell).status for cell in found.values[at] if isinstance(cell, str)}
    return len(said - {None, Status.NOT_APPLICABLE}) > 1


def _is_word(cell: Cell) -> bool:
    """A status word that is no plain yes or no (those answer every question) and no number."""
    return isinstance(cell, str) and fold(cell) not in _YES_NO and read(cell).status is not None


def _technical(found: _Columns, at: int) -> bool:
    """A column of technique ids, whatever it is called."""
    return found.ids(at) < _HALF <= found.share(at, lambda cell: isinstance(cell, str) and bool(technique_ids(cell)))


def _put(columns: dict[Field, int], field: Field, at: int | None) -> None:
    if at is not None:
        columns[field] = at


def _put_settled(found: _Columns, columns: dict[Field, int], guessed: set[Field]) -> None:
    """Headers that people have settled say what their columns hold, whatever stands beneath."""
    for at in reversed([at for at in found.headings if found.strength(at) >= SETTLED]):
        for field in [field for field, taken in columns.items() if taken == at]:
            del columns[field]
        columns[found.headings[at].field] = at
        guessed.discard(found.headings[at].field)


def _guess(columns: dict[Field, int], guessed: set[Field], field: Field, candidates: Sequence[int]) -> None:
    if candidates:
        columns[field] = candidates[0]
        guessed.add(field)


def _rivals(found: _Columns, columns: Mapping[Field, int]) -> tuple[int, ...]:
    taken = columns.get(Field.STATUS)
    if taken not in found.headings:
        return ()
    alike = [
        at
        for at in found.of(Field.STATUS)
        if at not in columns.values() and found.strength(at) == found.strength(taken)
    ]
    return tuple(at for at in alike if found.share(at, reads) >= _HALF and at not in found.hidden)


def _evidence(found: _Columns, columns: Mapping[Field, int]) -> float:
    score = 0.0
    for field in NAMING:
        if (at := columns.get(field)) is not None:
            score += 8 * found.ids(at) + 5 * found.share(at, found.is_name)
            score -= 2 * (found.strength(at) < WEAK)  # its header does not say so
    if (at := columns.get(Field.STATUS)) is not None:
        score += 6 * found.share(at, reads)
    return score
