import stat
import struct
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from factories.files import Entry, Parts, pack, parts, sheet, sheet_data, zip_of

from mitigap.errors import FileRefused
from mitigap.inventory.books import open_book
from mitigap.inventory.guard import Archive

MIB = 1 << 20
ROWS = [["Mitigation", "Status"], ["M1032", "Implemented"]]
WORKBOOK = parts({"Controls": sheet_data(ROWS)})
SHEET = "xl/worksheets/sheet1.xml"
DOCTYPE = b'<!DOCTYPE a [<!ENTITY b "c">]>'


def entries(**changed: Any) -> list[Entry]:
    """The workbook's entries, the sheet's with fields changed."""
    fields: dict[str, dict[str, Any]] = {name: {"name": name.encode(), "data": data} for name, data in WORKBOOK.items()}
    fields[SHEET] |= changed
    return [Entry(**each) for each in fields.values()]


def refusal(data: bytes) -> str:
    with pytest.raises(FileRefused) as refused:
        open_book(data, "controls.xlsx")
    return refused.value.message


def replaced(part: str, content: bytes) -> Parts:
    return WORKBOOK | {part: content}


def test_the_factory_of_hostile_files_makes_an_honest_one_too() -> None:
    assert open_book(zip_of(entries()), "controls.xlsx") == open_book(pack(WORKBOOK), "controls.xlsx")


@pytest.mark.parametrize(
    ("added", "said"),
    [
        (Entry(name=b"xl/worksheets/sheet1.xml"), "two parts named"),
        (Entry(name=b"XL/Worksheets/SHEET1.XML"), "two parts named"),
        (Entry(name=b"xl/media/a.png", at=0), "overlap"),
        (Entry(name=b"../../etc/passwd"), "odd name"),
        (Entry(name=b"xl/../../a"), "odd name"),
        (Entry(name=b"/etc/passwd"), "odd name"),
        (Entry(name=b"xl\\worksheets\\sheet2.xml"), "odd name"),
        (Entry(name=b"C:/a.xml"), "odd name"),
        (Entry(name=b"xl/a.xml\0.png"), "odd name"),
        (Entry(name=b"xl/a\x1b[2J.xml"), "odd name"),
        (Entry(name=b""), "odd name"),
        (Entry(name=b"xl/link.xml", data=b"/etc/passwd", mode=stat.S_IFLNK | 0o777), "link or a device"),
        (Entry(name=b"xl/pipe", mode=stat.S_IFIFO), "link or a device"),
        (Entry(name=b"xl/a.xml", method=zipfile.ZIP_BZIP2), "method that spreadsheets do not use"),
        (Entry(name=b"xl/a.xml", method=zipfile.ZIP_LZMA), "method that spreadsheets do not use"),
        (Entry(name=b"xl/a.xml", method=99), "method that spreadsheets do not use"),
        (Entry(name=b"xl/a.xml", flags=0x1), "password"),
        (Entry(name=b"xl/a.xml", flags=0x41), "password"),
        (Entry(name=b"xl/media/a.bin", size=65 * MIB), "unpacks to more"),
        (Entry(name=b"xl/media/a.bin", at=1 << 30), "points to places where nothing is"),
    ],
)
def test_r2_an_entry_that_no_spreadsheet_has_is_refused(added: Entry, said: str) -> None:
    assert said in refusal(zip_of([*entries(), added]))


def test_entries_share_no_bytes() -> None:
    """One stretch of packed bytes named five hundred times is how a small file becomes a large one."""
    shared = [Entry(name=f"xl/media/{number}.bin".encode(), at=0, data=b"a") for number in range(3)]
    assert "overlap" in refusal(zip_of([*entries(), *shared]))


def test_r2_more_parts_than_a_workbook_has_are_counted() -> None:
    added = [Entry(name=f"xl/media/{number}.bin".encode()) for number in range(500)]
    assert refusal(zip_of([*entries(), *added])) == (
        "The file is too large: it packs 507 files; the most that is read is 500."
    )


def test_a_million_entries_are_not_even_listed() -> None:
    assert "more than a thousand files" in refusal(zip_of(Entry(name=b"a") for _ in range(20_000)))


def test_parts_that_are_too_large_together_are_refused() -> None:
    added = [Entry(name=f"xl/media/{number}.bin".encode(), size=60 * MIB) for number in range(3)]
    assert "unpacks to more than a spreadsheet holds" in refusal(zip_of([*entries(), *added]))


def test_r2_what_comes_out_is_counted_whatever_the_directory_says() -> None:
    """A sheet of 65 MB of blanks that says it has 100 bytes."""
    bomb = entries(data=WORKBOOK[SHEET] + b" " * 65 * MIB, size=100)
    assert "cannot be unpacked" in refusal(zip_of(bomb))


