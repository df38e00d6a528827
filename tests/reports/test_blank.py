from collections.abc import Callable
from datetime import date
from io import BytesIO

import pytest
from factories import workbooks
from openpyxl import load_workbook

from mitigap.assessment import vocabulary
from mitigap.catalog import builtin
from mitigap.inventory import read
from mitigap.inventory.levels import levels
from mitigap.inventory.model import Status, Vocabulary
from reports import blank, palette


@pytest.fixture(scope="module")
def words() -> Vocabulary:
    return vocabulary.of(builtin.default())


@pytest.fixture(scope="module")
def empty(words: Vocabulary) -> bytes:
    return blank.workbook(words.mitigations, words.label)


def test_it_is_as_it_was(golden: Callable[[str, str], None], words: Vocabulary) -> None:
    few = {key: words.mitigations[key] for key in ("M1017", "M1027", "M1032")}
    golden("blank.xlsx.txt", workbooks.as_text(blank.workbook(few, words.label)))


def test_a_row_for_each_mitigation(empty: bytes, words: Vocabulary) -> None:
    named = dict(
        zip(
            workbooks.column(empty, "Controls", "Mitigation ID"),
            workbooks.column(empty, "Controls", "Mitigation"),
            strict=True,
        )
    )
    assert named == words.mitigations
    assert set(workbooks.column(empty, "Controls", "Status")) == {None}


def test_equal_catalogues_give_equal_bytes(empty: bytes, words: Vocabulary) -> None:
    assert blank.workbook(dict(words.mitigations), words.label) == empty


def test_the_drop_down_offers_every_status(empty: bytes) -> None:
    book = workbooks.opened(empty)
    (rule,) = [each for each in book["Controls"].data_validations.dataValidation if each.type == "list"]
    sheet, _, area = rule.formula1.partition("!")
    offered = [cell.value for (cell,) in book[sheet][area.replace("$", "")]]
    assert sorted(offered) == sorted(palette.CONTROL_STATUSES.values())
    assert book[sheet].sheet_state == "hidden"
    assert set(blank.MEANINGS) == set(Status)


def test_what_is_filled_in_is_read_as_it_was_meant(empty: bytes, words: Vocabulary) -> None:
    book = load_workbook(BytesIO(empty))
    sheet = book["Controls"]
    statuses = list(Status)
    for index, (row, *_) in enumerate(sheet.iter_rows(min_row=2)):
        status = statuses[index % len(statuses)]
        sheet[f"C{row.row}"] = palette.CONTROL_STATUSES[status]
        sheet[f"D{row.row}"] = 0.25 if status is Status.PARTIAL else None
        sheet[f"E{row.row}"], sheet[f"H{row.row}"] = "IAM team", date(2027, 1, 31)
    filled = BytesIO()
    book.save(filled)
    inventory = read.read(filled.getvalue(), "filled.xlsx", words)
    assert inventory.issues == ()
    assert [each.mitigations for each in inventory.controls] == [(key,) for key in sorted(words.mitigations)]
    assert [each.status for each in inventory.controls] == [
        statuses[index % len(statuses)] for index in range(len(words.mitigations))
    ]
    assert {each.level for each in inventory.controls if each.status is Status.PARTIAL} == {0.25}
    assert {(each.owner, each.expires) for each in inventory.controls} == {("IAM team", date(2027, 1, 31))}
    assert levels(inventory.controls, date(2026, 11, 24)).keys() == words.mitigations.keys()


def test_unfilled_it_deploys_nothing(empty: bytes, words: Vocabulary) -> None:
    inventory = read.read(empty, "blank.xlsx", words)
    assert inventory.unresolved == ()
    assert {each.code for each in inventory.issues} == {"missing-status"}
    assert {each.value for each in levels(inventory.controls, date(2026, 11, 24)).values()} == {0.0}


def test_names_from_a_document_are_text() -> None:
    data = blank.workbook({"M9001": "=1+1", "M9002": "a\x00\u202eb"}, "=2+2")
    assert workbooks.column(data, "Controls", "Mitigation") == ["=1+1", "a\ufffd\u202eb"]
    assert all(cell.data_type != "f" for cell in workbooks.cells(data))
