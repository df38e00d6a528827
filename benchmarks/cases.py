"""What is measured, and against what."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
LEAFMINER = ("--group", "G0077")
FEW = 100
"""Rows of the inventory that is assessed: as many as a team keeps by hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Two commands; `aim` is the most that ours may take as a share of the other's time, None where none is set.

    `rows` says which inventory both rely on: they are written for the cases that are run.
    """

    name: str
    ours: list[str]
    against: str
    other: list[str]
    rows: int = 0
    aim: float | None = None


def workbook(place: Path, rows: int) -> Path:
    return place / f"controls-{rows}.xlsx"


def cases(place: Path) -> list[Case]:
    """All there are, on inventories in the folder `place`."""
    return [
        starting(),
        *(importing(place, rows) for rows in (1_000, 10_000, 100_000)),
        every_group(place),
        *with_peer(place),
    ]


def starting() -> Case:
    return Case(
        name="start: mitigap --help", ours=[MITIGAP, "--help"], against="python -c pass", other=[PYTHON, "-c", "pass"]
    )


def importing(place: Path, rows: int) -> Case:
    path = workbook(place, rows)
    return Case(
        name=f"import {rows:,} rows",
        ours=[MITIGAP, "inventory", "check", str(path), "--json"],
        against="openpyxl, read-only, every row",
        other=script(ROWS, path),
        rows=rows,
        aim=1.3,
    )


def every_group(place: Path) -> Case:
    return Case(
        name="assess every group",
        ours=assess(place, "--all-groups"),
        against="assess one group",
        other=assess(place, *LEAFMINER),
        rows=FEW,
        aim=1.5,
    )


def with_peer(place: Path) -> list[Case]:
    """The peer brings no data of its own, so in both it loads the bundle and does nothing else."""
    if not BUNDLE.exists():
        return []
    beside: dict[str, Any] = {
        "against": "mitreattack-python loading enterprise-attack 18.1",
        "other": script(PEER, BUNDLE),
        "rows": FEW,
    }
    one = assess(place, *LEAFMINER)
    return [
        Case(name="assess one group, default catalogue", ours=one, aim=0.025, **beside),
        Case(name="assess one group, STIX bundle", ours=[*one, "--catalog", str(BUNDLE)], aim=0.05, **beside),
    ]


def script(template: str, path: Path) -> list[str]:
    return [PYTHON, "-c", template.format(path=str(path))]


def assess(place: Path, *more: str) -> list[str]:
    return [MITIGAP, "assess", str(workbook(place, FEW)), "--format", "json", *more]
