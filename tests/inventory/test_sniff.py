import pytest
from factories.files import csv, ods, ods_row, pack, parts, sheet_data, xlsx

from mitigap.errors import FileRefused
from mitigap.inventory.book import Format
from mitigap.inventory.books import open_book

ROWS = [["Mitigation", "Status"], ["M1032", "Implemented"]]
WORKBOOK = parts({"Controls": sheet_data(ROWS)})
OLE = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(504)
MACROS = {"xl/vbaProject.bin": OLE}


def wide(name: str) -> bytes:
    return name.encode("utf-16-le")


def refusal(data: bytes, filename: str) -> str:
    with pytest.raises(FileRefused) as refused:
        open_book(data, filename)
    return refused.value.message


@pytest.mark.parametrize(
    ("data", "filename", "form"),
    [
        (xlsx(ROWS), "controls.xlsx", Format.XLSX),
        (xlsx(ROWS), "CONTROLS.XLSX", Format.XLSX),
        (xlsx(ROWS), "template.xltx", Format.XLSX),
        (xlsx(ROWS), "controls", Format.XLSX),
        (xlsx(ROWS), "controls.xlsm", Format.XLSM),
        (pack(WORKBOOK | MACROS), "controls.xlsm", Format.XLSM),
        (pack(WORKBOOK | {"xl/embeddings/other.xlsx": b"", "xl/embeddings/other.docx": b""}), "c.xlsx", Format.XLSX),
        (ods(ods_row("M1032")), "controls.ods", Format.ODS),
        (csv(ROWS), "controls.csv", Format.CSV),
        (csv(ROWS), "controls.tsv", Format.CSV),
        (csv(ROWS), "controls.txt", Format.CSV),
        (csv(ROWS), "controls", Format.CSV),
        (csv([["[ID]", "{name}"], ["BMC", "RIFF"]]), "controls.csv", Format.CSV),
    ],
)
def test_a_spreadsheet_is_known_by_content_and_name(data: bytes, filename: str, form: Format) -> None:
    assert open_book(data, filename).format is form


@pytest.mark.parametrize(
    ("data", "filename", "said"),
    [
        (b"", "controls.xlsx", "is empty"),
        (b"\xef\xbb\xbf \r\n", "controls.csv", "is empty"),
        (OLE + wide("Workbook"), "controls.xls", "old kind (.xls)"),
        (OLE + wide("Workbook"), "controls.xlsx", "old kind (.xls)"),
        (OLE + wide("EncryptedPackage"), "controls.xlsx", "protected with a password"),
        (OLE + wide("WordDocument"), "controls.doc", "Office document of the old kind"),
        (pack({"xl/workbook.bin": b""}), "controls.xlsb", "Binary workbooks (.xlsb)"),
        (b"anything", "controls.xlsb", "Binary workbooks (.xlsb)"),
        (pack({"Index/Document.iwa": b""}), "controls.numbers", "Numbers documents"),
        (pack({"word/document.xml": b"<a/>"}), "controls.docx", "Word document"),
        (pack({"word/document.xml": b"<a/>", "word/embeddings/a.xlsx": b""}), "controls.xlsx", "Word document"),
        (pack({"ppt/presentation.xml": b"<a/>"}), "controls.pptx", "presentation"),
        (pack({"mimetype": b"application/vnd.oasis.opendocument.text"}), "controls.odt", "document of another kind"),
        (pack({"export/controls.xlsx": b"PK"}), "export.zip", "Unpack it"),
        (pack({"readme.txt": b"hello"}), "controls.xlsx", "without a workbook inside"),
        (b"PK\x05\x06" + bytes(18), "controls.xlsx", "packed archive"),
        (b"%PDF-1.7\n", "controls.pdf", "PDF"),
        (b"%PDF-1.7\n", "controls.xlsx", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "controls.png", "image"),
        (b"\xff\xd8\xff\xe0", "controls.jpg", "image"),
        (b"7z\xbc\xaf'\x1c", "controls.7z", "Unpack it"),
        (b"\x1f\x8b\x08\0", "controls.csv.gz", "Unpack it"),
        (b'{"schema": 1}', "controls.json", "This is JSON"),
        (b' [{"id": "M1032"}]', "controls.csv", "This is JSON"),
        (b"---\nversion: 1\n", "controls.csv", "This is YAML"),
        (b"version: 1\n", "controls.yaml", "This is YAML"),
        (b"<html><table><tr><td>M1032</td></tr></table></html>", "controls.xls", "web page"),
        (b"\xef\xbb\xbf<!DOCTYPE html>\n<html>", "controls.xlsx", "web page"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "c.xls", "XML file"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related", "controls.xls", "web page saved as one file"),
        (csv(ROWS), "controls.xls", "named .xls and is no workbook of that kind"),
        (csv(ROWS), "controls.xlsx", "named .xlsx and is no workbook"),
        (csv(ROWS), "controls.ods", "named .ods and is no workbook"),
        (csv(ROWS), "notes.md", "Files named .md are not read"),
        (xlsx(ROWS), "controls.csv", "Name it .xlsx"),
        (xlsx(ROWS), "controls.xls", "Name it .xlsx"),
        (xlsx(ROWS), "controls.ods", "Name it .xlsx"),
        (ods(ods_row("M1032")), "controls.xlsx", "Name it .ods"),
        (pack(WORKBOOK | MACROS), "controls.xlsx", "macros"),
        (pack(WORKBOOK | {"xl/macrosheets/sheet1.xml": b"<a/>"}), "controls.xlsx", "macros"),
        (bytes(range(256)) * 40, "controls.xlsx", "named .xlsx and is no workbook"),
        (bytes(range(256)) * 40, "controls.csv", "named as text and is none"),
    ],
)
def test_r5_what_cannot_be_read_is_refused_by_name(data: bytes, filename: str, said: str) -> None:
    assert said in refusal(data, filename)


def test_a_refusal_says_what_to_do() -> None:
    assert refusal(OLE + wide("Workbook"), "controls.xls") == (
        "This is a workbook of the old kind (.xls), which cannot be read. "
        "Open it in a spreadsheet program, save it as an Excel workbook (.xlsx) and upload that."
    )


def test_a_file_larger_than_the_limit_is_refused_with_both_figures() -> None:
    assert refusal(bytes(51 << 20), "controls.csv") == (
        "The file is too large: it has 51 MB; the most that is read is 50 MB."
    )


def test_macros_are_noted_and_not_read() -> None:
    (note,) = open_book(pack(WORKBOOK | MACROS), "controls.xlsm").notes
    assert (note.code, note.location) == ("macros", "")
