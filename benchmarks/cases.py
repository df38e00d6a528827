"""What is measured, and against what."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUNDLE = ROOT.parent / "shared" / "data" / "attack" / "enterprise-attack-18.1.json"
MITIGAP = str(Path(sys.executable).parent / "mitigap")
PYTHON = sys.executable

PEER = "from mitreattack.stix20 import MitreAttackData; MitreAttackData({path!r})"
ROWS = (
    "import openpyxl\n"
    "book = openpyxl.load_workbook({path!r}, read_only=True)\n"
    "for row in book.worksheets[0].iter_rows(values_only=True): pass"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Two commands; `aim` is the most that ours may take as a share of the other's time, None where none is set."""

    name: str
    ours: list[str]
    against: str
    other: list[str]
    aim: float | None = None


def script(template: str, path: Path) -> list[str]:
    return [PYTHON, "-c", template.format(path=str(path))]


def assess(workbook: Path, *more: str) -> list[str]:
    return [MITIGAP, "assess", str(workbook), "--format", "json", *more]


Workbook = Callable[[int], Path]
"""Gives an inventory of so many rows, making it where it is not there yet."""


def cases(workbook: Workbook) -> list[Case]:
    one = assess(workbook(100), "--group", "G0077")
    return [
        Case(
            name="start: mitigap --help",
            ours=[MITIGAP, "--help"],
            against="python -c pass",
            other=[PYTHON, "-c", "pass"],
        ),
        Case(
            name="import 1,000 rows",
            ours=[MITIGAP, "inventory", "check", str(workbook(1_000)), "--json"],
            against="openpyxl, read-only, every row",
            other=script(ROWS, workbook(1_000)),
        ),
        Case(
            name="import 10,000 rows",
            ours=[MITIGAP, "inventory", "check", str(workbook(10_000)), "--json"],
            against="openpyxl, read-only, every row",
            other=script(ROWS, workbook(10_000)),
        ),
        Case(
            name="assess every group",
            ours=assess(workbook(100), "--all-groups"),
            against="assess one group",
            other=one,
        ),
        *(with_peer(one) if BUNDLE.exists() else []),
    ]


def with_peer(one: list[str]) -> list[Case]:
    """The peer brings no data of its own, so in both it loads the bundle and does nothing else."""
    against = "mitreattack-python loading enterprise-attack 18.1"
    return [
        Case(name=name, ours=ours, against=against, other=script(PEER, BUNDLE), aim=0.1)
        for name, ours in (
            ("assess one group, default catalogue", one),
            ("assess one group, STIX bundle", [*one, "--catalog", str(BUNDLE)]),
        )
    ]
