"""One workbook with everything at once that people do to their registers, and what a careful reader makes of it."""

from datetime import date
from io import BytesIO

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

HEADER = (
    "Ref.", "Security control", "ATT&CK Mitigation(s)", "Implementation\nstatus", "Coverage (%)", "Maturity (0-5)",
    "Control owner", "Evidence", "Last review", "Valid until", "Comments",
)  # fmt: skip
REVIEWED, JUNE = date(2026, 3, 1), date(2026, 6, 30)
TAPE = "https://attack.mitre.org/mitigations/M1053/"

ROWS: tuple[tuple[object, ...], ...] = (
    ("C-01", "Second factor at the VPN", "M1032", "Implemented ", 1, 4, "IAM team", "Ticket 12", REVIEWED),
    ("C-02", "Second factor in the office", "MFA", "Partially Implemented", 0.4, 2, "IAM team", None, "01.03.2026"),
    ("C-03", "Passwords", "Pasword Polices", "implemented", None, 3, "IAM team", None, None, JUNE, "policy 7"),
    ("Endpoint",),
    ("C-04", "Defender", "Antivirus / EDR", "Implemented (all clients)", None, None, "SOC"),
    ("C-05", "Patch Tuesday", "m1051; M1016", "Yes", 0.8, None, "SOC"),
    ("C-06", "Backup to tape", TAPE, "Planned", None, None, "SOC"),
    HEADER,
    ("People",),
    ("C-07", "Awareness week", "User Training", "In Progress", None, None, "HR team", None, None, "Q4 2026"),
    ("C-08", "Segments", "Network segmentation", "N/A", None, None, "Network team"),
    ("C-09", "Compensating firewall", "Firewall", "Alternative Implementation", None, None, "Network team"),
    ("C-10", "Fences", "Smoke and mirrors", "Implemented", None, None, "Facility team"),
    ("C-11", "Old app check", "M1005", "Implemented", None, None, "SOC"),
    ("C-12", "Plant sign-in", "M0932", "Implemented", None, None, "SOC"),
    ("C-13", "Brute force", "T1110", "Implemented", None, None, "SOC"),
    ("C-14", "Cannot be helped", "M1055 Do Not Mitigate", "Implemented", None, None, "SOC"),
    ("C-15", "Audit by hand", "Audit", "Somehow", None, None, "SOC"),
    ("C-16", "Not thought of", "User Account Control", None, None, None, "SOC"),
    ("C-17", "Key", "M1041 User Training", "Yes", None, None, "SOC", None, None, "2026-13-45"),
    ("C-18", "Web proxy", "No Boot Integrity", "Yes", None, None, "SOC"),
    ("C-19", "Reckoned", "=B7", "=D7", None, None, "SOC"),
    ("Total", 19, None, 12),
)

FIRST = 6
"""The row of the first control; the header stands in the one above."""

LEVELS = {
    "M1016": 0.8,
    "M1017": 0.0,
    "M1027": 0.0,  # expired
    "M1030": None,
    "M1032": 1.0,
    "M1037": 1.0,  # an alternative
    "M1040": 1.0,
    "M1041": 1.0,
    "M1047": 0.0,
    "M1049": 1.0,
    "M1051": 0.8,
    "M1052": 0.0,
    "M1053": 0.0,
}
"""On 24 November 2026."""

ISSUES = {
    ("other-sheets", "Register"),
    ("hidden-rows", "Register!11"),
    ("repeated-header", "Register!13"),
    ("section", "Register!9"),
    ("totals-row", "Register!28"),
    ("conflict", "Register!7"),
    ("misspelling", "Register!8:C"),
    ("conflict", "Register!11:D"),
    ("unresolved", "Register!18:C"),
    ("deprecated-id", "Register!19:C"),
    ("wrong-domain", "Register!20:C"),
    ("technique-id", "Register!21:C"),
    ("do-not-mitigate", "Register!22:C"),
    ("unknown-status", "Register!23:D"),
    ("missing-status", "Register!24:D"),
    ("id-name-mismatch", "Register!25:C"),
    ("unreadable-date", "Register!25:J"),
    ("unresolved", "Register!26:C"),
    ("formula-without-value", "Register!27:C"),
    ("formula-without-value", "Register!27:D"),
    ("unresolved", "Register!27:B"),
}


def workbook() -> bytes:
    book = Workbook()
    cover = book.active
    assert isinstance(cover, Worksheet)
    cover.title = "Read me"
    cover.append(("How to keep the register",))
    cover.append(("Status", "What it means"))
    cover.append(("Implemented", "It is there"))
    register(book.create_sheet("Register"))
    second = book.create_sheet("Network 2024")
    second.append(("Mitigation", "Status"))
    second.append(("M1030", "Implemented"))
    hidden = book.create_sheet("Register 2025")
    hidden.sheet_state = "hidden"
    register(hidden)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def register(sheet: Worksheet) -> None:
    sheet.append(("Register of security controls, Confidential",))
    sheet.merge_cells("A1:K1")
    sheet.append(("As of", date(2026, 11, 1)))
    sheet.append(())
    sheet.append(("Control", None, None, "Deployment", None, None, "Keeping"))
    for merged in ("A4:C4", "D4:F4", "G4:K4"):
        sheet.merge_cells(merged)
    for row in (HEADER, *ROWS):
        sheet.append(row)
    for row in range(FIRST, FIRST + len(ROWS)):
        sheet.cell(row, 5).number_format = "0%"
    sheet.row_dimensions[11].hidden = True
