"""What stands where in a file: enough of it to show a person how it is read, and to let them choose otherwise."""

from collections.abc import Mapping

import msgspec

from mitigap.inventory.model import Inventory, Method, Status, Suggestion


class SheetLook(msgspec.Struct, frozen=True, kw_only=True):
    """`rows` counts those that hold something."""

    name: str
    rows: int
    hidden: bool = False


class ColumnLook(msgspec.Struct, frozen=True, kw_only=True):
    """One column: what heads it, the first texts beneath, and the field it is read as, None where it is not read."""

    letter: str
    header: str
    samples: tuple[str, ...]
    field: str | None = None


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the file as a person reads it; `number` counts from 1."""

    number: int
    cells: tuple[str, ...]


class Word(msgspec.Struct, frozen=True, kw_only=True):
    """A status word, how many rows say it, and what is read there; `status` is None where it is not understood."""

    text: str
    count: int
    location: str
    status: Status | None = None
    level: float | None = None
    settled: bool = False


class Name(msgspec.Struct, frozen=True, kw_only=True):
    """A text that rows bear, how many, and the mitigations it is resolved to; `why` is the reader's word about it.

    `left_out`: people have said that it is no mitigation.
    """

    text: str
    count: int
    location: str
    mitigations: tuple[str, ...] = ()
    method: Method | None = None
    suggestions: tuple[Suggestion, ...] = ()
    why: str = ""
    left_out: bool = False


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """`lines` are the sheet's first rows. `recognised` maps fields to columns before anybody chose.

    `words` are all status words, `names` all texts that are unresolved, uncertain or settled by people; both are cut
    to a length that can be shown, and `more` counts the names that were cut. `refusal` says why there is no
    `inventory`, where there is none.
    """

    sheets: tuple[SheetLook, ...]
    sheet: str = ""
    header_row: int | None = None
    transposed: bool = False
    columns: tuple[ColumnLook, ...] = ()
    lines: tuple[Line, ...] = ()
    recognised: Mapping[str, str] = {}
    words: tuple[Word, ...] = ()
    names: tuple[Name, ...] = ()
    more: int = 0
    refusal: str = ""
    inventory: Inventory | None = None
