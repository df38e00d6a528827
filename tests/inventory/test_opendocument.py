from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import pytest
from factories.files import ods, ods_row, pack
from python_calamine import CalamineWorkbook

from mitigap.errors import FileRefused
from mitigap.inventory.book import Book, Cell, Format, Formula, Merge, Percent, Row
from mitigap.inventory.books import open_book

REAL = Path(__file__).parent.parent / "data" / "inventory" / "libreoffice.ods"
HALF_PAST_ONE = datetime.fromisoformat("2026-03-01T13:30")


def opened(data: bytes) -> Book:
    return open_book(data, "controls.ods")


def grid(data: bytes) -> dict[int, tuple[Cell, ...]]:
    return {row.number: row.cells for row in opened(data).sheets[0].rows}


def refusal(data: bytes) -> str:
    with pytest.raises(FileRefused) as refused:
        opened(data)
    return refused.value.message


def cell(attributes: str, *paragraphs: str) -> str:
    content = "".join(f"<text:p>{paragraph}</text:p>" for paragraph in paragraphs)
    return f"<table:table-cell {attributes}>{content}</table:table-cell>"


def row(*cells: str, attributes: str = "") -> str:
    return f"<table:table-row {attributes}>{''.join(cells)}</table:table-row>"


def one_cell(content: str) -> Cell:
    return grid(ods(row(content, cell("", "beside"))))[1][0]


def test_a_file_of_libreoffice_is_read_whole() -> None:
    book = opened(REAL.read_bytes())
    controls, lists = book.sheets
    assert book.format is Format.ODS
    assert controls.rows == (
        Row(1, ("Deployed controls",)),
        Row(3, ("Mitigation", "Status", "Level", "Review", "Owner", "Cost")),
        Row(4, ("Multi-factor Authentication", "Implemented", Percent(0.6), date(2026, 3, 1), "IAM team", 1200.5)),
        Row(5, ("Multi-factor Authentication", "Partial", Percent(0.5))),
        Row(6, ("Multi-factor Authentication", "Planned", 60, None, 1), hidden=True),
        Row(8, ("M1026", "Two\nlines and  two blanks", "#N/A", HALF_PAST_ONE)),
        Row(10, ("same", "same")),
        Row(11, ("same", "same")),
        Row(12, ("M1017", None, None, "13:30")),
    )
    assert controls.merged == (
        Merge(first_row=1, last_row=1, first_column=0, last_column=5),
        Merge(first_row=4, last_row=6, first_column=0, last_column=0),
    )
    assert controls.hidden_columns == {4}
    assert (lists.name, lists.hidden, lists.rows) == ("Lists", True, (Row(1, ("Yes",)),))
    assert [(note.location, note.code) for note in book.notes] == [
        ("Controls!8:C", "error-value"),
        ("Controls!6", "hidden-rows"),
        ("Controls", "hidden-columns"),
        ("Lists", "hidden-sheet"),
    ]


def test_another_reader_finds_the_same_texts_in_the_same_places() -> None:
    """An oracle only: it knows no merges or percentages, and a hostile file aborts the interpreter with it."""
    sheet = CalamineWorkbook.from_filelike(BytesIO(REAL.read_bytes())).get_sheet_by_index(0)
    texts = {
        (number, column): value
        for number, values in enumerate(sheet.to_python(skip_empty_area=False), 1)
        for column, value in enumerate(values)
        if isinstance(value, str) and value and not value.startswith("#")
    }
    ours = grid(REAL.read_bytes())
    assert texts
    assert {place: ours[place[0]][place[1]] for place in texts} == texts


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (cell('office:value-type="string"', "MFA"), "MFA"),
        (cell('office:value-type="string"', "one", "two"), "one\ntwo"),
        (cell('office:value-type="string" office:string-value="said"', "shown"), "said"),
        (cell('office:value-type="string"', "a<text:s text:c='3'/>b<text:tab/>c<text:line-break/>d"), "a   b\tc\nd"),
        (cell('office:value-type="string"', "M10<text:span>32</text:span>"), "M1032"),
        (cell('office:value-type="float" office:value="5.0"', "5,0"), 5),
        (cell('office:value-type="currency" office:value="0.5"', "0,50 €"), 0.5),
        (cell('office:value-type="percentage" office:value="0.6"', "60 %"), Percent(0.6)),
        (cell('office:value-type="date" office:date-value="2026-03-01"', "1.3.2026"), date(2026, 3, 1)),
        (cell('office:value-type="date" office:date-value="2026-03-01T13:30:00"', "1.3."), HALF_PAST_ONE),
        (cell('office:value-type="date" office:date-value="2026-03-01T13:30:00Z"', "1.3."), HALF_PAST_ONE),
        (cell('office:value-type="boolean" office:boolean-value="true"', "WAHR"), True),
        (cell('office:value-type="time" office:time-value="PT13H30M00S"', "13:30"), "13:30"),
        (cell('table:formula="of:=1+1" office:value-type="float" office:value="2"', "2"), 2),
        (cell('table:formula="of:=1+1"'), Formula("1+1")),
        (cell('office:value-type="float"', "5"), "5"),
        (cell('office:value-type="float" office:value="NaN"', "x"), "x"),
        (cell('office:value-type="date" office:date-value="2026-13-45"', "soon"), "soon"),
        (cell('office:value-type="float" office:value="1" calcext:value-type="error"', "#N/A"), "#N/A"),
        ("<table:covered-table-cell><text:p>covered</text:p></table:covered-table-cell>", None),
        (cell("", "<text:span>a</text:span>"), "a"),
        (cell("", " \x7f ".replace("\x7f", "&#x85;")), "�"),
    ],
)
def test_a_cell_is_what_its_type_says(content: str, value: Cell) -> None:
    found = one_cell(content)
    assert found == value
    assert type(found) is type(value)


