"""A workbook as bytes that are equal whenever the workbook is: no clock gets into them."""

from datetime import UTC, date, datetime, time
from io import BytesIO
from os import PathLike
from pathlib import Path
from shutil import copyfileobj
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.packaging.core import DocumentProperties
from openpyxl.writer.excel import ExcelWriter

from reports import text

CREATOR = "Mitigap"

_READABLE = 0o600 << 16
_UNIX = 3


def pack(book: Workbook, *, title: str, subject: str, on: date) -> bytes:
    """The workbook's own dates are midnight of `on`, its ZIP entries bear the oldest date that a ZIP knows."""
    midnight = datetime.combine(on, time(), UTC).replace(tzinfo=None)
    book.properties = DocumentProperties(
        creator=CREATOR,
        lastModifiedBy=CREATOR,
        title=text.one_line(title),
        subject=text.one_line(subject),
        created=midnight,
        modified=midnight,
    )
    paper = BytesIO()
    # Workbook.save would stamp the present moment: its writer is called by itself, with an archive that has no clock.
    _Writer(book, _Timeless(paper, "w", ZIP_DEFLATED)).save()
    return paper.getvalue()


class _Writer(ExcelWriter):
    """Gives every chart the words that `charts.describe` put on it, for those who do not see it."""

    def _write_drawing(self, drawing: Any) -> None:
        framed = drawing._chart_frame  # noqa: SLF001 - openpyxl has no other place for it

        def described(index: int) -> Any:
            frame = framed(index)
            properties = frame.nvGraphicFramePr.cNvPr
            properties.name, properties.descr = getattr(drawing.charts[index - 1], "words", (properties.name, None))
            return frame

        drawing._chart_frame = described  # noqa: SLF001
        super()._write_drawing(drawing)  # type: ignore[misc]


class _Timeless(ZipFile):
    """Writes every entry with the same date, mode and system, wherever and whenever it runs."""

    def writestr(self, zinfo_or_arcname: str | ZipInfo, data: Any, *_: Any, **__: Any) -> None:
        name = zinfo_or_arcname if isinstance(zinfo_or_arcname, str) else zinfo_or_arcname.filename
        super().writestr(_entry(name), data)

    def write(self, filename: str | PathLike[str], arcname: Any = None, *_: Any, **__: Any) -> None:
        with Path(filename).open("rb") as source, self.open(_entry(str(arcname)), "w") as target:
            copyfileobj(source, target)


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name)  # of 1980-01-01
    entry.compress_type = ZIP_DEFLATED
    entry.external_attr = _READABLE
    entry.create_system = _UNIX
    return entry
