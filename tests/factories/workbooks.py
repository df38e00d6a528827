"""A workbook as text: what a reader sees in each cell and how it looks, for golden files and for searching."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from openpyxl import Workbook, load_workbook


def opened(data: bytes) -> Workbook:
    return load_workbook(BytesIO(data))


def cells(data: bytes) -> Iterator[Any]:
    """Every cell that holds something."""
    for sheet in opened(data):
        for row in sheet.iter_rows():
            yield from (cell for cell in row if cell.value is not None)


def parts(data: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def column(data: bytes, sheet: str, title: str) -> list[Any]:
    """The values under one heading of a table."""
    rows = list(opened(data)[sheet].iter_rows(values_only=True))
    place = rows[0].index(title)
    return [row[place] for row in rows[1:]]


def as_text(data: bytes) -> str:
    book = opened(data)
    told = book.properties
    lines = [f"{told.title} | {told.subject} | {told.creator} | {told.created} | {told.modified}"]
    for sheet in book:
        lines += ["", *_about(sheet)]
        lines += [_cell(cell) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    return "\n".join(lines) + "\n"


def _about(sheet: Any) -> Iterator[str]:
    widths = {key: each.width for key, each in sorted(sheet.column_dimensions.items())}
    yield f"## {sheet.title} ({sheet.sheet_state}, tab {sheet.sheet_properties.tabColor.rgb})"
    yield f"freeze {sheet.freeze_panes}, filter {sheet.auto_filter.ref}, repeat {sheet.print_title_rows}"
    yield f"widths {widths}"
    setup = sheet.page_setup
    yield f"{setup.orientation}, paper {setup.paperSize}, fit {setup.fitToWidth} x {setup.fitToHeight}"
    yield f"header {sheet.oddHeader.left.text} / {sheet.oddHeader.right.text}, footer {sheet.oddFooter.right.text}"
    for area in sheet.conditional_formatting:
        rules = ", ".join(f"{rule.type} {' '.join(rule.formula)}".strip() for rule in area.rules)
        yield f"conditional {area.sqref}: {rules}"
    for each in sheet.data_validations.dataValidation:
        yield f"validation {each.sqref}: {each.type} {each.formula1} {each.formula2}"
    yield f"merged {' '.join(sorted(str(each) for each in sheet.merged_cells.ranges))}"


def _cell(cell: Any) -> str:
    marks = {
        "bold": cell.font.bold,
        "quoted": cell.quotePrefix,
        f"-> {cell.hyperlink.target}" if cell.hyperlink else "": cell.hyperlink,
    }
    said = " ".join(words for words, holds in marks.items() if holds)
    return f"{cell.coordinate} [{cell.data_type} {cell.number_format}] {cell.value!r} {said}".rstrip()
