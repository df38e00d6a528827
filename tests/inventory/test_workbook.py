from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from factories.files import MAIN, STRICT, cell, pack, parts, sheet, sheet_data, xlsx

from mitigap.errors import FileRefused
from mitigap.inventory.book import Book, Cell, Formula, Merge, Percent, Row, Sheet
from mitigap.inventory.books import open_book

HALF_PAST_ONE = datetime.fromisoformat("2026-03-01T13:30")


def opened(data: bytes) -> Book:
    return open_book(data, "controls.xlsx")


def only(data: bytes) -> Sheet:
    (found,) = opened(data).sheets
    return found


def grid(data: bytes) -> dict[int, tuple[Cell, ...]]:
    return {row.number: row.cells for row in only(data).rows}


def refusal(data: bytes) -> str:
    with pytest.raises(FileRefused) as refused:
        opened(data)
    return refused.value.message


def notes(book: Book) -> list[tuple[str, str]]:
    return [(note.location, note.code) for note in book.notes]


def rows(content: str) -> str:
    return f"<sheetData>{content}</sheetData>"


def one_cell(content: str, **more: str) -> Cell:
    """What is read of a cell A1 given as XML."""
    return grid(sheet(rows(f'<row r="1">{content}<c r="B1"><v>1</v></c></row>'), **more))[1][0]


# values


@pytest.mark.parametrize(
    ("content", "value"),
    [
        ('<c r="A1"><v>5</v></c>', 5),
        ('<c r="A1" t="n"><v>5.0</v></c>', 5),
        ('<c r="A1"><v>0.25</v></c>', 0.25),
        ('<c r="A1"><v>1E3</v></c>', 1000),
        ('<c r="A1"><v>-2</v></c>', -2),
        ('<c r="A1"><v>123456789012345678901234567890</v></c>', 1.2345678901234568e29),
        ('<c r="A1" s="1"><v>0.6</v></c>', Percent(0.6)),
        ('<c r="A1" s="1"><v>1</v></c>', Percent(1)),
        ('<c r="A1" s="2"><v>46082</v></c>', date(2026, 3, 1)),
        ('<c r="A1" s="3"><v>46082.5625</v></c>', HALF_PAST_ONE),
        ('<c r="A1" s="3"><v>0.5625</v></c>', "13:30:00"),
        ('<c r="A1" s="99"><v>5</v></c>', 5),
        ('<c r="A1" t="d"><v>2026-03-01</v></c>', date(2026, 3, 1)),
        ('<c r="A1" t="d"><v>2026-03-01T13:30:00</v></c>', HALF_PAST_ONE),
        ('<c r="A1" t="d"><v>soon</v></c>', "soon"),
        ('<c r="A1" t="b"><v>1</v></c>', True),
        ('<c r="A1" t="b"><v>TRUE</v></c>', True),
        ('<c r="A1" t="b"><v>0</v></c>', False),
        ('<c r="A1" t="e"><v>#N/A</v></c>', "#N/A"),
        ('<c r="A1" t="str"><v> MFA\n</v></c>', "MFA"),
        ('<c r="A1" t="str"><v>a_x000D_\nb_x0007_ _x005F_x0041_</v></c>', "a\nb� _x0041_"),
        ('<c r="A1" t="s"><v>0</v></c>', "MFA"),
        ('<c r="A1" t="s"><v>1</v></c>', None),
        ('<c r="A1" t="s"><v>2</v></c>', "東京 rich"),
        ('<c r="A1" t="inlineStr"><is><r><t>M10</t></r><r><rPr><b/></rPr><t>32</t></r></is></c>', "M1032"),
        ('<c r="A1" t="inlineStr"><is><t/></is></c>', None),
        ('<c r="A1" s="1"/>', None),
        ("<c><v>5</v></c>", 5),
    ],
)
def test_a_cell_is_what_its_type_and_style_say(content: str, value: Cell) -> None:
    strings = (
        '<si><t xml:space="preserve"> MFA </t></si><si><t> </t></si>'
        "<si><r><t>東京</t></r><r><t xml:space='preserve'> rich</t></r>"
        '<rPh sb="0" eb="2"><t>トウキョウ</t></rPh><phoneticPr fontId="1"/></si>'
    )
    found = one_cell(content, strings=strings)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("number_format", "value"),
    [
        ("0.0%", Percent(0.5)),
        ('0" %"', 0.5),
        ("0\\%", 0.5),
        ('[Red]0%;"none"', Percent(0.5)),
        ("[h]:mm", "12:00:00"),
        ("General", 0.5),
        ("#,##0.00 [$€-407]", 0.5),
    ],
)
def test_a_number_format_says_what_a_number_is(number_format: str, value: Cell) -> None:
    content = number_format.replace('"', "&quot;")
    styles = (
        f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="170" formatCode="{content}"/></numFmts>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="170"/></cellXfs></styleSheet>'
    )
    assert one_cell('<c r="A1" s="1"><v>0.5</v></c>', styles=styles) == value


