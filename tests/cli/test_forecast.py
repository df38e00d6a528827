"""`mitigap forecast`: the days on which the score falls, for people and for programs."""

import json
from pathlib import Path

import pytest

from cli.main import main

Captured = pytest.CaptureFixture[str]

ROWS = (
    "Mitigation,Status,Owner,Expires\n"
    "User Training,Implemented,SOC,2026-12-31\n"
    "M1032,yes,IAM team,2027-03-31\n"
    "M1026,yes,IAM team,\n"
)
LEAFMINER = ["--group", "G0077", "--as-of", "2026-11-24"]


@pytest.fixture
def controls(tmp_path: Path) -> Path:
    path = tmp_path / "controls.csv"
    path.write_text(ROWS)
    return path


def test_each_fall_is_a_line(controls: Path, capfd: Captured) -> None:
    assert main(["forecast", str(controls), *LEAFMINER]) == 0
    assert capfd.readouterr().out.splitlines() == [
        "G0077 Leafminer: 26.7% on 2026-11-24",
        "on          score  change  mitigations                                  controls",
        "2027-01-01  17.8%  -8.8    M1017 User Training 100% → 0%                CSV!2 “User Training” (SOC)",
        "2027-04-01  10.1%  -7.8    M1032 Multi-factor Authentication 100% → 0%  CSV!3 “M1032” (IAM team)",
        "",
    ]


def test_the_document_says_what_it_was_made_from(controls: Path, capfd: Captured) -> None:
    assert main(["forecast", str(controls), *LEAFMINER, "--json", "--until", "2027-01-01"]) == 0
    document = json.loads(capfd.readouterr().out)
    assert (document["schema"], document["as_of"], document["until"]) == (
        "mitigap/forecast/1",
        "2026-11-24",
        "2027-01-01",
    )
    assert [each["on"] for each in document["falls"]] == ["2027-01-01"]
    assert document["score"] == document["falls"][0]["before"]


def test_nothing_ahead_is_said(controls: Path, capfd: Captured) -> None:
    assert main(["forecast", str(controls), "--group", "G0077", "--as-of", "2028-01-01"]) == 0
    assert "No control that runs out lowers the score.\n" in capfd.readouterr().out


def test_several_groups_are_a_list(controls: Path, capfd: Captured) -> None:
    assert main(["forecast", str(controls), "--group", "APT29", *LEAFMINER, "--json"]) == 0
    assert [each["group"]["id"] for each in json.loads(capfd.readouterr().out)] == ["G0016", "G0077"]


def test_an_unknown_group_is_refused(controls: Path, capfd: Captured) -> None:
    assert main(["forecast", str(controls), "--group", "nobody"]) == 2
    assert capfd.readouterr().err.startswith("mitigap: No group of enterprise-attack@18.1 is called 'nobody'")
