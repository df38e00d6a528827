# ruff: noqa: RUF001 - other scripts are what is tried here

from io import StringIO

import pytest
from factories.files import csv
from hypothesis import given
from hypothesis import strategies as st

from mitigap.errors import FileRefused
from mitigap.inventory.book import Book, Cell
from mitigap.inventory.books import open_book

ROWS = [
    ["Mitigation", "Status", "Owner", "Notes"],
    ["M1032", "Implemented", "IAM team", "for admins, and for remote access"],
    ["Privileged Account Management", "Partial", "IAM team", 'called "PAM"; in part'],
    ["Доступ по сети", "وصول", "東京", "two\nlines"],
]


def opened(data: bytes) -> Book:
    return open_book(data, "controls.csv")


def grid(data: bytes) -> dict[int, tuple[Cell, ...]]:
    (sheet,) = opened(data).sheets
    assert sheet.name == "CSV"
    return {row.number: row.cells for row in sheet.rows}


def refusal(data: bytes) -> str:
    with pytest.raises(FileRefused) as refused:
        opened(data)
    return refused.value.message


def codes(data: bytes) -> list[str]:
    return [note.code for note in opened(data).notes]


EXPECTED = {number: tuple(row) for number, row in enumerate(ROWS, 1)}


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_every_usual_delimiter_and_encoding_is_read(delimiter: str, encoding: str) -> None:
    assert grid(csv(ROWS, delimiter, encoding)) == EXPECTED


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_every_line_end_is_read(end: str) -> None:
    assert grid(csv(ROWS, end=end)) == EXPECTED


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "text",
    [
        "Mitigation;Status\nM1032;Implemented\n",
        "Мера;Статус\nАутентификация;Внедрено\n",
        "対策,状態\n多要素認証,実装済み\n上位,上\n",
        "التخفيف,الحالة\nالمصادقة,منفذ\n",
    ],
)
def test_utf_16_needs_no_mark_in_any_script(encoding: str, text: str) -> None:
    data = text.encode(encoding)
    assert [list(cells) for cells in grid(data).values()] == [
        line.replace(";", ",").split(",") for line in text.split()
    ]
    assert codes(data) == ["encoding"]


def test_the_windows_encoding_is_assumed_and_said() -> None:
    data = "Maßnahme;Status\nZugriffsschutz für Büros – Köln;Ja\n".encode("cp1252")
    assert grid(data)[2] == ("Zugriffsschutz für Büros – Köln", "Ja")
    (note,) = opened(data).notes
    assert (note.code, note.location) == ("encoding", "CSV")
    assert "Windows-1252" in note.message


def test_utf_8_with_a_damaged_byte_stays_utf_8() -> None:
    data = "Maßnahme,Status\nBüro,größer\nKöln,x".encode().replace(b"K\xc3\xb6", b"K\xff")
    assert grid(data)[3] == ("K�ln", "x")
    assert grid(data)[2] == ("Büro", "größer")
    assert codes(data) == ["encoding"]


def test_controls_are_replaced() -> None:
    assert grid(b"Mitigation,Status\nM10\x0032,Imple\x1b[0mmented\nM1026,Yes") == {
        1: ("Mitigation", "Status"),
        2: ("M10�32", "Imple�[0mmented"),
        3: ("M1026", "Yes"),
    }


def test_r6_text_that_a_spreadsheet_might_take_for_a_formula_stays_text() -> None:
    texts = ("-5", "+48 22 000", "@home", "=1+1", "- none -", "\u202eright to left")
    assert grid(csv([["a"] * 6, texts]))[2] == texts


# delimiters


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("Mitigation;Status\nAccess, control;Yes\nA, b, c;No\n", 2),
        ("Mitigation;Level\nM1032;0,5\nM1026;1,0\n", 2),
        ("Mitigation,Ids\nMFA,M1032;M1017\nPAM,M1026;M1018\n", 2),
        ('a,b\n"x; y; z",1\n"p; q; r",2\n', 2),
        ("Our controls\n\nMitigation;Status;Owner\nM1032;Yes;IAM team\nM1026;No;IAM team\n", 3),
        ("Our controls, as of today\nMitigation;Status;Owner\nM1032;Yes;IAM team\nM1026;No;IAM team\n", 3),
        ("Mitigation\tStatus\nAccess, control; all\tYes\n", 2),
        ("a|b|c\n1|2|3\n", 3),
        ("a,b,c\n1\n2,3\n4,5,6\n7,8,9\n", 3),
        ("M1032,Implemented", 2),
        ('a, "b, c", d\ne, "f, g", h\n', 3),
    ],
)
def test_the_delimiter_is_the_one_that_makes_a_table(text: str, width: int) -> None:
    assert max(map(len, grid(text.encode()).values())) == width


