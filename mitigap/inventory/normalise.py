"""From the grid to an inventory: every row beneath the header becomes a control, or is named among those skipped."""

from collections.abc import Sequence
from datetime import date

import msgspec

from mitigap.choices import NONE, Choices
from mitigap.choices import digest as choices_digest
from mitigap.errors import FileRefused
from mitigap.inventory import agreement, dates, own
from mitigap.inventory.book import Book, Cell, Formula, Row, text_of
from mitigap.inventory.fields import NAMING, Field
from mitigap.inventory.findings import Finding, error, warning
from mitigap.inventory.frameworks import framework_of
from mitigap.inventory.judge import NO_VALUE, Said, Verdict, judge, unknown
from mitigap.inventory.keep import Keeper, plain_share, written
from mitigap.inventory.model import Control, Inventory, Issue, Severity, Vocabulary
from mitigap.inventory.names import NAMES_NOTHING, Resolver, Words
from mitigap.inventory.picks import choose, picked
from mitigap.inventory.rows import Kind, Picker, Record, kind_of, skipped
from mitigap.inventory.rulers import date_readings, remarks, rulers_of, values
from mitigap.inventory.sheets import Table, above
from mitigap.inventory.words import listed, shown

_FEW = 0.2
_WHAT_TO_DO = (
    "Add a column “Status” that says implemented, partial, planned or not applicable for each, and upload it again."
)


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """Where the list stands: the table as it is read, as it was recognised, and what else would do."""

    table: Table
    recognised: Table
    others: tuple[Table, ...] = ()


def normalise(book: Book, vocabulary: Vocabulary, *, name: str, digest: str, choices: Choices = NONE) -> Inventory:
    """Raises FileRefused where the book holds no list of controls, or one that does not say what is deployed."""
    resolver = Resolver(vocabulary)
    return inventory_of(
        book, locate(book, resolver, name, choices), resolver, name=name, digest=digest, choices=choices
    )


def locate(book: Book, resolver: Resolver, name: str, choices: Choices = NONE) -> Found:
    """Raises FileRefused where the book holds no list, or not that which has been chosen."""
    table, others = choose(book, resolver, choices)
    if table is None:
        raise FileRefused(
            f"“{name}”: no sheet holds a list of controls. "
            "Head one column “Mitigation” and one “Status”, put a control in each row, and upload it again."
        )
    return Found(table=picked(table, choices, resolver), recognised=table, others=tuple(others))


def inventory_of(
    book: Book, found: Found, resolver: Resolver, *, name: str, digest: str, choices: Choices = NONE
) -> Inventory:
    """Every row of the table that was found. FileRefused where it does not say what is deployed."""
    table = found.table
    reader = _Reader(table, resolver)
    controls, issues = reader.read()
    _refuse_without_status(name, table, controls)
    issues = _in_short(table, controls, issues)
    notes = [*_kept_notes(book, table, issues), *_about_sheets(table, found.others), *reader.remarks]
    if lost := above(book, table, resolver):
        rows = listed([str(number) for number in lost])
        text = f"What stands above the header in row {table.header_row} is not read, and seems to be controls: {rows}."
        notes.append(_at_sheet(table, "rows-above", text))
    if resolver.exhausted:
        notes.append(_at_sheet(table, "truncated", "There were too many unknown names to look for what is near each."))
    return Inventory(
        name=name,
        digest=digest,
        choices=choices_digest(choices),
        sheet=table.sheet,
        header_row=table.header_row,
        columns=_columns(table),
        controls=tuple(controls),
        issues=tuple(sorted([*notes, *issues, *agreement.issues(controls, resolver.vocabulary)], key=_by_row)),
        extra=reader.keeper.titles,
    )


