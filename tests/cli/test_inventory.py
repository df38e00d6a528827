"""`mitigap inventory`: what a file would be understood as, with an exit status that says how well."""

import json
from pathlib import Path

import pytest

from cli.main import main

Captured = pytest.CaptureFixture[str]

CLEAN = "Mitigation,Status,Owner\nM1017,Implemented,SOC\nM1027,50%,IAM team\n"
UNRESOLVED = CLEAN + "Spoon bending,Yes,SOC\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "controls.csv"


@pytest.mark.parametrize(
    ("content", "status"), [(CLEAN.encode(), 0), (UNRESOLVED.encode(), 1), (b"PK\x03\x04 no zip", 2), (b"", 2)]
)
def test_the_status_says_how_well_it_was_understood(content: bytes, status: int, file: Path, capfd: Captured) -> None:
    file.write_bytes(content)
    assert main(["inventory", "check", str(file)]) == status
    assert (capfd.readouterr().err.count("\n") == 1) == (status == 2)


def test_the_document_for_programs(file: Path, capfd: Captured) -> None:
    file.write_text(UNRESOLVED)
    assert main(["inventory", "check", str(file), "--json"]) == 1
    document = json.loads(capfd.readouterr().out)
    assert document["schema"] == "mitigap/inventory/1"
    assert document["levels"] == {"M1017": 1.0, "M1027": 0.5}
    assert [each["code"] for each in document["issues"]] == ["unresolved"]


def test_what_a_person_reads(file: Path, capfd: Captured) -> None:
    file.write_text(UNRESOLVED)
    assert main(["inventory", "check", str(file)]) == 1
    told = capfd.readouterr().out
    assert "header in row 1, 3 controls" in told
    assert "mitigation A, status B, owner C" in told
    assert "M1027  Password Policies  50%" in told
    assert "To look at: 1; rows unresolved: 1" in told


def test_expiry_is_weighed_against_the_date_that_was_said(file: Path, capfd: Captured) -> None:
    file.write_text("Mitigation,Status,Expires\nM1017,Implemented,2026-06-30\n")
    levels = []
    for day in ("2026-06-01", "2026-07-01"):
        assert main(["inventory", "check", str(file), "--json", "--as-of", day]) == 0
        levels.append(json.loads(capfd.readouterr().out)["levels"])
    assert levels == [{"M1017": 1.0}, {"M1017": 0.0}]


def test_the_template_comes_back_clean_once_it_is_filled_in(tmp_path: Path, capfd: Captured) -> None:
    target = tmp_path / "blank.xlsx"
    assert main(["inventory", "template", "-o", str(target)]) == 0
    assert main(["inventory", "check", str(target), "--json"]) == 0
    document = json.loads(capfd.readouterr().out)
    assert len(document["controls"]) > 40
    assert not document["issues"] or {each["severity"] for each in document["issues"]} == {"warning"}
