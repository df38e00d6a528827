from datetime import date

import msgspec
import pytest
from factories.inventory import understood

from mitigap.errors import DocumentUnreadable
from mitigap.inventory import document
from mitigap.inventory.levels import levels
from mitigap.inventory.model import Inventory

ROWS = [
    ("Mitigation", "Status", "Owner", "Expires"),
    ("MFA", "Partial - 40%", "IAM team", date(2025, 12, 31)),
    ("Pasword Polices", "N/A", None, None),
    ("Smoke and mirrors", "Yes", "SOC", None),
]


def inventory() -> Inventory:
    return understood(ROWS)


def dumped() -> bytes:
    found = inventory()
    return document.dump(found, levels(found.controls, date(2026, 1, 1)))


def test_what_is_dumped_is_loaded() -> None:
    assert document.load(dumped()) == inventory()


def test_the_document_keeps_to_the_contract() -> None:
    content = msgspec.json.decode(dumped())
    assert content["schema"] == "mitigap/inventory/1"
    assert (content["sheet"], content["header_row"], content["digest"]) == ("Controls", 1, "sha256:0")
    assert content["columns"] == {"mitigation": "A", "status": "B", "owner": "C", "expires": "D"}
    assert content["levels"] == {"M1027": None, "M1032": 0.0}
    assert content["expired"] == {"M1032": ["Controls!2"]}
    first = content["controls"][0]
    assert (first["location"], first["row"], first["text"], first["mitigations"]) == ("Controls!2", 2, "MFA", ["M1032"])
    assert (first["status"], first["level"], first["method"]) == ("partial", 0.4, "alias")
    assert (first["owner"], first["expires"]) == ("IAM team", "2025-12-31")
    issue = content["issues"][-1]
    assert (issue["location"], issue["row"], issue["code"], issue["severity"]) == (
        "Controls!4:A",
        4,
        "unresolved",
        "error",
    )


def test_equal_inventories_give_equal_bytes_with_sorted_keys() -> None:
    content = msgspec.json.decode(dumped())
    assert dumped() == dumped()
    assert list(content) == sorted(content)
    assert list(content["controls"][0]) == sorted(content["controls"][0])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b'{"schema": "mitigap/inventory/1"}',
        b'{"schema": "mitigap/inventory/2"}',
        b"[" * 100_000,
        b"\xff",
    ],
)
def test_what_is_no_such_document_is_refused(data: bytes) -> None:
    with pytest.raises(DocumentUnreadable):
        document.load(data)
