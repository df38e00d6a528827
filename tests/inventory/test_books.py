# ruff: noqa: RUF001 - other scripts are what is tried here
"""What holds for every file: an honest one comes through whole, and any bytes at all give a grid or a sentence."""

import math
from collections.abc import Callable
from datetime import datetime

import pytest
from factories.files import csv, ods, ods_row, pack, parts, sheet, sheet_data, xlsx
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mitigap.errors import FileRefused
from mitigap.inventory.book import Book, Cell, Format
from mitigap.inventory.books import open_book

SCRIPTS = [
    ["Mitigation", "Status", "Owner", "Notes"],
    ["Multi-factor Authentication", "Implemented", "IAM team", "für alle – “überall”"],
    ["Управление доступом", "Внедрено", "SOC", "частично"],
    ["إدارة الوصول", "منفذ", "SOC", "للجميع"],
    ["特権アカウント管理", "実装済み", "SOC", "𠮷野家 🔑"],
    ["-5", "+48 22 000", "@home", "=1+1"],
    ["- none -", "--", "'quoted", '"said"'],
]
WRITERS: dict[str, Callable[[list[list[str]]], bytes]] = {
    "controls.xlsx": xlsx,
    "controls.xlsm": xlsx,
    "controls.ods": lambda rows: ods("".join(ods_row(*row) for row in rows)),
    "controls.csv": csv,
    "marked.csv": lambda rows: csv(rows, encoding="utf-8-sig"),
    "semicolons.csv": lambda rows: csv(rows, delimiter=";"),
    "wide.csv": lambda rows: csv(rows, encoding="utf-16"),
    "controls.tsv": lambda rows: csv(rows, delimiter="\t"),
}


def cells(book: Book) -> list[list[Cell]]:
    return [list(row.cells) for row in book.sheets[0].rows]


@pytest.mark.parametrize("filename", WRITERS)
def test_r6_an_honest_file_comes_through_whole(filename: str) -> None:
    book = open_book(WRITERS[filename](SCRIPTS), filename)
    assert cells(book) == SCRIPTS
    assert book.notes == ()


@pytest.mark.parametrize("filename", ["controls.xlsx", "controls.ods", "controls.csv"])
def test_r6_five_thousand_rows_come_through_whole(filename: str) -> None:
    rows = [["M1032", "Implemented", f"row {number}"] for number in range(5000)]
    assert cells(open_book(WRITERS[filename](rows), filename)) == rows


def settle(data: bytes, filename: str) -> Book | None:
    """The grid, or None where the file is refused as it should be: in one or more whole sentences, clean and short."""
    try:
        return open_book(data, filename)
    except FileRefused as refused:
        message = refused.message
    assert message.endswith(".")
    assert message.isprintable()
    assert len(message) < 600
    return None


NAMES = st.sampled_from([f"a{ending}" for ending in (".xlsx", ".xlsm", ".ods", ".csv", ".tsv", ".xls", ".bin", "")])
STARTS = st.sampled_from([b"", b"PK\x03\x04", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"sep=;\n", b'"', b"<?xml "])


@given(STARTS, st.binary(max_size=400), NAMES)
@example(b"", b"\0", "a.csv")
@example(b"\xff\xfe", b"\0", "a.csv")
def test_any_bytes_give_a_grid_or_a_sentence(start: bytes, rest: bytes, filename: str) -> None:
    settle(start + rest, filename)


@given(st.text(max_size=200), st.sampled_from(["utf-8", "utf-16", "utf-16-le", "utf-32"]))
def test_any_text_gives_a_grid_or_a_sentence(text: str, encoding: str) -> None:
    settle(text.encode(encoding, "replace"), "a.csv")


HONEST = {name: WRITERS[name](SCRIPTS) for name in ("controls.xlsx", "controls.ods", "wide.csv")}


