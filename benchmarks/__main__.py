"""`python -m benchmarks [--runs N] [--only TEXT] [--json]`; exits with 1 where an aim is missed."""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.cases import BUNDLE, ROOT, Case, cases, workbook
from benchmarks.compared import Compared
from benchmarks.measure import Measured, side_by_side

MIB = 2**20
INSIDE = ("printing", "pages", "working", "growing")
"""What is measured within one process, or with servers beside it: each a module of its own."""


def main() -> int:
    options = arguments()
    if not options.json:
        print(HEADER)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        chosen = [each for each in cases(place) if options.only in each.name]
        results = []
        for case in chosen:
            write(workbook(place, case.rows), case.rows)
            results.append(result(case, *side_by_side([case.ours, case.other], options.runs, place)))
            if not options.json:
                print(line(results[-1]), flush=True)
    for module in (each for each in INSIDE if options.only in each):
        for found in inside(module, options.runs):
            results.append(figure(found))
            if not options.json:
                print(inside_line(found, results[-1]), flush=True)
    if options.json:
        print(json.dumps({**machine(), "runs": options.runs, "results": results}, indent=2))
    elif not BUNDLE.exists():
        print(
            "Not measured against mitreattack-python: there is no enterprise-attack-18.1.json in ../shared/data/attack."
        )
    return int(any(each["aim"] and each["ratio"] > each["aim"] for each in results))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure, as ratios within one run.")
    parser.add_argument(
        "--runs", type=int, choices=range(1, 101), metavar="N", default=5, help="measured runs of each command (5)"
    )
    parser.add_argument("--only", default="", metavar="TEXT", help="only the cases whose name holds TEXT")
    parser.add_argument("--json", action="store_true", help="print JSON in place of the table")
    return parser.parse_args()


def write(path: Path, rows: int) -> None:
    """In a process of its own: a large parent would count in its children's peak memory."""
    if rows and not path.exists():
        subprocess.run([sys.executable, "-m", "benchmarks.workbook", str(rows), str(path)], cwd=ROOT, check=True)


def inside(module: str, runs: int) -> list[Compared]:
    """What the module found; it uses the tests' own servers."""
    told = os.environ | {"PYTHONPATH": f"{ROOT / 'tests'}{os.pathsep}{ROOT}"}
    command = [sys.executable, "-m", f"benchmarks.{module}", str(runs)]
    ended = subprocess.run(command, cwd=ROOT, env=told, stdout=subprocess.PIPE, text=True, check=True)
    return [
        msgspec.json.decode(line, type=Compared) for line in ended.stdout.splitlines() if line.startswith('{"name"')
    ]


def figure(found: Compared) -> dict[str, Any]:
    return {**msgspec.to_builtins(found), "ratio": found.ratio}


def inside_line(found: Compared, told: dict[str, Any]) -> str:
    ours, other = (statistics.median(side) for side in (found.ours, found.other))
    note = f"; {found.note}" if found.note else ""
    return (
        f"{found.name}: {ours:.4g} against {other:.4g} ({found.each}), {found.ratio:.3f}   {verdict(told)}\n"
        f"    against {found.against}{note}"
    )


def machine() -> dict[str, Any]:
    return {"python": platform.python_version(), "platform": platform.platform(), "cpus": os.cpu_count()}


def result(case: Case, ours: Measured, other: Measured) -> dict[str, Any]:
    return {
        "name": case.name,
        "against": case.against,
        "ours": figures(ours),
        "other": figures(other),
        "ratio": ours.seconds / other.seconds,
        "cpu_ratio": ours.cpu_seconds / other.cpu_seconds,
        "memory_ratio": ours.peak_bytes / other.peak_bytes,
        "aim": case.aim,
    }


def figures(measured: Measured) -> dict[str, Any]:
    least, most = measured.spread
    return {
        "seconds": measured.seconds,
        "least": least,
        "most": most,
        "cpu_seconds": measured.cpu_seconds,
        "peak_mib": measured.peak_bytes / MIB,
    }


HEADER = f"{'what':<36} {'ours':>21} {'MiB':>4}   {'other':>22} {'MiB':>4}   {'time':>5} {'cpu':>5} {'memory':>6}   aim"


def line(found: dict[str, Any]) -> str:
    ours, other = found["ours"], found["other"]
    return (
        f"{found['name']:<36} {told(ours):>21} {ours['peak_mib']:4.0f}   {told(other):>22} {other['peak_mib']:4.0f}   "
        f"{found['ratio']:5.3f} {found['cpu_ratio']:5.3f} {found['memory_ratio']:6.2f}   {verdict(found)}\n"
        f"    against {found['against']}"
    )


def told(side: dict[str, Any]) -> str:
    return f"{side['seconds']:.3f} s ({side['least']:.2f}-{side['most']:.2f})"


def verdict(found: dict[str, Any]) -> str:
    if found["aim"] is None:
        return "-"
    return f"{found['aim']:g} {'met' if found['ratio'] <= found['aim'] else 'MISSED'}"


if __name__ == "__main__":
    sys.exit(main())
