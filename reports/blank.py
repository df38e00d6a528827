"""The workbook to fill in: every mitigation of a catalogue, with drop-downs, and a page that says how."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.datavalidation import DataValidation

from mitigap.inventory.model import Status
from reports import package, palette
from reports.pens import DATE_FORMAT, Kind, Look
from reports.sheets import Column, Entry, Page, Table
from reports.validation import validation

CONTROLS = "Controls"
LISTS = "Lists"
READ_ME = "Read me"

COLUMNS = (
    Column(title="Mitigation ID", width=14),
    Column(title="Mitigation", width=40),
    Column(title="Status", width=18),
    Column(title="Percent", width=10, kind=Kind.PERCENT),
    Column(title="Owner", width=22),
    Column(title="Evidence", width=34),
    Column(title="Reviewed", width=13, kind=Kind.DATE),
    Column(title="Expires", width=13, kind=Kind.DATE),
    Column(title="Notes", width=44),
)

MEANINGS: Mapping[Status, str] = {
    Status.IMPLEMENTED: "In place everywhere it should be: counts 100 %.",
    Status.PARTIAL: "In place in part: counts what Percent says, or 50 % where that is empty.",
    Status.ALTERNATIVE: "Another control does the same work: counts 100 %, and is marked in the report.",
    Status.PLANNED: "Decided but not there yet: counts 0 %.",
    Status.ABSENT: "Not there: counts 0 %.",
    Status.NOT_APPLICABLE: "Has no place here: the mitigation takes no part in the score.",
}

_HOW = (
    "Choose a status for each mitigation on the sheet Controls. Everything else may stay empty.",
    "A mitigation without a status counts 0 %.",
    "Has a mitigation several controls? Add a row for each with the same id: the highest counts, all are shown.",
    "A control whose date in Expires is past counts 0 %, and the report says why.",
    "Save the file and give it to Mitigap: on its page, or with “mitigap assess FILE --group G0077”.",
)

_COPYRIGHT = (
    "The mitigations are MITRE ATT&CK®'s, © The MITRE Corporation, "
    "reproduced and distributed with the permission of The MITRE Corporation."
)

_CALM, _QUIET = "#DE9B1F", "#98A1AE"

_ROWS = 2_000
"""As far down as the drop-downs reach: room for rows that are added."""

_NO_DATE = date(1980, 1, 1)
"""Equal catalogues give equal bytes, so that no day gets in: the oldest a ZIP can hold stands for none."""


def workbook(mitigations: Mapping[str, str], label: str) -> bytes:
    """`mitigations` maps id to name; `label` says of which catalogue they are."""
    book = Workbook(write_only=True)
    _controls(book, mitigations, label)
    _read_me(book, label)
    _lists(book)
    return package.pack(book, title="Controls to fill in", subject=f"Mitigations of {label}", on=_NO_DATE)


def _controls(book: Workbook, mitigations: Mapping[str, str], label: str) -> None:
    table = Table(book, CONTROLS, COLUMNS, tab=palette.ACCENT, heading=f"Controls against {label}")
    for letter, number_format in {"D": "0%", "G": DATE_FORMAT, "H": DATE_FORMAT}.items():
        table.sheet.column_dimensions[letter].number_format = number_format
    for each in _validations():
        table.sheet.data_validations.append(each)
    for key in sorted(mitigations):
        table.add(key, mitigations[key], *(None for _ in COLUMNS[2:]))
    table.close()


def _validations() -> tuple[DataValidation, ...]:
    return (
        _validation(
            "C",
            "Status",
            "How far the mitigation is in place. The sheet Read me says what each word counts.",
            type="list",
            formula1=f"{LISTS}!$A$1:$A${len(MEANINGS)}",
        ),
        _validation(
            "D",
            "Percent",
            "Only where the status is partial: how far, from 0 % to 100 %.",
            type="decimal",
            operator="between",
            formula1="0",
            formula2="1",
        ),
        *(
            _validation(
                letter, title, "A date, such as 2026-11-24.", type="date", operator="greaterThan", formula1="36526"
            )
            for letter, title in {"G": "Reviewed", "H": "Expires"}.items()
        ),
    )


def _validation(letter: str, title: str, prompt: str, **rule: Any) -> DataValidation:
    return validation(f"{letter}2:{letter}{_ROWS}", title, prompt, **rule)


def _read_me(book: Workbook, label: str) -> None:
    page = Page(book, READ_ME, (20, 90), tab=_CALM, heading=f"Controls against {label}")
    page.sheet.sheet_view.showGridLines = False
    page.across(f"Your controls against the mitigations of {label}", Look.TITLE, 30)
    for sentence in _HOW:
        page.across(sentence, Look.BODY)
    page.blank()
    page.add(Entry(value="Word", look=Look.HEADER), Entry(value="What it says", look=Look.HEADER))
    for status, meaning in MEANINGS.items():
        page.add(Entry(value=palette.CONTROL_STATUSES[status], look=Look.STRONG), Entry(value=meaning))
    page.blank()
    page.across(_COPYRIGHT, Look.QUIET)


def _lists(book: Workbook) -> None:
    page = Page(book, LISTS, (20,), tab=_QUIET, heading="Lists")
    for status in MEANINGS:
        page.add(Entry(value=palette.CONTROL_STATUSES[status]))
    page.sheet.sheet_state = "hidden"
