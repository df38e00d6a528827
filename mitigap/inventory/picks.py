"""A table as people want it: the sheet and header row they have chosen, their columns over those recognised."""

from collections.abc import Mapping

import msgspec

from mitigap.choices import Choices
from mitigap.errors import FileRefused
from mitigap.inventory import own
from mitigap.inventory.book import Book, Sheet
from mitigap.inventory.columns import Layout
from mitigap.inventory.fields import Field
from mitigap.inventory.names import Resolver
from mitigap.inventory.sheets import Table, beneath, best_of, find, headless
from mitigap.inventory.words import listed

_NAMED = 20
"""Sheets that a message lists."""


def choose(book: Book, resolver: Resolver, choices: Choices) -> tuple[Table | None, list[Table]]:
    """As `sheets.find`; where a sheet or a header row has been chosen, that one, and no others.

    Our own sheet of controls comes before all: what was chosen for the file before it means nothing in this one.

    FileRefused where the file has no such.
    """
    returned = own.find(book)
    if returned and not (choices.sheet != returned.sheet and any(each.name == choices.sheet for each in book.sheets)):
        return returned, []
    if not choices.sheet and choices.header_row is None:
        return find(book, resolver)
    sheet = _sheet(book, resolver, choices.sheet)
    return (_at(sheet, choices.header_row, resolver) if sheet and sheet.rows else None), []


def _sheet(book: Book, resolver: Resolver, name: str) -> Sheet | None:
    """The sheet of that name; without a name, that of the best table."""
    if not name:
        best = find(book, resolver)[0]
        name = best.sheet if best else max(book.sheets, key=lambda sheet: len(sheet.rows)).name
    found = next((sheet for sheet in book.sheets if sheet.name == name), None)
    if found is None:
        raise FileRefused(f"The file has no sheet “{name}”. It has {_names(book)}.")
    return found


def _names(book: Book) -> str:
    return listed([f"“{sheet.name}”" for sheet in book.sheets], _NAMED)


def _at(sheet: Sheet, header_row: int | None, resolver: Resolver) -> Table:
    """The sheet beneath one row, whatever stands there; with 0 all of it, without a header."""
    if header_row is None:
        return best_of(sheet, resolver) or beneath(sheet, 0, resolver)
    if header_row == 0:
        return headless(sheet, resolver)
    place = next((place for place, row in enumerate(sheet.rows) if row.number == header_row), None)
    if place is None:
        raise FileRefused(f"Row {header_row} of the sheet “{sheet.name}” is empty: no header can stand there.")
    return beneath(sheet, place, resolver)


def picked(table: Table, choices: Choices, resolver: Resolver) -> Table:
    """FileRefused where a column is chosen that the sheet does not have."""
    if not choices.columns or table.own:
        return table
    chosen = {Field(field): letter for field, letter in choices.columns.items()}
    places = {letter: at for field, letter in chosen.items() if letter and (at := _place(table, field, letter)) >= 0}
    taken = {field: places[letter] for field, letter in chosen.items() if letter}
    return msgspec.structs.replace(table, layout=_laid(table, {**dict.fromkeys(chosen), **taken}, resolver))


def width(table: Table) -> int:
    """How many columns the table has; transposed, how many rows of the file."""
    return max(len(table.header), *(len(row.cells) for row in table.rows), 0) if table.rows else len(table.header)


def _place(table: Table, field: Field, letter: str) -> int:
    found = next((at for at in range(width(table)) if table.letter(at) == letter.strip().upper()), -1)
    if found < 0:
        there = f"{table.letter(0)} to {table.letter(width(table) - 1)}" if width(table) else "none"
        what = f"“{field.value}” in column {letter[:10]}"
        raise FileRefused(f"The choices look for {what}; the sheet “{table.sheet}” has the columns {there}.")
    return found


def _laid(table: Table, chosen: Mapping[Field, int | None], resolver: Resolver) -> Layout:
    """A column that is chosen for one field is no longer any other's."""
    before = table.layout
    taken = {at for at in chosen.values() if at is not None}
    kept = {field: at for field, at in before.columns.items() if field not in chosen and at not in taken}
    columns = {**kept, **{field: at for field, at in chosen.items() if at is not None}}
    return msgspec.structs.replace(
        before,
        columns=columns,
        numbers={
            field: found.column
            for field, at in columns.items()
            if at < len(table.header) and (found := resolver.heading(table.header[at]))
        },
        guessed=before.guessed - chosen.keys(),
        also=tuple(at for at in before.also if at not in columns.values()),
        rivals=() if Field.STATUS in chosen else before.rivals,
    )
