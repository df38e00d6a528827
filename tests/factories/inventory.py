"""Vocabularies, books and inventories in a line each, for whoever tests what an upload means."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mitigap.inventory.book import Book, Cell, Format, Row, Sheet
from mitigap.inventory.model import Control, Inventory, Status, Vocabulary
from mitigap.inventory.normalise import normalise

ENTERPRISE = {
    "M1016": "Vulnerability Scanning",
    "M1017": "User Training",
    "M1018": "User Account Management",
    "M1020": "SSL/TLS Inspection",
    "M1022": "Restrict File and Directory Permissions",
    "M1026": "Privileged Account Management",
    "M1027": "Password Policies",
    "M1030": "Network Segmentation",
    "M1031": "Network Intrusion Prevention",
    "M1032": "Multi-factor Authentication",
    "M1036": "Account Use Policies",
    "M1037": "Filter Network Traffic",
    "M1040": "Behavior Prevention on Endpoint",
    "M1041": "Encrypt Sensitive Information",
    "M1042": "Disable or Remove Feature or Program",
    "M1046": "Boot Integrity",
    "M1047": "Audit",
    "M1049": "Antivirus/Antimalware",
    "M1051": "Update Software",
    "M1052": "User Account Control",
    "M1053": "Data Backup",
}
ICS = {"M0917": "User Training", "M0932": "Multi-factor Authentication", "M0951": "Update Software"}

Rows = Sequence[Sequence[Cell]]


def vocabulary(**changes: Any) -> Vocabulary:
    words: dict[str, Any] = {
        "label": "enterprise-attack@18.1",
        "domain": "enterprise-attack",
        "mitigations": ENTERPRISE,
        "retired": {
            "M1005": ("Application Vetting", "deprecated", None),
            "M1099": ("Two-Factor Sign-in", "revoked", "M1032"),
        },
        "techniques": frozenset({"T1110", "T1553.002"}),
        "ignored": frozenset({"M1055"}),
    }
    return Vocabulary(**{**words, **changes})


def ics() -> Vocabulary:
    return vocabulary(
        label="ics-attack@18.1", domain="ics-attack", mitigations=ICS, retired={}, ignored=frozenset({"M0816"})
    )


def sheet(rows: Rows, name: str = "Controls", *, first: int = 1, hidden_rows: Iterable[int] = (), **more: Any) -> Sheet:
    """Blank rows are left out and trailing blanks cut, as every reader does."""
    kept = []
    for number, cells in enumerate(rows, first):
        values = [value if value != "" else None for value in cells]
        while values and values[-1] is None:
            values.pop()
        if values:
            kept.append(Row(number, tuple(values), number in set(hidden_rows)))
    return Sheet(name=name, rows=tuple(kept), **more)


def book(rows: Rows | Mapping[str, Rows], *, hidden: Iterable[str] = ()) -> Book:
    """One sheet named Controls, or several by name."""
    sheets = rows if isinstance(rows, Mapping) else {"Controls": rows}
    return Book(
        format=Format.XLSX, sheets=tuple(sheet(rows, name, hidden=name in set(hidden)) for name, rows in sheets.items())
    )


def understood(
    rows: Rows | Mapping[str, Rows], words: Vocabulary | None = None, *, hidden: Iterable[str] = ()
) -> Inventory:
    return normalise(book(rows, hidden=hidden), words or vocabulary(), name="controls", digest="sha256:0")


def codes(inventory: Inventory) -> list[tuple[str, str]]:
    """Every issue as its code and its place."""
    return [(issue.code, issue.location) for issue in inventory.issues]


def control(mitigation: str, level: float | None = 1.0, row: int = 2, **more: Any) -> Control:
    usual = {None: None, 0.0: Status.ABSENT, 1.0: Status.IMPLEMENTED}
    status = more.pop("status", usual.get(level, Status.PARTIAL))
    return Control(
        location=f"Controls!{row}",
        row=row,
        text=mitigation,
        mitigations=(mitigation,),
        status=status,
        level=level,
        **more,
    )
