import hashlib

import pytest
from factories.files import csv, xlsx
from factories.inventory import vocabulary

from mitigap.errors import FileRefused
from mitigap.inventory.model import Status
from mitigap.inventory.read import named_after, read

ROWS = [("Mitigation", "Status"), ("MFA", "Yes"), ("Backup", "No")]


@pytest.mark.parametrize(
    ("data", "filename", "sheet"), [(csv(ROWS), "a.csv", "CSV"), (xlsx(ROWS), "a.xlsx", "Controls")]
)
def test_a_file_is_read_to_an_inventory(data: bytes, filename: str, sheet: str) -> None:
    found = read(data, filename, vocabulary())
    assert (found.name, found.sheet, found.header_row) == ("a", sheet, 1)
    assert [(control.mitigations, control.status) for control in found.controls] == [
        (("M1032",), Status.IMPLEMENTED),
        (("M1053",), Status.ABSENT),
    ]


def test_the_digest_is_of_the_bytes_whatever_the_name() -> None:
    data = csv(ROWS)
    found = read(data, "a.csv", vocabulary(), name="Controls of the group")
    assert found.digest == f"sha256:{hashlib.sha256(data).hexdigest()}"
    assert found.name == "Controls of the group"


@pytest.mark.parametrize(
    ("filename", "name"),
    [
        ("Controls 2026.xlsx", "Controls 2026"),
        ("lists/controls.v2.CSV", "controls.v2"),
        ("C:\\lists\\a.ods", "a"),
        (".csv", "inventory"),
        ("  ", "inventory"),
        ("x" * 300 + ".csv", "x" * 79 + "…"),
    ],
)
def test_an_inventory_is_named_after_its_file(filename: str, name: str) -> None:
    assert named_after(filename) == name


@pytest.mark.parametrize(
    ("data", "filename", "says"),
    [
        (b"version: 1.2\nfile_type: technique-administration\ntechniques: []\n", "a.yaml", "DeTT&CT"),
        (b'{"name": "layer", "techniques": [{"techniqueID": "T1110"}]}', "a.json", "Navigator layer"),
        (b'{"type": "bundle", "objects": []}', "a.json", "STIX bundle"),
        (b"title: x\nlogsource:\n  category: av\ndetection:\n  condition: x\n", "a.yml", "Sigma"),
        (b"{}", "a.json", "JSON"),
    ],
)
def test_files_of_other_tools_are_called_by_their_name(data: bytes, filename: str, says: str) -> None:
    with pytest.raises(FileRefused, match=says):
        read(data, filename, vocabulary())
