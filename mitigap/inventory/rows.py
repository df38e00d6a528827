"""Rows sorted: which are controls, and which are headings, totals, repeated headers or hold no name at all."""

import re
import sys
from enum import StrEnum

import msgspec

from mitigap.inventory.book import Cell, Formula, Percent, Row, text_of
from mitigap.inventory.fields import DEPLOYMENT, NAMING, Field
from mitigap.inventory.judge import reads
from mitigap.inventory.model import Issue, Severity
from mitigap.inventory.names import Resolver, Words
from mitigap.inventory.sheets import Table, is_repeat
from mitigap.inventory.statuses import read
from mitigap.inventory.totals import is_total
from mitigap.inventory.words import fold, listed

_SIGN_OFF = re.compile(
    r"(?:(?:prepared|approved|reviewed|authori[sz]ed|signed(?: off)?|checked|verified|created|updated|printed|exported"
    r"|generated|issued)(?: by| on| at)?|last updated?|date|version|signatures?|page \d+(?: (?:of|von|sur) \d+)?"
    r"|(?:erstellt|gepruft|freigegeben|genehmigt)(?: von| am)?|datum|unterschrift|stand"
    r"|(?:etabli|approuve|verifie)(?: par| le)?|signature)"
)
_LONGEST = 80
_WORD, _PAIR = 25, 2
_SURE = 0.8  # a lone text that nearly names a mitigation is a control without a status, not a heading


class Kind(StrEnum):
    CONTROL = "control"
    HEADER = "repeated-header"
    TOTAL = "totals-row"
    SECTION = "section"
    NAMELESS = "missing-name"
    LEFT_OUT = "left-out"


_SAID = {
    Kind.HEADER: "The header is repeated and skipped",
    Kind.TOTAL: "A total is no control and is skipped",
    Kind.SECTION: "A heading, a legend or a remark is no control and is skipped",
    Kind.LEFT_OUT: "Somebody has said that this is no mitigation, and the row is skipped",
    Kind.NAMELESS: "Nothing stands where the mitigation is named, and the row is skipped",
}


class Record(msgspec.Struct, frozen=True, gc=False):
    """The cells of one row by what they mean."""

    mitigation_id: Cell
    mitigation: Cell
    control: Cell
    reference: Cell
    status: Cell
    level: Cell
    maturity: Cell
    applicable: Cell
    owner: Cell
    evidence: Cell
    notes: Cell
    reviewed: Cell
    expires: Cell
    due: Cell
    id: Cell
    origin: Cell
    written: Cell


class Picker:
    """Takes records out of a table's rows."""

    def __init__(self, table: Table) -> None:
        nowhere = sys.maxsize
        self._also = table.layout.also
        self._places = [table.columns.get(Field(name), nowhere) for name in Record.__struct_fields__]

    def __call__(self, row: Row) -> Record:
        cells, width = row.cells, len(row.cells)
        return Record(*[cells[at] if at < width else None for at in self._places])

    def also(self, row: Row) -> str:
        """What further columns of mitigation ids hold."""
        return "\n".join(text_of(row.cells[at]) for at in self._also if at < len(row.cells) and row.cells[at])


def kind_of(table: Table, row: Row, resolver: Resolver, words: Words) -> Kind:
    if is_repeat(table, row):
        return Kind.HEADER
    return Kind.LEFT_OUT if resolver.leaves_out(words) else _kind_of_rest(table, row, resolver, words)


def _kind_of_rest(table: Table, row: Row, resolver: Resolver, words: Words) -> Kind:
    filled = [cell for cell in row.cells if cell is not None]
    if _is_sign_off(table, row, filled[0]) and not resolver.resolve(words).mitigations:
        return Kind.SECTION
    if is_total(filled[0]) and not resolver.resolve(words).mitigations:
        return Kind.TOTAL
    if not (words.mitigation_id or words.mitigation or words.control) and not _uncalculated(table, row):
        return Kind.NAMELESS if len(filled) > 1 or not isinstance(filled[0], str) else Kind.SECTION
    alone = len(filled) == 1 and len(table.columns) > 1
    if (alone or (len(filled) <= _PAIR and _is_legend(words))) and _says_nothing(resolver, words):
        return Kind.SECTION
    return Kind.CONTROL


def skipped(table: Table, rows: dict[Kind, list[Row]]) -> list[Issue]:
    """One warning for every kind of row that is no control, with all of its places."""
    issues = []
    for kind, found in rows.items():
        places = [table.place(row)[0] for row in found]
        number = table.place(found[0])[1]
        message = f"{_SAID[kind]}: {listed(places)}."
        severity = Severity.WARNING
        issues.append(Issue(location=places[0], row=number, code=kind.value, severity=severity, message=message))
    return issues


def _is_sign_off(table: Table, row: Row, cell: Cell) -> bool:
    """`Approved by: | CISO`, beneath a printed table: no status stands in such a row."""
    if not (isinstance(cell, str) and len(cell) <= _LONGEST and _SIGN_OFF.fullmatch(fold(cell))):
        return False
    places = [table.columns[field] for field in DEPLOYMENT if field in table.columns]
    said = [row.cells[at] for at in places if at < len(row.cells) and row.cells[at] is not None]
    return not any(isinstance(each, bool | int | float | Percent) or reads(each) for each in said)


def _is_legend(words: Words) -> bool:
    """`Yes: the control is deployed`: a status stands where a name should."""
    text = words.mitigation or words.control
    return len(text) <= _WORD and read(text).status is not None


def _uncalculated(table: Table, row: Row) -> bool:
    places = [table.columns[field] for field in NAMING if field in table.columns]
    return any(at < len(row.cells) and isinstance(row.cells[at], Formula) for at in places)


def _says_nothing(resolver: Resolver, words: Words) -> bool:
    found = resolver.resolve(words)
    near = any(guess.confidence >= _SURE for finding in found.findings for guess in finding.suggestions)
    return not found.mitigations and not near and all(finding.code == "unresolved" for finding in found.findings)