@pytest.mark.parametrize(
    "text",
    [
        "Mitigation\nMulti-factor Authentication\nAccess control, logical\nAccount Use Policies\nAudit\n",
        "M1032\nM1026\n",
        "MFA, for all\nPatching\nBackups\nNetwork segmentation; zones\nAudit",
        "One line",
    ],
)
def test_a_list_stays_one_column(text: str) -> None:
    assert [*grid(text.encode()).values()] == [(line,) for line in text.splitlines()]


@pytest.mark.parametrize("line", ["sep=;", "SEP=;", '"sep=;"'])
def test_a_line_that_names_the_delimiter_is_obeyed_and_counted_as_a_row(line: str) -> None:
    assert grid(f"{line}\r\na,b;c,d\r\n1;2\r\n".encode()) == {2: ("a,b", "c,d"), 3: ("1", "2")}


# rows


def test_rows_are_numbered_as_a_spreadsheet_numbers_them() -> None:
    assert grid(b'a,b\n\n,,\n"two\nlines",c\nd,e\n') == {1: ("a", "b"), 4: ("two\nlines", "c"), 5: ("d", "e")}


@pytest.mark.parametrize("ending", ["", "\n", ',"closed"', "\nmore,rows\n"])
def test_a_quote_that_is_never_closed_is_refused_with_its_line(ending: str) -> None:
    message = refusal(
        f'Mitigation,Status\nM1032,"two\nlines"\nM1026,"Implemented{ending.replace(chr(34), "")}'.encode()
    )
    assert message.startswith('In line 4 a quotation mark (") opens a cell and is never closed')


def test_a_quote_within_a_cell_is_read_and_noted() -> None:
    data = b'Mitigation,Status,Notes\nM1032,Yes,fine\nM1026,"a "fine" thing",No\nM1018,Yes,none\n'
    assert grid(data)[3] == ("M1026", 'a fine" thing"', "No")
    (note,) = opened(data).notes
    assert (note.code, note.location) == ("stray-quote", "CSV!3")


def test_an_inch_mark_is_no_quote() -> None:
    data = b'Item,Status\nRack 19" wide,Yes\nScreen 24",No\n'
    assert grid(data) == {1: ("Item", "Status"), 2: ('Rack 19" wide', "Yes"), 3: ('Screen 24"', "No")}
    assert codes(data) == []


def test_a_cell_of_ten_megabytes_is_refused_with_its_line() -> None:
    assert "begins in line 2 is too long" in refusal(b"a,b\nc," + b"d" * (10 << 20))


def test_a_quote_that_swallows_a_long_rest_is_told_by_its_line() -> None:
    message = refusal(b'a,b\n"c,d\n' + b"M1032,Implemented\n" * 50_000)
    assert "begins in line 2 is too long" in message
    assert 'a quotation mark (") in that line is never closed' in message


def test_a_long_cell_is_cut_and_noted() -> None:
    data = b"a,b\nc," + b"d" * 40_000
    assert len(str(grid(data)[2][1])) == 32_767
    assert [(note.code, note.location) for note in opened(data).notes] == [("truncated", "CSV!2:B")]


def test_too_many_rows_are_counted() -> None:
    assert "has 200,001 rows; the most that is read is 200,000" in refusal(b"a,b\n" * 200_001)
    assert len(grid(b"a,b\n" * 200_000)) == 200_000


def test_too_many_columns_are_refused() -> None:
    assert "a value in column SG; the most that is read is 500 columns" in refusal(b"," * 500 + b"a\n")


def test_five_thousand_rows_are_nothing() -> None:
    assert len(grid(csv([["M1032", "Implemented", number] for number in range(5000)]))) == 5000


CELLS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Zs", "Zl", "Zp"]), min_size=1, max_size=12
)


@given(
    st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=2, max_size=8),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["utf-8-sig", "utf-16"]),
)
def test_a_table_with_every_cell_quoted_comes_back_as_it_was(
    rows: list[list[str]], delimiter: str, encoding: str
) -> None:
    text = "\n".join(delimiter.join(f'"{field.replace(chr(34), chr(34) * 2)}"' for field in row) for row in rows)
    declared = f"sep={delimiter}\n{text}"
    assert [list(cells) for cells in grid(declared.encode(encoding)).values()] == rows
    assert StringIO(text).read() == text