def test_a_number_format_beyond_all_measure_is_refused() -> None:
    numbers = (
        f'<numFmts><numFmt numFmtId="170" formatCode="{"[" * 2000}"/></numFmts><cellXfs><xf numFmtId="170"/></cellXfs>'
    )
    assert "number formats" in refusal(sheet("", styles=f'<styleSheet xmlns="{MAIN}">{numbers}</styleSheet>'))


def test_dates_count_from_1904_where_the_workbook_says_so() -> None:
    assert one_cell('<c r="A1" s="2"><v>0</v></c>', workbook='<workbookPr date1904="1"/>') == "00:00:00"
    assert one_cell('<c r="A1" s="2"><v>44620</v></c>', workbook='<workbookPr date1904="1"/>') == date(2026, 3, 1)


@pytest.mark.parametrize(
    ("content", "value", "code"),
    [
        ('<c r="A1"><v>five</v></c>', "five", "not-a-number"),
        ('<c r="A1"><v>NaN</v></c>', "NaN", "not-a-number"),
        ('<c r="A1"><v>1e999</v></c>', "1e999", "not-a-number"),
        ('<c r="A1" s="2"><v>99999999999</v></c>', 99999999999, "not-a-date"),
        ('<c r="A1" t="e"><v>#REF!</v></c>', "#REF!", "error-value"),
    ],
)
def test_a_value_that_is_not_what_it_says_is_kept_and_noted(content: str, value: Cell, code: str) -> None:
    book = opened(sheet(rows(f'<row r="3">{content.replace("A1", "A3")}</row>')))
    assert book.sheets[0].rows == (Row(3, (value,)),)
    assert notes(book) == [("Controls!3:A", code)]


# formulas


@pytest.mark.parametrize(
    ("content", "value"),
    [
        ('<c r="A1"><f>1+1</f><v>2</v></c>', 2),
        ('<c r="A1" t="str"><f>"M"&amp;1032</f><v>M1032</v></c>', "M1032"),
        ('<c r="A1" t="str"><f>IF(B1="","","x")</f><v></v></c>', None),
        ('<c r="A1"><f>1+1</f></c>', Formula("1+1")),
        ('<c r="A1"><f>1+1</f><v/></c>', Formula("1+1")),
        ('<c r="A1"><f t="shared" si="0"/></c>', Formula("")),
        ('<c r="A1" t="b"><f>TRUE()</f><v></v></c>', Formula("TRUE()")),
    ],
)
def test_a_formula_is_its_stored_result_or_said_to_have_none(content: str, value: Cell) -> None:
    assert one_cell(content) == value


def test_formulas_as_openpyxl_writes_them_have_no_result() -> None:
    made = openpyxl.Workbook()
    made.active.append(["Mitigation", "Level"])
    made.active.append(["M1032", "=1/2"])
    target = BytesIO()
    made.save(target)
    book = opened(target.getvalue())
    assert book.sheets[0].rows[1] == Row(2, ("M1032", Formula("1/2")))
    assert notes(book) == [("Sheet!2:B", "formula-without-value")]


def test_results_that_no_program_ever_calculated_are_noted() -> None:
    """So XlsxWriter makes them: the result is a 0, and a word tells every program to calculate anew."""
    content = rows('<row r="2"><c r="B2"><f>1/2</f><v>0</v></c></row>')
    book = opened(sheet(content, workbook='<calcPr calcId="124519" fullCalcOnLoad="1"/>'))
    assert book.sheets[0].rows == (Row(2, (None, 0)),)
    assert notes(book) == [("Controls", "formula-not-calculated")]


def test_of_many_notes_alike_fifty_are_kept_and_the_rest_counted() -> None:
    cells = "".join(f'<row r="{number}"><c r="A{number}"><f>1</f></c></row>' for number in range(1, 1001))
    book = opened(sheet(rows(cells)))
    assert len(book.notes) == 51
    assert book.notes[-1].location == "Controls"
    assert book.notes[-1].message == "950 more cells of this sheet are like that."


# places


