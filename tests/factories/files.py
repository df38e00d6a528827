"""Spreadsheet files made in memory: honest ones in a line, and hostile ones byte by byte."""

import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from io import BytesIO
from xml.sax.saxutils import escape, quoteattr

import msgspec

from mitigap.inventory.book import column_letter

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_EPOCH = date(1899, 12, 30)

_STYLES = (
    "<fonts><font/></fonts><fills><fill><patternFill/></fill></fills><borders><border/></borders>"
    '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="9"/><xf numFmtId="14"/><xf numFmtId="22"/></cellXfs>'
    '<cellStyles><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
)

Rows = Iterable[Sequence[object]]
Parts = dict[str, bytes]


# delimited text


def csv(rows: Rows, delimiter: str = ",", encoding: str = "utf-8", end: str = "\r\n") -> bytes:
    return end.join([delimiter.join(_field(value, delimiter) for value in row) for row in rows] + [""]).encode(encoding)


def _field(value: object, delimiter: str) -> str:
    text = "" if value is None else str(value)
    doubled = text.replace('"', '""')
    return f'"{doubled}"' if any(mark in text for mark in (delimiter, '"', "\n", "\r")) else text


# workbooks: `xlsx` for a whole one, `parts` and `pack` where a part is to be replaced


def xlsx(rows: Rows | Mapping[str, Rows], *, hidden: Iterable[str] = ()) -> bytes:
    """One sheet named Controls, or several by name. Texts, numbers, booleans, dates and None (no cell at all)."""
    sheets = rows if isinstance(rows, Mapping) else {"Controls": rows}
    return pack(parts({name: sheet_data(content) for name, content in sheets.items()}, hidden=hidden))


def sheet_data(rows: Rows) -> str:
    return f"<sheetData>{''.join(_row(number, values) for number, values in enumerate(rows, 1))}</sheetData>"


def _row(number: int, values: Sequence[object]) -> str:
    cells = (
        cell(f"{column_letter(column)}{number}", value) for column, value in enumerate(values) if value is not None
    )
    return f'<row r="{number}">{"".join(cells)}</row>'


def cell(reference: str, value: object) -> str:
    if isinstance(value, bool):
        return f'<c r="{reference}" t="b"><v>{value:d}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{reference}"><v>{value!r}</v></c>'
    if isinstance(value, date):
        return f'<c r="{reference}" s="2"><v>{(value - _EPOCH).days}</v></c>'
    return f'<c r="{reference}" t="inlineStr"><is><t xml:space="preserve">{escape(str(value))}</t></is></c>'


def parts(
    sheets: Mapping[str, str],
    *,
    strings: str = "",
    workbook: str = "",
    hidden: Iterable[str] = (),
    namespace: str = MAIN,
    styles: str = "",
) -> Parts:
    """`sheets` maps a name to what stands inside its `worksheet`. Style 1 is `0%`, 2 a date, 3 a date with time."""
    concealed = set(hidden)
    states = ("", ' state="hidden"')
    listed = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{number}" r:id="rId{number}"{states[name in concealed]}/>'
        for number, name in enumerate(sheets, 1)
    )
    targets = [(f"worksheets/sheet{number}.xml", "worksheet") for number in range(1, len(sheets) + 1)]
    targets += [("sharedStrings.xml", "sharedStrings"), ("styles.xml", "styles")]
    made = {
        "[Content_Types].xml": _content_types(targets),
        "_rels/.rels": _relationships([("xl/workbook.xml", "officeDocument")]),
        "xl/workbook.xml": f'<workbook xmlns="{namespace}" xmlns:r="{_RELATIONS}">{workbook}'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": _relationships(targets),
        "xl/sharedStrings.xml": f'<sst xmlns="{namespace}">{strings}</sst>',
        "xl/styles.xml": styles or f'<styleSheet xmlns="{namespace}">{_STYLES}</styleSheet>',
    }
    for number, content in enumerate(sheets.values(), 1):
        made[f"xl/worksheets/sheet{number}.xml"] = f'<worksheet xmlns="{namespace}">{content}</worksheet>'
    return {name: content.encode() for name, content in made.items()}


def _relationships(targets: Sequence[tuple[str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{number}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
        for number, (target, kind) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def _content_types(targets: Sequence[tuple[str, str]]) -> str:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    overrides = "".join(
        f'<Override PartName="/xl/{target}" ContentType="{kind}.{name}+xml"/>'
        for target, name in [*targets, ("workbook.xml", "sheet.main")]
    )
    default = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    return f'<Types xmlns="{_PACKAGE}/content-types">{default}{overrides}</Types>'


def sheet(content: str, **more: str) -> bytes:
    """A workbook with the one sheet Controls, whose inside is `content`."""
    return pack(parts({"Controls": content}, **more))


# OpenDocument

_OPEN_DOCUMENT = "urn:oasis:names:tc:opendocument:xmlns"
_NAMESPACES = " ".join(f'xmlns:{name}="{_OPEN_DOCUMENT}:{name}:1.0"' for name in ("office", "table", "text", "style"))
_CALC = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'


def ods(table: str, **more: bytes) -> bytes:
    """`table` is what stands inside the one sheet Controls; `more` adds parts or replaces them."""
    body = f'<office:body><office:spreadsheet><table:table table:name="Controls">{table}</table:table>'
    content = f"<office:document-content {_NAMESPACES} {_CALC}>{body}</office:spreadsheet></office:body>"
    made = {
        "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": f"{content}</office:document-content>".encode(),
    }
    return pack(made | {name.replace("__", "."): data for name, data in more.items()})


def ods_row(*texts: str, times: int = 1) -> str:
    cells = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{escape(text)}</text:p></table:table-cell>'
        for text in texts
    )
    return f'<table:table-row table:number-rows-repeated="{times}">{cells}</table:table-row>'


# ZIP files


def pack(files: Mapping[str, bytes]) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return target.getvalue()


class Entry(msgspec.Struct, kw_only=True):
    """One entry as a hostile writer would make it: every field may lie. `at` puts it over an earlier entry's bytes."""

    name: bytes
    data: bytes = b""
    method: int = zipfile.ZIP_DEFLATED
    flags: int = 0
    mode: int = 0
    size: int | None = None
    at: int | None = None
    local_name: bytes | None = None


def zip_of(entries: Iterable[Entry]) -> bytes:
    body, directory, count = bytearray(), bytearray(), 0
    for entry in entries:
        packed = _deflated(entry.data) if entry.method == zipfile.ZIP_DEFLATED else entry.data
        size = len(entry.data) if entry.size is None else entry.size
        fields = (
            20,
            entry.flags,
            entry.method,
            0,
            0x5C21,
            zlib.crc32(entry.data),
            len(packed),
            size,
            len(entry.name),
            0,
        )
        offset = len(body) if entry.at is None else entry.at
        if entry.at is None:
            body += struct.pack("<4s5H3L2H", b"PK\x03\x04", *fields) + (entry.local_name or entry.name) + packed
        directory += struct.pack("<4sH", b"PK\x01\x02", 3 << 8 | 20) + struct.pack("<5H3L2H", *fields)
        directory += struct.pack("<3H2L", 0, 0, 0, entry.mode << 16, offset) + entry.name
        count += 1
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count & 0xFFFF, count & 0xFFFF, len(directory), len(body), 0)
    return bytes(body + directory) + end


def _deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()