class _Reader:
    """Reads the rows of one table: sorts them first, since a total must not tell how the others are to be read."""

    def __init__(self, table: Table, resolver: Resolver) -> None:
        self.resolver = resolver
        self.foreign = framework_of([text_of(cell) for cell in values(table, Field.REFERENCE)])
        self._pick = Picker(table)
        self._judged: dict[tuple[object, ...], Verdict] = {}
        kept: list[Row] = []
        self.table = table
        self.left: dict[Kind, list[Row]] = {}
        for row in table.rows:
            kind = Kind.CONTROL if table.own else kind_of(table, row, resolver, self._words(row, self._pick(row)))
            (kept if kind is Kind.CONTROL else self.left.setdefault(kind, [])).append(row)
        self.table = msgspec.structs.replace(table, rows=tuple(kept))
        self.keeper = Keeper(table)
        self.rulers = rulers_of(self.table, resolver.vocabulary)
        self.readings = date_readings(self.table)
        self.remarks = [*skipped(table, self.left), *remarks(self.table, self.rulers, self.readings)]

    def read(self) -> tuple[list[Control], list[Issue]]:
        controls: list[Control] = []
        issues: list[Issue] = []
        for row in self.table.rows:
            control, found = self._control(row)
            controls.append(control)
            issues += [self._issue(row, finding) for finding in found]
        return controls, issues

    def _words(self, row: Row, record: Record) -> Words:
        ids, name, also = text_of(record.mitigation_id), text_of(record.mitigation), self._pick.also(row)
        if ids == own.UNRESOLVED:
            ids = ""
        if also and Field.MITIGATION_ID in self.table.columns:
            ids = f"{ids}\n{also}".strip()
        elif also:
            name = f"{name}\n{also}".strip()
        return Words(
            mitigation_id=ids,
            mitigation=name,
            control=text_of(record.control),
            foreign=self.foreign,
        )

    def _control(self, row: Row) -> tuple[Control, list[Finding]]:
        record = self._pick(row)
        words = self._words(row, record)
        found = self.resolver.resolve(words)
        verdict = self._verdict(record)
        findings = _named(record, found.findings)
        if self.table.layout.deployed:
            findings += verdict.findings
        if dates.is_gone(record.expires) and verdict.level is not None:
            verdict = msgspec.structs.replace(verdict, level=0.0)
        place, number = self.table.place(row)
        control = Control(
            location=place,
            row=number,
            text=words.control or words.mitigation or words.mitigation_id,
            mitigations=found.mitigations,
            status=verdict.status,
            level=plain_share(verdict.level) if self.table.own else verdict.level,
            method=found.method,
            reference=text_of(record.reference),
            status_text=written(record, verdict.status),
            owner=text_of(record.owner),
            evidence=text_of(record.evidence),
            notes=text_of(record.notes),
            reviewed=self._date(record.reviewed, Field.REVIEWED, findings),
            expires=self._date(record.expires, Field.EXPIRES, findings),
            due=self._date(record.due, Field.DUE, findings),
            kept=self.keeper.kept(row, record, words, resolved=bool(found.mitigations)),
        )
        return control, findings

    def _verdict(self, record: Record) -> Verdict:
        """Each distinct combination is judged once; the types are part of it, since True equals 1."""
        if record.status is None and record.level is None and record.written is not None:
            return Verdict(findings=(unknown(text_of(record.written)),))
        cells = (record.status, record.level, record.maturity, record.applicable)
        what = (cells, *map(type, cells))
        verdict = self._judged.get(what)
        if verdict is None:
            status, level, maturity, applicable = cells
            said = Said(status=status, level=level, maturity=maturity, applicable=applicable)
            verdict = self._judged[what] = judge(said, self.rulers)
        return verdict

    def _date(self, cell: Cell, field: Field, findings: list[Finding]) -> date | None:
        if cell is None or isinstance(cell, Formula):
            return None
        try:
            return dates.read(cell, self.readings[field], end=field is Field.EXPIRES)
        except dates.DateUnreadable:
            if field is Field.EXPIRES and dates.is_gone(cell):
                findings.append(warning("expired", f"{shown(text_of(cell))}: the row counts 0.", field))
                return None
            effect = " The row is taken as one that does not expire." if field is Field.EXPIRES else ""
            findings.append(warning("unreadable-date", f"{shown(text_of(cell))} is no date.{effect}", field))
            return None

    def _issue(self, row: Row, finding: Finding) -> Issue:
        place, number = self.table.place(row, finding.field)
        return Issue(
            location=place,
            row=number,
            code=finding.code,
            severity=finding.severity,
            message=finding.message,
            suggestions=finding.suggestions,
        )


