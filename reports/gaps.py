"""What is missing: each technique with each mitigation not fully deployed, what MITRE says of it, and whose it is."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

import msgspec

from mitigap.assessment.model import Assessment, MitigationResult, TechniqueResult
from reports import pages, palette
from reports.evidence import Evidence
from reports.pens import Kind
from reports.report import Report
from reports.sheets import Column

COLUMNS = (
    Column(title="Technique ID", width=13, kind=Kind.LINK),
    Column(title="Technique", width=30),
    Column(title="Tactics", width=22),
    Column(title="Status", width=12, status=True),
    Column(title="Coverage", width=11, kind=Kind.PERCENT, bar=True),
    Column(title="Mitigation ID", width=13, kind=Kind.LINK),
    Column(title="Mitigation", width=30),
    Column(title="Level", width=10, kind=Kind.PERCENT, bar=True),
    Column(title="What MITRE says", width=64),
    Column(title="Owner", width=20),
    Column(title="Due", width=12, kind=Kind.DATE),
    Column(title="Expires", width=12, kind=Kind.DATE),
    Column(title="Today in the inventory", width=44),
)

GROUPS = Column(title="Groups", width=9, kind=Kind.NUMBER)
"""Of how many groups the technique is, where there are several."""

NO_ROW = "no row in the inventory"


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """One technique and one mitigation against it that is not fully deployed; `groups` counts who uses it."""

    technique: TechniqueResult
    mitigation: MitigationResult
    tactics: str
    groups: int


def gaps(report: Report) -> list[Gap]:
    """What most groups use first, then the least covered technique, then the least deployed mitigation."""
    found: dict[tuple[str, str], Gap] = {}
    for assessment in report.assessments:
        for gap in _of(assessment):
            key = gap.technique.id, gap.mitigation.id
            former = found.get(key)
            found[key] = msgspec.structs.replace(former, groups=former.groups + 1) if former else gap
    return sorted(found.values(), key=_pressing)


def rows(report: Report, known: Evidence) -> Iterator[Sequence[Any]]:
    several = len(report.assessments) > 1
    for gap in gaps(report):
        row = _row(report, gap, known)
        yield (gap.groups, *row) if several else row


def _of(assessment: Assessment) -> Iterator[Gap]:
    for technique in assessment.techniques:
        tactics = ", ".join(assessment.tactics.get(each, each) for each in technique.tactics)
        for each in technique.mitigations:
            if each.level is not None and each.level < 1:
                yield Gap(technique=technique, mitigation=each, tactics=tactics, groups=1)


def _pressing(gap: Gap) -> tuple[Any, ...]:
    status = list(palette.LOOKS).index(gap.technique.status)
    coverage = gap.technique.coverage or 0.0
    return -gap.groups, status, coverage, gap.technique.id, gap.mitigation.level, gap.mitigation.id


def _row(report: Report, gap: Gap, known: Evidence) -> Sequence[Any]:
    technique, mitigation = gap.technique, gap.mitigation
    controls = known.controls(mitigation)
    return (
        technique.id,
        technique.name,
        gap.tactics,
        palette.LOOKS[technique.status].label,
        technique.coverage,
        mitigation.id,
        mitigation.name,
        mitigation.level,
        report.guidance.get(technique.id, {}).get(mitigation.id, ""),
        "\n".join(dict.fromkeys(each.owner for each in controls if each.owner)),
        _first(each.due for each in controls),
        _first(each.expires for each in controls),
        "\n".join([*pages.flags(mitigation), *map(str, known.behind(mitigation))]) or NO_ROW,
    )


def _first(days: Iterable[date | None]) -> date | None:
    return min((each for each in days if each), default=None)