def test_a_remark_is_no_part_of_the_cell() -> None:
    remark = "<office:annotation><text:p>ask the SOC</text:p></office:annotation>"
    assert one_cell(f"<table:table-cell>{remark}<text:p>MFA</text:p></table:table-cell>") == "MFA"


def test_a_table_within_a_cell_is_no_part_of_the_sheet() -> None:
    inner = f"<table:table table:name='inner'>{ods_row('x', 'y')}</table:table>"
    data = ods(row(f"<table:table-cell><text:p>MFA</text:p>{inner}</table:table-cell>") + ods_row("next"))
    assert grid(data) == {1: ("MFA",), 2: ("next",)}


def test_repeated_rows_and_cells_are_unrolled_in_place() -> None:
    repeated = '<table:table-cell table:number-columns-repeated="2"><text:p>a</text:p></table:table-cell>'
    blank = '<table:table-cell table:number-columns-repeated="3"/>'
    data = ods(
        '<table:table-row table:number-rows-repeated="9"><table:table-cell/></table:table-row>'
        + row(blank, repeated, attributes='table:number-rows-repeated="2"')
        + ods_row("end")
    )
    assert grid(data) == {10: (None, None, None, "a", "a"), 11: (None, None, None, "a", "a"), 12: ("end",)}


def test_blank_rows_and_cells_may_be_repeated_for_ever() -> None:
    blank = '<table:table-cell table:number-columns-repeated="999999999"/>'
    data = ods(ods_row("a") + row(blank, attributes='table:number-rows-repeated="999999999999"') + ods_row("b"))
    assert grid(data) == {1: ("a",), 1_000_000_000_001: ("b",)}


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (ods_row("a", times=1_048_576), "has 1,048,576 rows; the most that is read is 200,000"),
        (ods_row("a", times=10**18), "has 1,000,000,000,000,000,000 rows"),
        (ods_row("a") * 3 + ods_row("b", times=200_000), "has 200,003 rows"),
        (ods_row(*"abcdefghijklmnopqrstuvwxyz" * 2, times=150_000), "more than 5,000,000 cells"),
        (row(cell('table:number-columns-repeated="16384"', "a")), "a value in column XFD"),
        (row('<table:table-cell table:number-columns-repeated="999999999"/>', cell("", "a")), "500 columns"),
        (row(cell(f'table:number-columns-repeated="{"9" * 5000}"', "a")), "is damaged"),
        (row(cell('table:number-columns-repeated="many"', "a")), "is damaged"),
        ("".join(ods_row("a") for _ in range(3)).replace("<text:p>", "<text:p>" * 70), "for safety"),
        (row(cell("", "a" * 200_000)), "holds a whole book"),
        (row(cell("", "<text:s text:c='999999999'/>" * 200 + "a")), "holds a whole book"),
        (row(*[cell('table:number-rows-spanned="2"', "a")] * 400) * 51, "20,000 merged ranges"),
    ],
)
def test_a_bomb_is_counted_and_not_unrolled(table: str, said: str) -> None:
    assert said in refusal(ods(table))


def test_a_password_is_named() -> None:
    manifest = b'<manifest:manifest xmlns:manifest="x"><manifest:encryption-data/></manifest:manifest>'
    made = ods(ods_row("a"), **{"META-INF/manifest__xml": manifest, "content__xml": bytes(range(256))})
    assert "password" in refusal(made)


def test_a_document_without_content_or_sheets_is_refused() -> None:
    mimetype = {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}
    assert "no content inside" in refusal(pack(mimetype))
    assert "no sheet inside" in refusal(pack(mimetype | {"content.xml": b"<a/>"}))
    assert "DOCTYPE" in refusal(pack(mimetype | {"content.xml": b"<!DOCTYPE a><a/>"}))


def test_the_values_of_a_linked_file_are_no_sheet() -> None:
    data = ods(f"{ods_row('a')}</table:table><table:table table:name=\"'file:///a.ods'#$Sheet1\">{ods_row('b')}")
    assert [sheet.name for sheet in opened(data).sheets] == ["Controls"]
