"""Reads .csv, .tsv and their like: any usual delimiter, any usual encoding; every cell stays text."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain, islice

from mitigap.errors import FileRefused
from mitigap.inventory import limits
from mitigap.inventory.book import Book, Format, Sheet
from mitigap.inventory.encodings import decode
from mitigap.inventory.gather import Budget, Gatherer, Notes

SHEET = "CSV"
"""A delimited file has no sheet; the same bytes under another name must give the same result."""

_DELIMITERS = ("\t", ";", "|", ",")
"""In the order in which a tie is settled: a comma is the likeliest to stand in a text."""

_NONE = "\x1f"
"""For a file of one column: clean text holds no such character."""

_DECLARED = re.compile(r'"?sep=([,;|:^~\t])"?(?=\n)', re.IGNORECASE)
_SAMPLE_ROWS = 500
_SAMPLE_CHARACTERS = 1 << 20
_HALF = 0.5
_FIFTH = 0.2
_END = "\x1e"
_STRAY_QUOTE = (
    'A quotation mark (") stands inside a cell without being doubled. Check that no two rows were read as one here.'
)


def read(data: bytes) -> Book:
    """Raises FileRefused for an unclosed quote, an enormous cell, too many rows, or bytes that are no text."""
    text, assumed = decode(data)
    declared = _DECLARED.match(text)
    table = _Table(text, *((declared[1], 1) if declared else (_delimiter(text), 0)))
    try:
        sheet, notes = table.read(strict=True)
    except csv.Error:
        sheet, notes = table.read(strict=False)
        notes.add("stray-quote", _STRAY_QUOTE, SHEET, table.row)
    if assumed:
        notes.add("encoding", assumed, SHEET)
    return Book(format=Format.CSV, sheets=(sheet,), notes=notes.all())


class _Table:
    """`skip` first lines are rows of the file all the same: the one that names the delimiter is."""

    def __init__(self, text: str, delimiter: str, skip: int) -> None:
        self.row = 0
        self._text = text
        self._delimiter = delimiter
        self._skip = skip

    def read(self, *, strict: bool) -> tuple[Sheet, Notes]:
        """Raises csv.Error where `strict` and a quotation mark stands where none should."""
        notes = Notes()
        rows = Gatherer(SHEET, notes, Budget())
        for number, fields in enumerate(self._records(strict=strict), 1):
            if number > self._skip:
                rows.add(number, [field.strip() or None for field in fields])
            if strict:
                self.row = number + 1
        return rows.sheet(), notes

    def _records(self, *, strict: bool) -> Iterator[list[str]]:
        """A last line of our own tells whether the file's last quote was closed: an open one swallows it."""
        reader = csv.reader(
            chain(_lines(self._text), (_END,)), delimiter=self._delimiter, skipinitialspace=True, strict=strict
        )
        line = 1
        try:
            for fields in reader:
                if fields == [_END]:
                    return
                if fields and fields[-1].endswith(_END):
                    raise _unclosed(line)
                yield fields
                line = reader.line_num + 1
        except csv.Error as fault:
            if strict:
                raise
            raise _endless(line) from fault


def _lines(text: str) -> Iterator[str]:
    """As StringIO would give them, which takes four bytes a character to do it."""
    start = 0
    while end := text.find("\n", start) + 1:
        yield text[start:end]
        start = end
    yield text[start:]


def _unclosed(line: int) -> FileRefused:
    return FileRefused(
        f'In line {line} a quotation mark (") opens a cell and is never closed: all the rest would be one cell. '
        "Close it, or save the table anew in a spreadsheet program."
    )


def _endless(line: int) -> FileRefused:
    return FileRefused(
        f"A cell that begins in line {line} is too long to be one: {limits.CHARACTERS:,} characters are read. "
        'Look whether a quotation mark (") in that line is never closed.'
    )


def _delimiter(text: str) -> str:
    """The one that parts the most rows into the same number of cells."""
    sample = text[:_SAMPLE_CHARACTERS]
    likeliest = max(_DELIMITERS, key=lambda delimiter: _evenness(sample, delimiter))
    return likeliest if _evenness(sample, likeliest) > (0.0, 0) else _NONE


def _evenness(sample: str, delimiter: str) -> tuple[float, int]:
    """The share of rows that have the commonest width above one, and that width; nothing where it is mere chance."""
    try:
        reader = csv.reader(_lines(sample), delimiter=delimiter, skipinitialspace=True)
        records = list(islice(reader, _SAMPLE_ROWS))
    except csv.Error:
        return 0.0, 0
    widths = [len(record) for record in records if any(record)]
    commonest = Counter(width for width in widths if width > 1).most_common(1)
    if not commonest:
        return 0.0, 0
    width, rows = commonest[0]
    from_first_on = len(widths) - widths.index(width)  # what stands above a table is not parted like it
    if rows < max(from_first_on * _HALF, len(widths) * _FIFTH, min(len(widths) - 1, 2)):
        return 0.0, 0
    return rows / len(widths), width