def _named(record: Record, found: Sequence[Finding]) -> list[Finding]:
    """What is wrong with a row's names; a name that is a formula without its result is one fault, not two."""
    lost = _uncalculated(record)
    if any(finding.field in NAMING for finding in lost):
        found = [finding for finding in found if finding.message != NAMES_NOTHING]
    return [*lost, *found]


def _uncalculated(record: Record) -> list[Finding]:
    cells = {
        Field.MITIGATION_ID: record.mitigation_id,
        Field.MITIGATION: record.mitigation,
        Field.CONTROL: record.control,
        Field.REVIEWED: record.reviewed,
        Field.EXPIRES: record.expires,
    }
    return [error("formula-without-value", NO_VALUE, field) for field, cell in cells.items() if type(cell) is Formula]


def _refuse_without_status(name: str, table: Table, controls: Sequence[Control]) -> None:
    """A list of mitigations that does not say which are deployed is no inventory, and never "all of them"."""
    if table.layout.deployed and table.layout.named:
        return
    where = f"“{name}”, sheet “{table.sheet}”"
    resolved = sum(bool(control.mitigations) for control in controls)
    if resolved and resolved >= _FEW * len(controls):
        raise FileRefused(f"{where}: it lists ATT&CK mitigations, but no column says what is deployed. {_WHAT_TO_DO}")
    if Field.TECHNIQUE in table.columns:
        raise FileRefused(
            f"{where}: it is about ATT&CK techniques, and no column says which mitigations are deployed. "
            "Upload a list of your controls with the columns “Mitigation” and “Status”."
        )
    if not controls:
        raise FileRefused(
            f"{where}: no row beneath the header names a control. "
            "Fill in at least the columns “Mitigation” and “Status”, and upload it again."
        )


def _columns(table: Table) -> dict[str, str]:
    """Where the mitigation is read from always bears that name; a second column of the kind bears its own."""
    found = {field.value: table.letter(at) for field, at in table.columns.items()}
    if Field.MITIGATION not in table.columns:
        first = next((field for field in NAMING if field in table.columns), None)
        if first:
            found[Field.MITIGATION.value] = found.pop(first.value)
    return found


def _kept_notes(book: Book, table: Table, issues: Sequence[Issue]) -> list[Issue]:
    """What the reader noted about this sheet, and the rows did not; other sheets are not the inventory."""
    said = {(issue.code, issue.location) for issue in issues}
    said |= {("error-value", issue.location) for issue in issues}
    own = [note for note in book.notes if note.location == table.sheet or note.location.startswith(f"{table.sheet}!")]
    whole = [msgspec.structs.replace(note, location=table.sheet) for note in book.notes if not note.location]
    return [note for note in (*whole, *own) if (note.code, note.location) not in said]


def _in_short(table: Table, controls: Sequence[Control], issues: Sequence[Issue]) -> list[Issue]:
    """A form that nobody has filled in yet is one thing to say, not one for every row."""
    missing = [issue for issue in issues if issue.code == "missing-status"]
    if len(missing) <= 1 or len(missing) < len(controls):
        return list(issues)
    at_all = _at_sheet(table, "missing-status", "No row has a status, so that no row counts.")
    return [at_all, *(issue for issue in issues if issue.code != "missing-status")]


def _about_sheets(table: Table, others: Sequence[Table]) -> list[Issue]:
    notes = []
    if others:
        names = listed([shown(other.sheet) for other in others])
        notes.append(
            _at_sheet(table, "other-sheets", f"Only this sheet is read; {names} could be an inventory as well.")
        )
    if not table.layout.deployed:
        message = "No column says what is deployed, so that no row counts."
        notes.append(msgspec.structs.replace(_at_sheet(table, "missing-status", message), severity=Severity.ERROR))
    return notes


def _by_row(issue: Issue) -> int:
    """What concerns the whole sheet comes first; the rest keeps its order within a row."""
    return issue.row or 0


def _at_sheet(table: Table, code: str, message: str) -> Issue:
    return Issue(location=table.sheet, row=None, code=code, severity=Severity.WARNING, message=message)
