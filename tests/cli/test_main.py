"""Start-up, exit statuses, and how faults are told: what outside programs rely on."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cli.main import COMMANDS, LazyGroup, main, mitigap

HEAVY = {"flask", "celery", "sqlalchemy", "pydantic", "kombu", "alembic", "jinja2"}

Captured = pytest.CaptureFixture[str]


def loaded_by(*arguments: str) -> set[str]:
    """The top-level modules a whole run of the command leaves behind."""
    code = "import sys; from cli.main import main; main(sys.argv[1:]); print(*sys.modules, sep='\\n', file=sys.stderr)"
    run = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    return {line.partition(".")[0] for line in run.stderr.splitlines()}


def program(*arguments: str | Path, **options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "import sys; from cli.main import main; sys.exit(main())", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)  # type: ignore[call-overload,no-any-return]


def test_help_loads_no_command_and_nothing_heavy() -> None:
    found = loaded_by("--help")
    assert not found & (HEAVY | {"msgspec", "rich", "openpyxl"})
    assert "click" in found


def test_listing_groups_loads_nothing_heavy() -> None:
    found = loaded_by("group", "list")
    assert not found & (HEAVY | {"openpyxl"})
    assert "msgspec" in found


@pytest.mark.parametrize("name", COMMANDS)
def test_what_help_says_of_a_command_is_what_the_command_says_of_itself(name: str) -> None:
    command = LazyGroup().get_command(None, name)  # type: ignore[arg-type]
    assert command is not None
    assert command.get_short_help_str(200) == COMMANDS[name][1]


@pytest.mark.parametrize("path", [["serve"], ["user", "create"], ["token", "create"], ["db", "upgrade"], ["web"]])
def test_every_command_has_help(path: list[str], capsys: Captured) -> None:
    assert main([*path, "--help"]) == 0
    assert capsys.readouterr().out.startswith(f"Usage: mitigap {' '.join(path)}")


def test_the_version_is_told(capsys: Captured) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == "mitigap 0.1.0\n"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["frobnicate"], "mitigap: No such command 'frobnicate'. See `mitigap --help`.\n"),
        (["group", "show"], "mitigap: Missing argument 'GROUP'. See `mitigap group show --help`.\n"),
        (["group", "show", "nobody"], "mitigap: No group of enterprise-attack@18.1 is called 'nobody'.\n"),
        (["group", "list", "--catalog", "none.json"], "mitigap: There is no file none.json.\n"),
    ],
)
def test_a_fault_of_the_user_is_one_line_and_status_2(arguments: list[str], told: str, capsys: Captured) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr() == ("", told)


def test_a_fault_of_ours_is_neither_done_nor_a_finding(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.setattr(mitigap, "main", lambda *_args, **_options: 1 / 0)
    assert main([]) == 70
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_an_interruption_is_quiet(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    def interrupted(*_args: object, **_options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(mitigap, "main", interrupted)
    assert main([]) == 130
    assert capsys.readouterr() == ("", "")


def test_a_reader_that_goes_away_is_no_fault() -> None:
    code = "from cli.main import main; import sys; sys.exit(main(['group', 'list']))"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as listing:
        assert listing.stdout
        assert listing.stderr
        listing.stdout.close()
        assert listing.stderr.read() == b""
    assert listing.returncode == 0


def test_a_place_where_nothing_can_be_written_is_named(tmp_path: Path) -> None:
    run = program("inventory", "template", "-o", tmp_path / "absent" / "blank.xlsx")
    assert run.returncode == 2
    assert run.stderr.startswith("mitigap: Invalid value for '-o' / '--output': There is no folder ")


def test_output_in_a_pipe_is_not_cut() -> None:
    run = program("group", "list", env={**os.environ, "COLUMNS": "20"})
    longest = max(run.stdout.splitlines(), key=len)
    assert len(longest) > 120
    assert "…" not in run.stdout


def test_documents_name_their_schema(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["group", "show", "Leafminer", "--json"]) == 0
    document = json.loads(capfdbinary.readouterr().out)
    assert document["schema"] == "mitigap/group/1"
    assert document["counts"] == {"techniques": 17, "mitigable": 15, "edges": 51}
