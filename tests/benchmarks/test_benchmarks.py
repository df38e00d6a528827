import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_one_case_is_measured_from_end_to_end() -> None:
    command = [sys.executable, "-m", "benchmarks", "--only", "every group", "--runs", "1", "--json"]

    ended = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)

    assert ended.returncode in (0, 1)  # 1 where an aim is missed
    (found,) = json.loads(ended.stdout)["results"]
    assert found["name"] == "assess every group"
    assert 0 < found["other"]["least"] <= found["other"]["seconds"] <= found["other"]["most"]
    assert found["ratio"] == found["ours"]["seconds"] / found["other"]["seconds"]
    assert 10 < found["ours"]["peak_mib"] < 500


def test_a_command_that_fails_is_no_measurement() -> None:
    script = (
        "from benchmarks.measure import CommandFailed, once\n"
        "import pathlib, sys, tempfile\n"
        "try: once([sys.executable, '-c', 'raise SystemExit(\"no luck\")'], pathlib.Path(tempfile.mkdtemp()))\n"
        "except CommandFailed as fault: print(fault)"
    )

    ended = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=True)

    assert b"no luck" in ended.stdout