def test_rows_and_columns_keep_their_true_numbers() -> None:
    sparse = '<row r="7"><c r="C7"><v>1</v></c></row><row r="1048576"><c r="A1048576"><v>2</v></c></row>'
    assert grid(sheet(rows(sparse))) == {7: (None, None, 1), 1048576: (2,)}


def test_rows_and_cells_without_a_reference_follow_each_other() -> None:
    content = "<row><c><v>1</v></c><c><v>2</v></c></row>"
    content += '<row r="5"><c r="B5"><v>3</v></c><c><v>4</v></c></row><row><c><v>5</v></c></row>'
    assert grid(sheet(rows(content))) == {1: (1, 2), 5: (None, 3, 4), 6: (5,)}


def test_rows_and_cells_out_of_order_are_put_in_order() -> None:
    content = (
        '<row r="9"><c r="B9"><v>2</v></c><c r="A9"><v>1</v></c></row>'
        '<row r="2"><c r="A2"><v>3</v></c></row><row r="4"><c r="A4"><v>4</v></c></row>'
    )
    assert [*grid(sheet(rows(content))).items()] == [(2, (3,)), (4, (4,)), (9, (1, 2))]


@pytest.mark.parametrize("dimension", ["A1", "A1:XFD1048576", "nonsense"])
def test_r4_what_the_file_says_of_its_size_is_not_asked(dimension: str) -> None:
    data = sheet(f'<dimension ref="{dimension}"/>' + sheet_data([["a", "b"]] * 4))
    assert grid(data) == dict.fromkeys(range(1, 5), ("a", "b"))


def test_rows_of_nothing_are_left_out() -> None:
    empty = "".join(f'<row r="{number}"><c r="A{number}" s="1"/></row>' for number in range(2, 1000))
    assert grid(sheet(rows(f'<row r="1"><c r="A1"><v>1</v></c></row>{empty}'))) == {1: (1,)}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('<row r="1"><c r="A1" t="s"><v>-1</v></c></row>', "A1 points to a text that is not in the file"),
        ('<row r="3"><c r="B3" t="s"><v>1</v></c></row>', "B3 points to a text that is not in the file"),
        ('<row r="1"><c r="A1" t="s"><v>0.5</v></c></row>', "A1 points to a text that is not in the file"),
        ('<row r="1"><c r="A1" t="z"><v>1</v></c></row>', "A1 is of an unknown type"),
        ('<row r="1"><c r="A1"><v>1</v></c></row><row r="1"><c r="A1"><v>2</v></c></row>', "two rows 1"),
        ('<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>', "cell A1 stands there twice"),
        ('<row r="1"><c r="A2"><v>1</v></c></row>', "row 1 holds a cell that calls itself A2"),
        ('<row r="1"><c r="A11"><v>1</v></c></row>', "row 1 holds a cell that calls itself A11"),
        ('<row r="1"><c r="1"><v>1</v></c></row>', "row 1 holds a cell that calls itself 1"),
        ('<row r="1"><c r="ZZZ1"><v>1</v></c></row>', "a column ZZZ"),
        ('<row r="1"><c r="AAAAAAAA1"><v>1</v></c></row>', "calls itself AAAAAAAA1"),
        ('<row r="0"><c><v>1</v></c></row>', "a row has a number that no sheet has"),
        ('<row r="1048577"><c><v>1</v></c></row>', "a row has a number that no sheet has"),
        ('<row r="-5"><c><v>1</v></c></row>', "a row has a number that no sheet has"),
        ('<row r="one"><c><v>1</v></c></row>', "is not what it should be"),
        (f'<row r="{"9" * 5000}"><c><v>1</v></c></row>', "is not what it should be"),
        ('<row r="1"><row r="2"/></row>', "a row begins inside a row"),
        ('<c r="A1"><v>1</v></c>', "outside a row"),
        ('<row r="1"><c r="A1"><c r="B1"/></c></row>', "outside a row"),
    ],
)
def test_a_damaged_sheet_is_refused_with_the_place(content: str, said: str) -> None:
    message = refusal(sheet(rows(content), strings="<si><t>a</t></si>"))
    assert message.startswith("The file is damaged")
    assert said in message


# limits


def test_the_rows_of_a_sheet_that_is_too_long_are_counted() -> None:
    content = "<row><c><v>1</v></c></row>" * 200_123
    assert refusal(sheet(rows(content))) == (
        "The file is too large: the sheet “Controls” has 200,123 rows; the most that is read is 200,000."
    )


