"""`mitigap drift`: two files, or one under two catalogues, rules or days, and what moved between them."""

import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any
from zipfile import is_zipfile

import pytest

from cli.drift import FORMATS
from cli.main import main
from reports.drift_report import DRIFT_RENDERERS

Captured = pytest.CaptureFixture[str]
HEAVY = {"flask", "celery", "sqlalchemy", "pydantic", "openpyxl", "jinja2"}
ROWS = "Mitigation,Status,Owner,Expires\nM1017,Implemented,SOC,2026-12-31\nM1026,{share},IAM team,\n"
DAY = ("--as-of", "2026-11-24")
LEAFMINER = ("--group", "Leafminer", *DAY)


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "old.csv"
    path.write_text(ROWS.format(share="50%"))
    return path


@pytest.fixture
def new(tmp_path: Path) -> Path:
    path = tmp_path / "new.csv"
    path.write_text(ROWS.format(share="90%"))
    return path


def drifted(capfd: Captured, *arguments: str | Path) -> Any:
    assert main(["drift", *map(str, arguments)]) == 0
    return json.loads(capfd.readouterr().out)


def refusal(capfd: Captured, *arguments: str | Path) -> str:
    assert main(["drift", *map(str, arguments)]) == 2
    told = capfd.readouterr()
    assert told.out == ""
    return told.err


def parts(document: Any) -> dict[str, Fraction]:
    found = {each["cause"]: Fraction(each["exact"]) for each in document["steps"]}
    assert sum(found.values()) == Fraction(document["exact"])
    return found


def test_two_files_differ_by_their_controls(old: Path, new: Path, capfd: Captured) -> None:
    document = drifted(capfd, old, new, *LEAFMINER)
    assert document["schema"] == "mitigap/drift/1"
    assert parts(document).keys() == {"inventory"}
    assert [each["fields"] for each in document["rows"]] == [["level"]]


def test_two_catalogues_and_two_files_are_told_apart(old: Path, new: Path, seed_path: Path, capfd: Captured) -> None:
    document = drifted(capfd, old, new, *LEAFMINER, "--base-catalog", seed_path)
    assert parts(document).keys() == {"catalogue", "inventory"}
    assert len(document["edges"]) == 6
    assert document["base"]["catalog"]["source"] == seed_path.name


def test_one_file_under_two_catalogues_is_a_preview(old: Path, seed_path: Path, capfd: Captured) -> None:
    document = drifted(capfd, old, *LEAFMINER, "--base-catalog", seed_path)
    assert parts(document).keys() == {"catalogue"}
    assert document["rows"] == []


def test_one_file_on_two_days(old: Path, capfd: Captured) -> None:
    document = drifted(capfd, old, "--group", "G0077", "--as-of", "2027-01-01", "--base-as-of", "2026-12-31")
    assert parts(document).keys() == {"expiry"}
    assert [each["on"] for each in document["expiries"]] == ["2026-12-31"]


def test_one_file_by_two_rules(old: Path, capfd: Captured) -> None:
    document = drifted(capfd, old, *LEAFMINER, "--policy", "any", "--base-policy", "mean", "--software")
    assert parts(document).keys() == {"policy"}
    assert document["policy"]["before"]["software"] is document["policy"]["after"]["software"] is True


def test_equal_files_have_not_drifted(old: Path, capfd: Captured) -> None:
    assert drifted(capfd, old, old, *LEAFMINER)["changed"] is False


def test_several_groups_are_a_list(old: Path, new: Path, capfd: Captured) -> None:
    found = drifted(capfd, old, new, "--group", "APT29", "--group", "raspite", *DAY)
    assert [each["now"]["group"]["id"] for each in found] == ["G0016", "G0077"]


def test_all_groups_are_those_that_both_catalogues_know(old: Path, seed_path: Path, capfd: Captured) -> None:
    assert main(["drift", str(old), "--all-groups", "--base-catalog", str(seed_path)]) == 0
    told = capfd.readouterr()
    assert [json.loads(told.out)["now"]["group"]["id"]] == ["G0077"]
    assert told.err == "171 groups are not in G0077-leafminer.md and are left out.\n"


def test_formats_are_those_of_the_printer() -> None:
    assert set(FORMATS) == set(DRIFT_RENDERERS)


@pytest.mark.parametrize("ending", ["json", "html", "md", "xlsx"])
def test_the_ending_says_the_format(ending: str, old: Path, new: Path, tmp_path: Path) -> None:
    target = tmp_path / f"drift.{ending}"
    assert main(["drift", str(old), str(new), *LEAFMINER, "-o", str(target)]) == 0
    looks = {
        "json": lambda: json.loads(target.read_bytes())["schema"] == "mitigap/drift/1",
        "html": lambda: target.read_bytes().lower().startswith(b"<!doctype html>"),
        "md": lambda: target.read_bytes().startswith(b"# Leafminer: up"),
        "xlsx": lambda: is_zipfile(target),
    }
    assert looks[ending]()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "There is nothing to compare: give NEW"),
        (["--base-policy", "any"], "Missing option '--group'"),
        (["--base-as-of", "soon", "--group", "G0077"], "soon is not a date like"),
        (["--base-policy", "any", "--group", "G0077", "-o", "drift.csv"], "drift.csv does not end in .json, .html"),
    ],
)
def test_refusals_are_one_line(arguments: list[str], told: str, old: Path, capfd: Captured) -> None:
    complaint = refusal(capfd, old, *arguments)
    assert told in complaint
    assert complaint.count("\n") == 1


def test_a_group_that_one_side_does_not_know_is_refused(old: Path, seed_path: Path, capfd: Captured) -> None:
    told = refusal(capfd, old, "--group", "APT29", "--base-catalog", seed_path)
    assert told.startswith("mitigap: No group of G0077-leafminer.md is called 'G0016'.")


def test_it_loads_nothing_of_the_desk_the_workshop_or_the_cabinet(old: Path, new: Path) -> None:
    code = "import sys; from cli.main import main; main(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"
    run = subprocess.run(
        [sys.executable, "-c", code, "drift", old, new, *LEAFMINER], capture_output=True, text=True, check=True
    )
    loaded = {name.partition(".")[0] for name in run.stderr.splitlines()[-1].split()}
    assert "msgspec" in loaded
    assert not loaded & HEAVY


@pytest.mark.bundles
def test_a_former_group_is_followed(old: Path, bundle_path: Any, capfd: Captured) -> None:
    """G0058 was merged into G0059 before 15.1."""
    document = drifted(capfd, old, "--group", "g0058", "--base-catalog", bundle_path("enterprise-attack-15.1"))
    assert document["base"]["group"]["id"] == document["now"]["group"]["id"] == "G0059"