@given(st.sampled_from(sorted(HONEST)), st.data())
def test_a_file_with_bytes_changed_gives_a_grid_or_a_sentence(filename: str, data: st.DataObject) -> None:
    damaged = bytearray(HONEST[filename])
    for place in data.draw(st.lists(st.integers(0, len(damaged) - 1), min_size=1, max_size=5)):
        damaged[place] = data.draw(st.integers(0, 255))
    settle(bytes(damaged[: data.draw(st.integers(1, len(damaged)))]), filename)


# XML that is well-formed and otherwise anything

TAGS = {
    "xlsx": ["sheetData", "row", "c", "v", "f", "is", "r", "t", "rPh", "mergeCell", "col", "si", "worksheet"],
    "ods": [f"table:{name}" for name in ("table", "table-row", "table-cell", "covered-table-cell", "table-column")]
    + ["text:p", "text:s", "text:span", "office:annotation", "style:style", "style:table-properties"],
}
NUMBERS = ["0", "1", "2", "-1", "1.5", "99999999999", "1048576", "NaN", "", "A", "١", "1_0"]
ATTRIBUTES = {
    "xlsx": {
        "r": ["A1", "B1", "A2", "XFD1", "ZZZZ1", "a1", "1", "2", "1048576", "$A$1", ""],
        "t": ["s", "n", "str", "b", "e", "d", "inlineStr", "x"],
        "s": NUMBERS,
        "ref": ["A1:B2", "B2:A1", "A1", "", ":", "A1:XFD1048576"],
        "min": NUMBERS,
        "max": NUMBERS,
        "hidden": ["1", "0", "true"],
    },
    "ods": {
        "table:number-columns-repeated": NUMBERS,
        "table:number-rows-repeated": NUMBERS,
        "table:number-rows-spanned": NUMBERS,
        "table:number-columns-spanned": NUMBERS,
        "table:visibility": ["collapse", "visible"],
        "table:display": ["false"],
        "table:name": ["Lists"],
        "table:formula": ["of:=1+1", ""],
        "text:c": NUMBERS,
        "office:value": NUMBERS,
        "office:date-value": ["2026-03-01", "2026-99-01", "2026-03-01T10:00:00Z", *NUMBERS],
        "office:value-type": ["float", "percentage", "date", "boolean", "string", "time", "x"],
    },
}


@st.composite
def markup(draw: st.DrawFn, kind: str, depth: int = 0) -> str:
    """A forest of the elements a reader knows, in any order and any nesting."""
    forest = ""
    for _ in range(draw(st.integers(0, 4 if depth < 5 else 0))):
        tag = draw(st.sampled_from(TAGS[kind]))
        named = draw(st.lists(st.sampled_from(sorted(ATTRIBUTES[kind])), max_size=3, unique=True))
        attributes = "".join(f' {name}="{draw(st.sampled_from(ATTRIBUTES[kind][name]))}"' for name in named)
        text = draw(st.sampled_from(["", *NUMBERS, "text"]))
        forest += f"<{tag}{attributes}>{text}{draw(markup(kind, depth + 1))}</{tag}>"
    return forest


@given(markup("xlsx"))
@settings(max_examples=40)
def test_any_worksheet_gives_a_grid_or_a_sentence(content: str) -> None:
    settle(sheet(content), "a.xlsx")


@given(markup("xlsx"))
@settings(max_examples=20)
def test_any_shared_strings_give_a_grid_or_a_sentence(content: str) -> None:
    first = '<sheetData><row><c t="s"><v>0</v></c></row></sheetData>'
    settle(pack(parts({"Controls": first}, strings=content)), "a.xlsx")


@given(markup("ods"))
@settings(max_examples=40)
def test_any_content_gives_a_grid_or_a_sentence(content: str) -> None:
    settle(ods(content), "a.ods")


# tables that are whole, with odd things in their cells