def test_a_sheet_that_is_too_wide_is_refused_with_the_column() -> None:
    assert "a value in column XFD; the most that is read is 500 columns" in refusal(
        sheet(rows('<row r="1"><c r="XFD1"><v>1</v></c></row>'))
    )
    assert len(grid(sheet(rows('<row r="1"><c r="SF1"><v>1</v></c><c r="XFD1" s="1"/></row>')))[1]) == 500


def test_more_cells_than_memory_has_room_for_are_refused() -> None:
    content = '<row><c/><c r="SF{0}"><v>1</v></c></row>'
    many = "".join(content.format(number) for number in range(1, 10_100))
    assert "more than 5,000,000 cells" in refusal(sheet(rows(many)))


def test_a_long_text_is_cut_and_noted() -> None:
    book = opened(sheet(sheet_data([["a", "b" * 40_000]])))
    assert book.sheets[0].rows[0].cells == ("a", "b" * 32_767)
    assert notes(book) == [("Controls!1:B", "truncated")]


# merges, hidden things


def test_a_tall_merge_is_carried_down_where_a_row_has_something_to_say() -> None:
    content = (
        '<sheetData><row r="1"><c r="A1" t="str"><v>MFA</v></c><c r="B1"><v>1</v></c></row>'
        '<row r="2"><c r="A2"/><c r="B2"><v>2</v></c></row><row r="3"><c r="A3"/></row>'
        '<row r="4"><c r="B4"><v>4</v></c></row><row r="5"><c r="B5"><v>5</v></c></row></sheetData>'
        '<mergeCells count="7"><mergeCell ref="A1:A4"/></mergeCells>'
    )
    assert grid(sheet(content)) == {1: ("MFA", 1), 2: ("MFA", 2), 4: ("MFA", 4), 5: (None, 5)}
    assert only(sheet(content)).merged == (Merge(first_row=1, last_row=4, first_column=0, last_column=0),)


def test_a_wide_merge_says_its_title_once() -> None:
    content = sheet_data([["Deployed controls"], ["Mitigation", "Status", "Owner"]])
    found = only(sheet(content + '<mergeCells><mergeCell ref="A1:C1"/></mergeCells>'))
    assert found.rows[0].cells == ("Deployed controls",)
    assert found.merged == (Merge(first_row=1, last_row=1, first_column=0, last_column=2),)


@pytest.mark.parametrize("reference", ["", "A:B", "1:2", "A0:A2", "ZZZ1:ZZZ2", "A1:B2:C3"])
def test_a_merge_of_no_cells_is_refused(reference: str) -> None:
    assert "is damaged" in refusal(sheet(f'<mergeCells><mergeCell ref="{reference}"/></mergeCells>'))


def test_many_merges_over_many_rows_are_bounded() -> None:
    content = rows("<row><c><v>1</v></c></row>" * 20_000)
    many = "".join(f'<mergeCell ref="B{number}:B1048576"/>' for number in range(1, 20_000))
    assert "more than 5,000,000 cells" in refusal(sheet(f"{content}<mergeCells>{many}</mergeCells>"))


def test_hidden_rows_columns_and_sheets_are_read_and_told() -> None:
    content = '<cols><col min="2" max="2" hidden="1"/><col min="3" max="16384" hidden="true"/></cols>' + rows(
        "".join(
            f'<row r="{number}" hidden="{number in {3, 4, 6}:d}"><c><v>1</v></c><c><v>2</v></c></row>'
            for number in range(1, 8)
        )
    )
    book = opened(pack(parts({"Controls": content, "Lists": sheet_data([["Yes"]])}, hidden=["Lists"])))
    controls, lists = book.sheets
    assert [row.number for row in controls.rows if row.hidden] == [3, 4, 6]
    assert 1 in controls.hidden_columns
    assert (controls.hidden, lists.hidden) == (False, True)
    assert [(note.location, note.row, note.message) for note in book.notes] == [
        ("Controls!3", 3, "Hidden rows are read like all others: 3 to 4, 6."),
        ("Controls", None, "Hidden columns are read like all others: B."),
        ("Lists", None, "The sheet is hidden."),
    ]


# the package


def test_a_sheet_that_is_listed_and_missing_is_refused() -> None:
    made = parts({"Controls": sheet_data([["a"]]), "Lists": ""})
    del made["xl/worksheets/sheet2.xml"]
    assert "the contents of its sheet “Lists” are missing" in refusal(pack(made))


