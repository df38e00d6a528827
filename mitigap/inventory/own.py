"""Mitigap's own workbook come back: its sheet of controls, whose columns are known by their titles, not guessed at."""

from enum import StrEnum

from mitigap.inventory.book import Book, Cell, Row, Sheet
from mitigap.inventory.columns import Layout
from mitigap.inventory.fields import Field
from mitigap.inventory.scales import Column
from mitigap.inventory.sheets import Table
from mitigap.inventory.words import fold_header


class Title(StrEnum):
    """How the columns of the sheet are headed, in its order. What nobody may edit stands at the end."""

    ID = "Control ID"
    CONTROL = "Control"
    MITIGATION_IDS = "Mitigation IDs"
    MITIGATION = "Mitigation"
    STATUS = "Status"
    PERCENT = "Percent"
    OWNER = "Owner"
    DUE = "Due"
    EXPIRES = "Expires"
    REVIEWED = "Reviewed"
    EVIDENCE = "Evidence"
    NOTES = "Notes"
    COUNTS = "Counts"
    EXPIRED = "Expired"
    WRITTEN = "Status as written"
    REFERENCE = "Reference"
    METHOD = "Resolved by"
    ORIGIN = "Original location"


UNRESOLVED = "unresolved"
"""What stands in place of the ids where a row names no mitigation; it reads as nothing."""

UNREADABLE = "not understood"
"""What stands in place of a percentage that could not be read; it cannot be read here either."""

FIELDS = {
    Title.ID: Field.ID,
    Title.CONTROL: Field.CONTROL,
    Title.MITIGATION_IDS: Field.MITIGATION_ID,
    Title.MITIGATION: Field.MITIGATION,
    Title.STATUS: Field.STATUS,
    Title.PERCENT: Field.LEVEL,
    Title.OWNER: Field.OWNER,
    Title.DUE: Field.DUE,
    Title.EXPIRES: Field.EXPIRES,
    Title.REVIEWED: Field.REVIEWED,
    Title.EVIDENCE: Field.EVIDENCE,
    Title.NOTES: Field.NOTES,
    Title.WRITTEN: Field.WRITTEN,
    Title.REFERENCE: Field.REFERENCE,
    Title.ORIGIN: Field.ORIGIN,
}
"""The rest is reckoned anew, whatever stands there."""

_FOLDED = {fold_header(title): title for title in Title}
_SIGNATURE = frozenset({Title.ID, Title.MITIGATION_IDS, Title.STATUS, Title.ORIGIN})
_DEEPEST = 50


def find(book: Book) -> Table | None:
    """The first sheet under our own header; None where the book is somebody else's."""
    return next((table for sheet in book.sheets if (table := _table(sheet))), None)


def title_of(cell: Cell) -> Title | None:
    return _FOLDED.get(fold_header(cell)) if isinstance(cell, str) and len(cell) <= len(Title.WRITTEN) + 2 else None


def _table(sheet: Sheet) -> Table | None:
    for at, row in enumerate(sheet.rows[:_DEEPEST]):
        places = _places(row)
        if places.keys() >= _SIGNATURE:
            columns = {field: places[title] for title, field in FIELDS.items() if title in places}
            layout = Layout(columns=columns, numbers={Field.LEVEL: Column(percent=True)})
            return Table(
                sheet=sheet.name,
                header_row=row.number,
                header=row.cells,
                layout=layout,
                rows=sheet.rows[at + 1 :],
                hidden=sheet.hidden,
                own=True,
            )
    return None


def _places(row: Row) -> dict[Title, int]:
    """Where each title stands; of two alike the first counts."""
    found: dict[Title, int] = {}
    for at, cell in enumerate(row.cells):
        title = title_of(cell)
        if title is not None:
            found.setdefault(title, at)
    return found