CONTENTS = [f"<v>{text}</v>" for text in [*NUMBERS, " M1032 ", "2026-03-01", "&#xE000;&#xFFFD;"]]
CONTENTS += ["<f>1+1</f>", "<f>1</f><v/>", "<is><t> a </t><r><t>b\n</t></r></is>", ""]
PARAGRAPHS = ["", "<text:p/>", "<text:p> a </text:p>", "<text:p>a</text:p><text:p><text:s text:c='2'/></text:p>"]


def spelled(attributes: dict[str, list[str]]) -> st.SearchStrategy[str]:
    """Some of the attributes, each with one of its values."""
    some = st.fixed_dictionaries({}, optional={name: st.sampled_from(values) for name, values in attributes.items()})
    return some.map(lambda chosen: "".join(f' {name}="{value}"' for name, value in chosen.items()))


def table(row: str, attributes: dict[str, list[str]], cell: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    cells = st.lists(cell, max_size=4).map("".join)
    made = st.builds(lambda said, inside: f"<{row}{said}>{inside}</{row}>", spelled(attributes), cells)
    return st.lists(made, min_size=1, max_size=6).map("".join)


WORKSHEETS = table(
    "row",
    {"r": ["3", "4", "5", "7", "1048576"], "hidden": ["1"]},
    st.builds(
        lambda said, inside: f"<c{said}>{inside}</c>",
        spelled({"t": ["n", "str", "b", "e", "d", "inlineStr"], "s": ["0", "1", "2", "3", "9"]}),
        st.sampled_from(CONTENTS),
    ),
)
CONTENT = table(
    "table:table-row",
    {"table:number-rows-repeated": ["1", "2", "1000000000"], "table:visibility": ["collapse"]},
    st.builds(
        lambda said, inside: f"<table:table-cell{said}>{inside}</table:table-cell>",
        spelled(
            {
                "table:number-columns-repeated": ["1", "2", "3"],
                "table:number-rows-spanned": ["2", "9999"],
                "office:value-type": ATTRIBUTES["ods"]["office:value-type"],
                "office:value": NUMBERS,
                "office:date-value": ATTRIBUTES["ods"]["office:date-value"],
                "table:formula": ["of:=1+1"],
            }
        ),
        st.sampled_from(PARAGRAPHS),
    ),
)


def check_promises(book: Book | None) -> None:
    """The grid's: rows in order, trailing blanks stripped, no blank text, no number that is none."""
    for found in book.sheets if book else ():
        assert [row.number for row in found.rows] == sorted({row.number for row in found.rows})
        assert all(row.cells and row.cells[-1] is not None for row in found.rows)
        for cell in (cell for row in found.rows for cell in row.cells):
            assert not isinstance(cell, str) or cell.strip() == cell != ""
            assert not isinstance(cell, float) or math.isfinite(cell)
            assert not isinstance(cell, datetime) or cell.tzinfo is None


@given(WORKSHEETS, st.sampled_from(["", '<mergeCells><mergeCell ref="A1:B9"/></mergeCells>']))
def test_a_grid_keeps_its_promises_whatever_a_worksheet_holds(rows: str, merges: str) -> None:
    check_promises(settle(sheet(f"<sheetData>{rows}</sheetData>{merges}"), "a.xlsx"))


@given(CONTENT)
def test_a_grid_keeps_its_promises_whatever_a_document_holds(rows: str) -> None:
    check_promises(settle(ods(rows), "a.ods"))


def test_the_same_table_reads_the_same_in_every_format() -> None:
    books = [open_book(WRITERS[name](SCRIPTS), name) for name in ("controls.xlsx", "controls.ods", "controls.csv")]
    assert [book.format for book in books] == [Format.XLSX, Format.ODS, Format.CSV]
    assert books[0].sheets[0].rows == books[1].sheets[0].rows == books[2].sheets[0].rows
    assert open_book(sheet(sheet_data(SCRIPTS)), "a.xlsx").sheets == books[0].sheets
