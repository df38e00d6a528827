from datetime import date
from io import BytesIO
from zipfile import ZipFile

from openpyxl import Workbook

from reports import package


def a_workbook() -> Workbook:
    book = Workbook(write_only=True)
    book.create_sheet("One").append(["a", 1])
    return book


def packed(day: date = date(2026, 11, 24)) -> bytes:
    return package.pack(a_workbook(), title="T", subject="S", on=day)


def test_bytes_do_not_tell_when_they_were_made() -> None:
    assert packed() == packed()
    with ZipFile(BytesIO(packed())) as archive:
        assert {each.date_time for each in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {each.create_system for each in archive.infolist()} == {3}
        assert archive.testzip() is None


def test_bytes_tell_the_day_they_are_of() -> None:
    assert packed() != packed(date(2026, 11, 25))
