"""How one table's columns are to be read, settled once for all of its rows: scales, crosses, orders of dates."""

from collections.abc import Iterator

from mitigap.inventory import dates
from mitigap.inventory.book import Cell, text_of
from mitigap.inventory.fields import Field
from mitigap.inventory.judge import CROSSES, Rulers, cross_of
from mitigap.inventory.model import Issue, Severity, Status, Vocabulary
from mitigap.inventory.scales import Column, Scale, grade_in, number_in, scale_of
from mitigap.inventory.sheets import Table
from mitigap.inventory.status_words import MATURITY
from mitigap.inventory.statuses import Kind, read
from mitigap.inventory.words import fold, listed, shown, spoken

_PLAIN = (1.0, 100.0)


def rulers_of(table: Table, vocabulary: Vocabulary) -> Rulers:
    cross, blank = _crosses(table)
    words = {fold(cell) for cell in values(table, Field.MATURITY) if isinstance(cell, str)}
    return Rulers(
        status=_scale(table, Field.STATUS),
        level=_scale(table, Field.LEVEL),
        maturity=_scale(table, Field.MATURITY) or (Scale(full=5.0) if words & MATURITY.keys() else None),
        cross=cross,
        blank=blank,
        managed=4 if any(word.startswith("repeatable") for word in words) else 2,
        words={spoken(text): status for text, status in vocabulary.statuses.items()},
    )


def date_readings(table: Table) -> dict[Field, dates.Reading]:
    return {field: dates.order_of(values(table, field)) for field in (Field.REVIEWED, Field.EXPIRES, Field.DUE)}


def remarks(table: Table, rulers: Rulers, readings: dict[Field, dates.Reading]) -> list[Issue]:
    """A warning for every column that could be read another way, and for every scale that was taken."""
    issues = []
    for field, scale in ((Field.STATUS, rulers.status), (Field.LEVEL, rulers.level), (Field.MATURITY, rulers.maturity)):
        if scale and (not scale.sure or scale.full not in _PLAIN) and _is_used(table, field):
            doubt = "" if scale.sure else " They could be meant otherwise: write 60 % to be sure."
            issues.append(_at_head(table, field, "scale", f"numbers are read as {scale.words}.{doubt}"))
    for field, reading in readings.items():
        if not reading.sure:
            doubt = f"dates such as 03/04/2026 are read {reading.order.value}; write 2026-04-03 to be sure."
            issues.append(_at_head(table, field, "ambiguous-date", doubt))
    if table.layout.rivals:
        others = listed([table.letter(at) for at in table.layout.rivals])
        issues.append(
            _at_head(table, Field.STATUS, "other-columns", f"read as the status; {others} could be it as well.")
        )
    if Field.STATUS in table.layout.guessed:
        issues.append(_at_head(table, Field.STATUS, "guessed-column", "read as the status, for the words in it."))
    return issues


def values(table: Table, field: Field) -> Iterator[Cell]:
    at = table.columns.get(field)
    if at is not None:
        yield from (row.cells[at] for row in table.rows if at < len(row.cells) and row.cells[at] is not None)


def _scale(table: Table, field: Field) -> Scale | None:
    numbers = []
    for cell in values(table, field):
        number = number_in(cell)
        if number is None and (field is Field.MATURITY or not _worded(cell)):
            number = grade_in(cell)
        if number is not None:
            numbers.append(number)
    return scale_of(numbers, table.layout.numbers.get(field, Column()))


def _worded(cell: Cell) -> bool:
    """`1 - Implemented`: the number is a place in a list, the word says how far."""
    return isinstance(cell, str) and read(cell).kind is Kind.KNOWN


def _crosses(table: Table) -> tuple[Status | None, Status | None]:
    texts = {text_of(cell) for cell in values(table, Field.STATUS)}
    return cross_of(texts) if texts & CROSSES else (None, None)


def _is_used(table: Table, field: Field) -> bool:
    """A maturity counts only where neither a status nor a level stands beside it."""
    if field is not Field.MATURITY:
        return True
    others = [at for each in (Field.STATUS, Field.LEVEL) if (at := table.columns.get(each)) is not None]
    at = table.columns[field]
    return any(
        at < len(row.cells)
        and row.cells[at] is not None
        and all(other >= len(row.cells) or row.cells[other] is None for other in others)
        for row in table.rows
    )


def _at_head(table: Table, field: Field, code: str, what: str) -> Issue:
    at = table.columns[field]
    place, number = table.head(at)
    header = text_of(table.header[at]) if at < len(table.header) else ""
    name = f"Column {table.letter(at)}" + (f" ({shown(header)})" if header else "")
    return Issue(location=place, row=number, code=code, severity=Severity.WARNING, message=f"{name}: {what}")