def test_a_sheet_that_points_nowhere_is_refused() -> None:
    made = parts({"Controls": ""})
    made["xl/workbook.xml"] = made["xl/workbook.xml"].replace(b"rId1", b"rId9")
    assert "the contents of its sheet “Controls” are missing" in refusal(pack(made))


def test_two_sheets_of_one_name_are_refused() -> None:
    made = parts({"Controls": "", "controls": ""})
    assert "two sheets named “controls”" in refusal(pack(made))


def test_a_workbook_without_a_worksheet_is_refused() -> None:
    made = parts({"Chart": ""})
    made["xl/_rels/workbook.xml.rels"] = made["xl/_rels/workbook.xml.rels"].replace(b"/worksheet", b"/chartsheet")
    assert "no worksheet, only charts" in refusal(pack(made))


def test_a_package_without_its_workbook_is_refused() -> None:
    made = parts({"Controls": ""})
    del made["xl/workbook.xml"]
    assert "no workbook inside" in refusal(pack(made))


def test_parts_are_found_by_absolute_and_by_differently_cased_names() -> None:
    made = parts({"Controls": sheet_data([["a"]])})
    made["XL/Worksheets/Sheet1.xml"] = made.pop("xl/worksheets/sheet1.xml")
    relations = made["xl/_rels/workbook.xml.rels"]
    made["xl/_rels/workbook.xml.rels"] = relations.replace(b'"worksheets', b'"/xl/worksheets')
    assert grid(pack(made)) == {1: ("a",)}


def test_a_workbook_may_stand_elsewhere_in_its_package() -> None:
    made = parts({"Controls": sheet_data([["a"]])})
    moved = {name.replace("workbook.xml", "book2.xml"): data for name, data in made.items()}
    moved["_rels/.rels"] = moved["_rels/.rels"].replace(b"workbook.xml", b"book2.xml")
    assert grid(pack(moved)) == {1: ("a",)}


@pytest.mark.parametrize("namespace", [MAIN, STRICT])
def test_both_dialects_are_read(namespace: str) -> None:
    assert grid(sheet(sheet_data([["a", 1]]), namespace=namespace)) == {1: ("a", 1)}


def test_prefixed_tags_are_read() -> None:
    made = parts({"Controls": ""})
    made["xl/worksheets/sheet1.xml"] = (
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c></x:row>'
        "</x:sheetData></x:worksheet>"
    ).encode()
    assert grid(pack(made)) == {1: (1,)}


def test_a_workbook_needs_neither_styles_nor_shared_strings() -> None:
    made = parts({"Controls": sheet_data([["a", 1]])})
    del made["xl/styles.xml"], made["xl/sharedStrings.xml"]
    assert grid(pack(made)) == {1: ("a", 1)}


def test_the_factory_makes_what_openpyxl_reads_too() -> None:
    content = [["Mitigation", "Level", "Review"], ["M1032 & <more>", 0.5, date(2026, 3, 1)], [None, True, 7]]
    theirs = openpyxl.load_workbook(BytesIO(xlsx(content))).active
    assert [
        [value.date() if isinstance(value, datetime) else value for value in row] for row in theirs.values
    ] == content
    assert [list(cells) for cells in grid(xlsx(content)).values()] == content
    assert cell("A1", 1) == '<c r="A1"><v>1</v></c>'


# real files


def theirs(value: object) -> object:
    """A cell as openpyxl reads it, put as the grid puts it."""
    if isinstance(value, datetime) and value.time().isoformat() == "00:00:00":
        return value.date()
    if isinstance(value, str):
        return value.replace("\r\n", "\n").strip() or None
    return value


@pytest.mark.bundles
@pytest.mark.parametrize(
    "name",
    [
        "agentic-risk-Controls",
        "azure-security-benchmark-v3.0",
        "ctid-nist800-53-r5-attack-12.1",
        "dettectinator-import_techniques",
        "enterprise-attack-v15.1-mitigations",
    ],
)
def test_real_workbooks_hold_what_openpyxl_finds_in_them(shared_inventories: Path, name: str) -> None:
    data = (shared_inventories / f"{name}.xlsx").read_bytes()
    reference = openpyxl.load_workbook(BytesIO(data), data_only=True)
    book = opened(data)
    assert [found.name for found in book.sheets] == reference.sheetnames
    for found in book.sheets:
        expected = {
            (number, column): theirs(value)
            for number, values in enumerate(reference[found.name].values, 1)
            for column, value in enumerate(values)
            if theirs(value) is not None
        }
        assert expected == {
            (row.number, column): value
            for row in found.rows
            for column, value in enumerate(row.cells)
            if value is not None
        }
