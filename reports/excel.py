"""The report as a workbook: a page to read, tables to filter, and where it all comes from."""

from datetime import date

from openpyxl import Workbook

from reports import front, package, portfolio_sheets, summary, tables
from reports.report import Report


def render(report: Report) -> bytes:
    """Streamed row by row, so that an inventory of 100,000 rows costs time but hardly memory."""
    book = Workbook(write_only=True)
    front.summary_sheet(book, report)
    portfolio_sheets.add(book, report)
    tables.add(book, report)
    front.provenance_sheet(book, report)
    headline = summary.headline(report.assessments[0]) if len(report.assessments) == 1 else summary.overview(report)
    return package.pack(
        book, title=summary.title(report), subject=headline, on=date.fromisoformat(report.assessments[0].as_of)
    )
