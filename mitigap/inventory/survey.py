"""Looks at a file for the person who brings it: the very reading that an import makes, and where it comes from."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence

import msgspec

from mitigap.choices import NONE, Choices
from mitigap.errors import FileRefused
from mitigap.inventory.book import Book, Row, Sheet, text_of
from mitigap.inventory.fields import NAMING
from mitigap.inventory.look import ColumnLook, Line, Look, Name, SheetLook, Word
from mitigap.inventory.model import Control, Inventory, Issue, Method, Vocabulary
from mitigap.inventory.names import Resolver
from mitigap.inventory.normalise import Found, inventory_of, locate
from mitigap.inventory.picks import width
from mitigap.inventory.sheets import Table
from mitigap.inventory.words import key, spoken

LINES = 15
COLUMNS = 60
SAMPLES = 3
CUT = 120
WORDS = 300
NAMES = 1_000
_ABOUT_NAMES = frozenset(
    {
        "unresolved",
        "unknown-id",
        "deprecated-id",
        "wrong-domain",
        "technique-id",
        "do-not-mitigate",
        "misspelling",
        "denied",
    }
)
_UNSURE = frozenset({Method.MISSPELLING, Method.CONFIRMED})


def survey(book: Book, vocabulary: Vocabulary, *, name: str, digest: str, choices: Choices = NONE) -> Look:
    """FileRefused only where the file holds no list at all; a list that cannot be read yet is shown with its reason."""
    resolver = Resolver(vocabulary)
    found = _located(book, resolver, name, choices)
    look = _of_table(book, found)
    try:
        inventory = inventory_of(book, found, resolver, name=name, digest=digest, choices=choices)
    except FileRefused as refusal:
        return msgspec.structs.replace(look, refusal=refusal.message)
    names = (*_names(inventory), *_left_out(found.table, resolver))
    return msgspec.structs.replace(
        look,
        words=tuple(_words(inventory, vocabulary))[:WORDS],
        names=names[:NAMES],
        more=max(0, len(names) - NAMES),
        inventory=inventory,
    )


def _located(book: Book, resolver: Resolver, name: str, choices: Choices) -> Found:
    """Where nothing is recognised, the fullest sheet is shown: a person may see what a program does not."""
    try:
        return locate(book, resolver, name, choices)
    except FileRefused:
        fullest = max(book.sheets, key=lambda sheet: len(sheet.rows), default=None)
        if choices.sheet or choices.header_row is not None or fullest is None or not fullest.rows:
            raise
        return locate(book, resolver, name, msgspec.structs.replace(choices, sheet=fullest.name))


def _of_table(book: Book, found: Found) -> Look:
    table = found.table
    sheet = next(sheet for sheet in book.sheets if sheet.name == table.sheet)
    return Look(
        sheets=tuple(SheetLook(name=each.name, rows=len(each.rows), hidden=each.hidden) for each in book.sheets),
        sheet=table.sheet,
        header_row=table.header_row,
        transposed=table.transposed,
        columns=tuple(_column(table, at) for at in range(min(width(table), COLUMNS))),
        lines=tuple(_lines(sheet, table.header_row or 0)),
        recognised={field.value: table.letter(at) for field, at in found.recognised.columns.items()},
    )


def _column(table: Table, at: int) -> ColumnLook:
    field = next((field for field, place in table.columns.items() if place == at), None)
    header = text_of(table.header[at]) if at < len(table.header) else ""
    return ColumnLook(
        letter=table.letter(at),
        header=header[:CUT],
        samples=tuple(_samples(table.rows, at)),
        field=field.value if field else None,
    )


def _samples(rows: Sequence[Row], at: int) -> Iterator[str]:
    found = dict.fromkeys(text_of(row.cells[at])[:CUT] for row in rows[:50] if at < len(row.cells))
    yield from [text for text in found if text][:SAMPLES]


def _lines(sheet: Sheet, header_row: int) -> Iterator[Line]:
    """The sheet's first rows, and some beneath the header where that stands further down."""
    first = sheet.rows[:LINES]
    below = [row for row in sheet.rows if row.number >= header_row][: LINES // 2]
    for row in sorted({row.number: row for row in (*first, *below)}.values(), key=lambda row: row.number):
        yield Line(number=row.number, cells=tuple(text_of(cell)[:CUT] for cell in row.cells[:COLUMNS]))


def _words(inventory: Inventory, vocabulary: Vocabulary) -> Iterator[Word]:
    """Those not understood first, then the most frequent; a percentage beside a word does not make it understood."""
    lost = {issue.row for issue in inventory.issues if issue.code == "unknown-status"}
    settled = {spoken(text) for text in vocabulary.statuses}
    found: dict[str, Control] = {}
    counts: Counter[str] = Counter()
    for control in inventory.controls:
        if control.status_text:
            found.setdefault(spoken(control.status_text), control)
            counts[spoken(control.status_text)] += 1
    for word in sorted(found, key=lambda word: (_is_read(found[word], lost), -counts[word], word)):
        each, is_read = found[word], _is_read(found[word], lost)
        yield Word(
            text=each.status_text,
            count=counts[word],
            location=each.location,
            status=each.status if is_read else None,
            level=each.level if is_read else None,
            settled=word in settled,
        )


def _is_read(control: Control, lost: Collection[int | None]) -> bool:
    return control.status is not None and control.row not in lost


def _names(inventory: Inventory) -> Iterator[Name]:
    """The unresolved first, the most frequent of them before all; then what was guessed; then what people settled."""
    said = {issue.row: issue for issue in reversed(inventory.issues) if issue.row and _is_about_name(issue)}
    found: dict[str, Control] = {}
    counts: Counter[str] = Counter()
    for control in inventory.controls:
        if control.text and (not control.mitigations or control.method in _UNSURE):
            found.setdefault(key(control.text), control)
            counts[key(control.text)] += 1
    for word in sorted(found, key=lambda word: (_rank(found[word]), -counts[word], word)):
        yield _name(found[word], counts[word], said.get(found[word].row))


def _left_out(table: Table, resolver: Resolver) -> Iterator[Name]:
    """What people have said to be no mitigation, as far as it stands in this file."""
    nothing = resolver.lexicon.nothing
    places = [table.columns[field] for field in NAMING if field in table.columns]
    counts: Counter[str] = Counter()
    found: dict[str, tuple[str, str]] = {}
    for row in table.rows if nothing else ():
        texts = [text_of(row.cells[at]) for at in places if at < len(row.cells)]
        for text in [text for text in texts if key(text) in nothing]:
            counts[key(text)] += 1
            found.setdefault(key(text), (text, table.place(row)[0]))
    for word, (text, place) in found.items():
        yield Name(text=text, count=counts[word], location=place, left_out=True)


def _rank(control: Control) -> int:
    return 2 if control.method is Method.CONFIRMED else 1 if control.mitigations else 0


def _is_about_name(issue: Issue) -> bool:
    return issue.code in _ABOUT_NAMES


def _name(control: Control, count: int, issue: Issue | None) -> Name:
    return Name(
        text=control.text,
        count=count,
        location=control.location,
        mitigations=control.mitigations,
        method=control.method,
        suggestions=issue.suggestions if issue and not control.mitigations else (),
        why=issue.message if issue and control.method is not Method.CONFIRMED else "",
    )
