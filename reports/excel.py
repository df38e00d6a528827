"""The report as a workbook: a page to sign, one to read, tables to filter, the inventory to edit, and its sources."""

from datetime import date
from typing import Any

from openpyxl import Workbook

from mitigap.branding import Marking
from reports import cover, front, package, portfolio_sheets, summary, tables
from reports.report import Report


def render(report: Report) -> bytes:
    """Streamed row by row, so that an inventory of 100,000 rows costs time but hardly memory."""
    book = Workbook(write_only=True)
    first = cover.page(book, report)
    front.summary_sheet(book, report)
    portfolio_sheets.add(book, report)
    tables.add(book, report)
    front.provenance_sheet(book, report)
    cover.fill(first, report, book.sheetnames[1:])
    _mark(book, report.branding.marking)
    headline = summary.headline(report.assessments[0]) if len(report.assessments) == 1 else summary.overview(report)
    return package.pack(
        book, title=summary.title(report), subject=headline, on=date.fromisoformat(report.assessments[0].as_of)
    )


def _mark(book: Workbook, marking: Marking | None) -> None:
    """Every printed page says how far it may be passed on, at its head and at its foot."""
    if marking:
        sheets: list[Any] = book.worksheets
        for sheet in sheets:
            sheet.oddHeader.center.text = sheet.oddFooter.center.text = marking
