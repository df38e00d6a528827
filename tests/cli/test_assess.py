"""`mitigap assess`: from a file to a document, a report or a refusal, with no database and no server."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any
from zipfile import is_zipfile

import pytest

from cli.assess import FORMATS
from cli.main import main
from reports.render import RENDERERS

Captured = pytest.CaptureFixture[str]
HEAVY = {"flask", "celery", "sqlalchemy", "pydantic", "openpyxl", "jinja2"}
XLSX = ["--group", "G0077", "--format", "xlsx"]


@pytest.fixture
def controls(tmp_path: Path) -> Path:
    path = tmp_path / "controls.csv"
    path.write_text("Mitigation,Status,Owner\nM1017,Implemented,SOC\nM1027,50%,IAM team\nSpoon bending,Yes,SOC\n")
    return path


def assessed(capfd: Captured, *arguments: str | Path) -> Any:
    assert main(["assess", *map(str, arguments)]) == 0
    return json.loads(capfd.readouterr().out)


def refusal(capfd: Captured, *arguments: str | Path) -> str:
    assert main(["assess", *map(str, arguments)]) == 2
    told = capfd.readouterr()
    assert told.out == ""
    return told.err


def layer(path: Path) -> str:
    """What it is called."""
    return str(json.loads(path.read_bytes())["name"])


def test_one_group_is_one_document(controls: Path, seed_path: Path, capfd: Captured) -> None:
    document = assessed(capfd, controls, "--group", "G0077", "--catalog", seed_path)
    assert document["schema"] == "mitigap/assessment/1"
    assert document["group"] == {"id": "G0077", "name": "Leafminer"}
    assert document["counts"]["edges"] == 45
    assert document["inventory"]["unresolved"] == 1


def test_several_groups_are_a_list_each_once(controls: Path, capfd: Captured) -> None:
    document = assessed(capfd, controls, "--group", "APT29", "--group", "leafminer", "--group", "G0077")
    assert [each["group"]["id"] for each in document] == ["G0016", "G0077"]


def test_all_groups(controls: Path, capfd: Captured) -> None:
    ids = [each["group"]["id"] for each in assessed(capfd, controls, "--all-groups")]
    assert len(ids) > 150
    assert ids == sorted(ids)


def test_the_only_group_of_a_document_need_not_be_named(controls: Path, seed_path: Path, capfd: Captured) -> None:
    assert assessed(capfd, controls, "--catalog", seed_path)["group"]["id"] == "G0077"


def test_equal_inputs_give_equal_bytes(controls: Path, tmp_path: Path) -> None:
    for name, group in (("a", "leafminer"), ("b", "G0077")):
        assert main(["assess", str(controls), "--group", group, "-o", str(tmp_path / f"{name}.json")]) == 0
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def test_policy_and_switches_stand_in_the_document(controls: Path, capfd: Captured) -> None:
    document = assessed(capfd, controls, "--group", "G0077", "--policy", "any", "--software", "--inherit")
    policy = document["policy"]
    assert (policy["name"], policy["software"], policy["campaigns"], policy["inherit"]) == ("any", True, False, True)


def test_the_date_is_the_one_that_was_said(controls: Path, capfd: Captured) -> None:
    assert assessed(capfd, controls, "--group", "G0077", "--as-of", "2031-02-28")["as_of"] == "2031-02-28"


def test_the_inventory_is_called_as_was_said(controls: Path, capfd: Captured) -> None:
    assert assessed(capfd, controls, "--group", "G0077", "--name", "Plant 7")["inventory"]["name"] == "Plant 7"


def test_unresolved_rows_are_told_beside_the_result(controls: Path, capfd: Captured) -> None:
    assert main(["assess", str(controls), "--group", "G0077"]) == 0
    told = capfd.readouterr()
    assert (
        told.err == f"1 of 3 rows are unresolved and do not count; `mitigap inventory check {controls}` lists them.\n"
    )


def test_formats_are_those_of_the_printer() -> None:
    assert set(FORMATS) == set(RENDERERS)


@pytest.mark.parametrize(
    "ending", ["json", "html", "csv", "md", "layer.json", "gaps.layer.json", "threat.layer.json", "poam.json", "xlsx"]
)
def test_the_ending_says_the_format(ending: str, controls: Path, tmp_path: Path) -> None:
    target = tmp_path / f"gap.{ending}"
    assert main(["assess", str(controls), "--group", "G0077", "-o", str(target)]) == 0
    looks = {
        "json": lambda: json.loads(target.read_bytes())["schema"] == "mitigap/assessment/1",
        "html": lambda: target.read_bytes().lower().startswith(b"<!doctype html>"),
        "csv": lambda: b"T1003.001" in target.read_bytes(),
        "md": lambda: target.read_bytes().startswith(b"# "),
        "layer.json": lambda: layer(target).endswith("coverage"),
        "gaps.layer.json": lambda: layer(target).endswith("gaps"),
        "threat.layer.json": lambda: layer(target).endswith("techniques used"),
        "poam.json": lambda: "plan-of-action-and-milestones" in json.loads(target.read_bytes()),
        "xlsx": lambda: is_zipfile(target),
    }
    assert looks[ending]()


def test_the_format_that_is_said_beats_the_ending(controls: Path, tmp_path: Path) -> None:
    target = tmp_path / "gap.txt"
    assert main(["assess", str(controls), "--group", "G0077", "--format", "md", "-o", str(target)]) == 0
    assert target.read_text().startswith("# ")


def test_faults_of_several_groups_are_told_at_once(controls: Path, capfd: Captured) -> None:
    told = refusal(capfd, controls, "--group", "nobody", "--group", "G0077", "--group", "no one")
    assert told == (
        "mitigap: No group of enterprise-attack@18.1 is called 'nobody'.\n"
        "mitigap: No group of enterprise-attack@18.1 is called 'no one'.\n"
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "Missing option '--group' (or '--all-groups')"),
        (["--all-groups", "--group", "G0077"], "not both"),
        (["--group", "G0077", "-o", "gap.pdf"], "gap.pdf does not end in"),
        (["--group", "G0077", "--as-of", "yesterday"], "is not a date like"),
        (["--group", "G0077", "--policy", "kind"], "'kind' is not one of"),
    ],
)
def test_refusals_are_one_line(arguments: list[str], told: str, controls: Path, capfd: Captured) -> None:
    complaint = refusal(capfd, controls, *arguments)
    assert told in complaint
    assert complaint.count("\n") == 1


def test_a_missing_file_is_named(tmp_path: Path, capfd: Captured) -> None:
    assert f"'{tmp_path}/none.csv' does not exist" in refusal(capfd, tmp_path / "none.csv", "--group", "G0077")


def test_a_file_that_is_no_spreadsheet_is_refused_in_one_line(tmp_path: Path, capfd: Captured) -> None:
    path = tmp_path / "controls.xlsx"
    path.write_bytes(b"PK\x03\x04 not really")
    assert refusal(capfd, path, "--group", "G0077").count("\n") == 1


def test_nothing_is_written_where_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "controls.xlsx").write_bytes(b"PK\x03\x04 not really")
    target = tmp_path / "gap.html"
    assert main(["assess", str(tmp_path / "controls.xlsx"), "--group", "G0077", "-o", str(target)]) == 2
    assert [each.name for each in tmp_path.iterdir()] == ["controls.xlsx"]


def test_a_workbook_is_not_thrown_at_a_terminal(controls: Path) -> None:
    ours, theirs = os.openpty()
    run = subprocess.run(
        [sys.executable, "-c", "import sys; from cli.main import main; sys.exit(main())", "assess", controls, *XLSX],
        stdout=theirs,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(theirs)
    os.close(ours)
    assert run.returncode == 2
    assert "write it to a file with -o FILE.xlsx" in run.stderr


def test_it_loads_nothing_of_the_desk_the_workshop_or_the_cabinet(controls: Path) -> None:
    code = "import sys; from cli.main import main; main(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"
    run = subprocess.run(
        [sys.executable, "-c", code, "assess", controls, "--group", "G0077"], capture_output=True, text=True, check=True
    )
    loaded = {name.partition(".")[0] for name in run.stderr.splitlines()[-1].split()}
    assert "msgspec" in loaded
    assert not loaded & HEAVY


@pytest.mark.bundles
def test_the_document_and_the_release_it_was_drawn_from_agree(
    controls: Path, seed_path: Path, bundle_path: Any, capfd: Captured
) -> None:
    both = [
        assessed(capfd, controls, "--group", "G0077", "--catalog", path)
        for path in (seed_path, bundle_path("enterprise-attack-15.1"))
    ]
    keys = ("score", "ceiling", "counts")
    assert [both[0][key] for key in keys] == [both[1][key] for key in keys]


def test_the_remark_on_unresolved_rows_can_be_pasted(tmp_path: Path, seed_path: Path, capfd: Captured) -> None:
    """Against the same catalogue, since what is unknown to one may be known to the next."""
    path = tmp_path / "our controls.csv"
    path.write_text("Mitigation,Status\nSpoon bending,Yes\nMFA,Yes\n")
    assert main(["assess", str(path), "--catalog", str(seed_path)]) == 0
    command = capfd.readouterr().err.split("`")[1]
    assert shlex.split(command) == ["mitigap", "inventory", "check", str(path), "--catalog", str(seed_path)]
