"""What a file is, by its content and its name together, and what to do about one that cannot be read."""

import re
from collections.abc import Callable
from pathlib import PurePosixPath

from mitigap.errors import FileRefused
from mitigap.inventory import clean
from mitigap.inventory.book import Format
from mitigap.inventory.guard import Archive

_UPLOAD = "Upload a spreadsheet, as .xlsx, .xlsm, .ods, .csv or .tsv."
_SAVE = "Open it in a spreadsheet program, save it as an Excel workbook (.xlsx) and upload that."

_WEB_PAGE = f"This is a web page (HTML), whatever its name says. {_SAVE}"
_XML = f"This is an XML file. {_SAVE}"
_JSON = f"This is JSON. {_UPLOAD}"
_YAML = f"This is YAML. {_UPLOAD}"
_XLSB = f"Binary workbooks (.xlsb) cannot be read. {_SAVE}"
_NUMBERS = "Numbers documents cannot be read. In Numbers choose File, Export To, Excel, and upload the .xlsx."
_IMAGE = f"This is an image. {_UPLOAD}"
_PACKED = "This is a packed archive. Unpack it and upload the spreadsheet inside."

_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_OLE_STREAMS = (
    (
        "EncryptedPackage",
        "The workbook is protected with a password. Save a copy without the password and upload that.",
    ),
    ("Workbook", f"This is a workbook of the old kind (.xls), which cannot be read. {_SAVE}"),
    ("Book", f"This is a workbook of the old kind (.xls), which cannot be read. {_SAVE}"),
    ("", f"This is an Office document of the old kind, which cannot be read. {_SAVE}"),
)

_BEFORE_TEXT = re.compile(rb"\A(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\0\s]*")

_BY_CONTENT = tuple(
    (re.compile(pattern, re.IGNORECASE | re.DOTALL), message)
    for pattern, message in (
        (rb"%PDF-", f"This is a PDF document. {_UPLOAD}"),
        (rb"\x89PNG|\xff\xd8\xff|GIF8[79]a|II\*\0|MM\0\*|BM.{4}\0{4}|RIFF.{4}WEBP", _IMAGE),
        (rb"7z\xbc\xaf|Rar!\x1a|\x1f\x8b|PK\x05\x06|PK\x07\x08", _PACKED),
        (rb"\{\\rtf", f"This is a text document (.rtf). {_UPLOAD}"),
        (rb"SQLite format 3\0", f"This is a database. {_UPLOAD}"),
        (rb"(<\?xml[^>]*>\s*)?(<!--.{0,500}?-->\s*)?<(!doctype html|html|head|body|table|meta)\b", _WEB_PAGE),
        (rb"mime-version:", f"This is a web page saved as one file. {_SAVE}"),
        (rb"<\?xml\b|<[a-z][\w:.-]*[^>]*\bxmlns", _XML),
        (rb"\{\s*[\"}]|\[\s*[\[{\"]", _JSON),
        (rb"%YAML|---[ \t]*\r?\n", _YAML),
    )
)

_BY_NAME = {
    ".xls": f"This is named .xls and is no workbook of that kind. {_SAVE}",
    ".xlsb": _XLSB,
    ".numbers": _NUMBERS,
    ".json": _JSON,
    ".yaml": _YAML,
    ".yml": _YAML,
    ".html": _WEB_PAGE,
    ".htm": _WEB_PAGE,
    ".xml": _XML,
}

_WORKBOOKS = {".xlsx": Format.XLSX, ".xltx": Format.XLSX, ".xlsm": Format.XLSM, ".xltm": Format.XLSM}
_DELIMITED = {"", ".csv", ".tsv", ".tab", ".txt"}

_OTHER_PACKAGES: tuple[tuple[Callable[[str], bool], str], ...] = (
    (lambda name: name.startswith("word/"), f"This is a Word document. {_UPLOAD}"),
    (lambda name: name.startswith("ppt/"), f"This is a presentation. {_UPLOAD}"),
    (lambda name: name == "index.zip" or name.endswith(".iwa"), _NUMBERS),
    (lambda name: name.endswith((".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".tsv")), _PACKED),
)


def extension(filename: str) -> str:
    """In lower case with its dot; empty where there is none."""
    return PurePosixPath(clean.text(filename).strip()).suffix.lower()


def loose(data: bytes, filename: str) -> Format:
    """What a file is that is no ZIP file: delimited text, or refused."""
    ending = extension(filename)
    head = _BEFORE_TEXT.sub(b"", data[:4096], count=1)
    if not head:
        raise FileRefused("The file is empty.")
    if data.startswith(_OLE):
        raise FileRefused(next(message for stream, message in _OLE_STREAMS if stream.encode("utf-16-le") in data))
    for pattern, message in _BY_CONTENT:
        if pattern.match(head):
            raise FileRefused(message)
    if ending in _BY_NAME:
        raise FileRefused(_BY_NAME[ending])
    if ending in {*_WORKBOOKS, ".ods"}:
        raise FileRefused(
            f"This is named {ending} and is no workbook: it is damaged, or a file of another kind. {_SAVE}"
        )
    if ending not in _DELIMITED:
        raise FileRefused(f"Files named {clean.label(ending, 12)} are not read. {_UPLOAD}")
    return Format.CSV


def package(archive: Archive, filename: str) -> Format:
    """What a ZIP file is; refused where it is no spreadsheet, or not the kind that its name says."""
    ending = extension(filename)
    if "xl/workbook.bin" in archive:
        raise FileRefused(_XLSB)
    if any(name.startswith("xl/") for name in archive.names):
        return _workbook(archive, ending)
    mimetype = archive.head("mimetype") if "mimetype" in archive else b""
    if mimetype.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        return _named(ending, {"": Format.ODS, ".ods": Format.ODS}, "an OpenDocument spreadsheet", ".ods")
    if mimetype:
        raise FileRefused(f"This is a document of another kind. {_UPLOAD}")
    for is_it, message in _OTHER_PACKAGES:
        if any(map(is_it, archive.names)):
            raise FileRefused(message)
    raise FileRefused(f"This is a packed archive without a workbook inside. {_UPLOAD}")


def has_macros(archive: Archive) -> bool:
    return any(name.endswith("vbaproject.bin") or name.startswith("xl/macrosheets/") for name in archive.names)


def _workbook(archive: Archive, ending: str) -> Format:
    types = archive.head("[content_types].xml") if "[content_types].xml" in archive else b""
    macros = has_macros(archive) or b"macroEnabled" in types
    form = _named(ending, _WORKBOOKS | {"": Format.XLSM if macros else Format.XLSX}, "an Excel workbook", ".xlsx")
    if macros and form is Format.XLSX:
        raise FileRefused(
            "This workbook holds macros, or is made to hold them, and is named .xlsx. "
            "Save it without macros as an Excel workbook (.xlsx) and upload that."
        )
    return form


def _named(ending: str, allowed: dict[str, Format], what: str, right: str) -> Format:
    if ending not in allowed:
        raise FileRefused(
            f"This is {what}, and is named {clean.label(ending, 12)}. Name it {right} and upload it again."
        )
    return allowed[ending]