def test_the_total_is_counted_over_all_parts_that_are_read() -> None:
    archive = Archive(pack({"a.xml": bytes(60 * MIB)}))
    assert sum(map(len, archive.chunks("a.xml"))) == 60 * MIB
    assert sum(map(len, archive.chunks("a.xml"))) == 60 * MIB
    with pytest.raises(FileRefused, match="128 MB in all"):
        list(archive.chunks("a.xml"))


@pytest.mark.parametrize(
    "data",
    [
        pack(WORKBOOK)[:-30],
        pack(WORKBOOK)[:400],
        b"PK\x03\x04",
        b"PK\x03\x04" + bytes(range(256)) * 20,
        zip_of(entries(local_name=b"xl/worksheets/sheet9.xml")),
    ],
    ids=["no end", "cut short", "only a beginning", "noise", "two names for one part"],
)
def test_a_damaged_archive_is_refused(data: bytes) -> None:
    assert "is damaged" in refusal(data)


def test_a_changed_byte_is_noticed() -> None:
    data = bytearray(pack(WORKBOOK))
    data[data.index(SHEET.encode()) + len(SHEET) + 5] ^= 0xFF
    assert "is damaged" in refusal(bytes(data))


def test_something_before_the_archive_is_refused() -> None:
    assert "before the archive" in refusal(b"PK\x03\x04 another file " + pack(WORKBOOK))
    assert "named .xlsx and is no workbook" in refusal(b"#!/bin/sh\n" + pack(WORKBOOK))


def test_a_zip64_directory_is_checked_like_any_other() -> None:
    data = pack(WORKBOOK)
    start = data.rindex(b"PK\x05\x06")
    size, offset = struct.unpack_from("<2L", data, start + 12)
    count = len(WORKBOOK)
    wide = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, offset)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, start, 1)
    assert open_book(data[:start] + wide + locator + data[start:], "controls.xlsx").sheets


# XML


@pytest.mark.parametrize(
    "part", [*WORKBOOK, "docProps/core.xml", "xl/comments1.xml", "xl/drawings/vmlDrawing1.vml", "xl/theme/theme1.xml"]
)
def test_r3_no_part_may_declare_a_doctype(part: str) -> None:
    assert "DOCTYPE" in refusal(pack(replaced(part, DOCTYPE + WORKBOOK.get(part, b"<a/>"))))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_r3_a_doctype_is_found_by_a_parser_and_not_by_a_search(encoding: str) -> None:
    hidden = f'<?xml version="1.0" encoding="{encoding}"?><!-- a --><!DOCTYPE a [<!ENTITY b "c">]><a/>'
    assert "DOCTYPE" in refusal(pack(replaced("xl/styles.xml", hidden.encode(encoding))))
    assert open_book(sheet(sheet_data([["<!DOCTYPE a>"]])), "controls.xlsx").sheets[0].rows[0].cells == (
        "<!DOCTYPE a>",
    )


@pytest.mark.parametrize(
    "content",
    [
        "<a>" * 70 + "</a>" * 70,
        "<a " + " ".join(f'b{number}="c"' for number in range(201)) + "/>",
        f'<a b="{"c" * (2 * MIB)}"/>',
        f"<!--{'c' * (2 * MIB)}-->",
        f"<?a {'c' * (2 * MIB)}?>",
        f"<{'a' * (2 * MIB)}/>",
        "<a" + " " * (2 * MIB),
    ],
    ids=["deep", "attributes", "attribute", "comment", "instruction", "name", "open tag"],
)
def test_r3_markup_beyond_all_measure_is_refused(content: str) -> None:
    assert "for safety" in refusal(sheet(content))


def test_a_text_beyond_all_measure_is_refused() -> None:
    text = f'<sheetData><row r="1"><c r="A1" t="str"><v>{"c" * (2 * MIB)}</v></c></row></sheetData>'
    assert "holds a whole book" in refusal(sheet(text))


@pytest.mark.parametrize("part", [name for name in WORKBOOK if name != "[Content_Types].xml"])
@pytest.mark.parametrize("content", [b"", b"<a>", b"\xff\xfe\xff", b'<?xml version="1.0" encoding="nonsense"?><a/>'])
def test_xml_that_is_none_is_refused(part: str, content: bytes) -> None:
    assert "is damaged" in refusal(pack(replaced(part, content)))


def test_an_undeclared_entity_is_refused() -> None:
    assert "is damaged" in refusal(sheet("<sheetData><row><c><v>&b;</v></c></row></sheetData>"))


def merges(count: int) -> Iterator[str]:
    return (f'<mergeCell ref="A{number}:B{number}"/>' for number in range(1, count + 1))


def test_a_million_merges_are_refused() -> None:
    assert "20,000 merged ranges" in refusal(sheet(f"<mergeCells>{''.join(merges(20_001))}</mergeCells>"))
    assert open_book(sheet(f"<mergeCells>{''.join(merges(20_000))}</mergeCells>"), "c.xlsx").sheets[0].rows == ()
