"""Techniques against mitigations at one look; of many groups, groups against mitigations."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from mitigap.assessment.model import Assessment
from reports import palette, summary
from reports.pens import Kind
from reports.report import Report
from reports.sheets import Column

MOST = 6
"""So many groups have a matrix each; more of them stand in one together."""

NOT_APPLICABLE = "n/a"

_HEAD = (
    Column(title="Technique ID", width=13, kind=Kind.LINK),
    Column(title="Technique", width=36),
    Column(title="Status", width=13, status=True),
    Column(title="Coverage", width=11, kind=Kind.PERCENT, bar=True),
)
_HEAD_OF_GROUPS = (
    Column(title="Group ID", width=11, kind=Kind.LINK),
    Column(title="Group", width=28),
    Column(title="Score", width=11, kind=Kind.PERCENT, bar=True),
)


class Matrix(msgspec.Struct, frozen=True, kw_only=True):
    """One sheet."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]


def matrices(report: Report) -> Iterator[Matrix]:
    ranked = summary.weakest_first(report.assessments)
    if len(ranked) > MOST:
        yield _together(ranked)
        return
    titles = set()
    for each in ranked:
        title = "Matrix" if len(ranked) == 1 else f"Matrix {each.group.id}"
        while title in titles:
            title += "+"
        titles.add(title)
        yield _of(each, title)


def _of(assessment: Assessment, title: str) -> Matrix:
    """Each cell is how far the mitigation is deployed; empty where ATT&CK does not set it against the technique."""
    names = _mitigations([assessment])
    return Matrix(
        title=title,
        columns=(*_HEAD, *(_mitigation(key, name, Kind.PERCENT) for key, name in names.items())),
        rows=tuple(_techniques(assessment, list(names))),
    )


def _techniques(assessment: Assessment, mitigations: Sequence[str]) -> Iterator[Sequence[Any]]:
    for each in summary.by_attention(assessment.techniques):
        levels = {edge.id: NOT_APPLICABLE if edge.level is None else edge.level for edge in each.mitigations}
        label = palette.LOOKS[each.status].label
        yield each.id, each.name, label, each.coverage, *(levels.get(key) for key in mitigations)


def _together(ranked: Sequence[Assessment]) -> Matrix:
    """Each cell is what deploying the mitigation in full would add to the group's score, in points."""
    gains = {id(each): {found.id: found.gain for found in each.recommendations} for each in ranked}
    names = _mitigations(ranked)
    keys = [key for key in names if any(key in gains[id(each)] for each in ranked)]
    rows = [
        (each.group.id, each.group.name, each.score, *(gains[id(each)].get(key) for key in keys)) for each in ranked
    ]
    columns = (_mitigation(key, names[key], Kind.POINTS) for key in keys)
    return Matrix(title="Matrix", columns=(*_HEAD_OF_GROUPS, *columns), rows=rows)


def _mitigations(assessments: Sequence[Assessment]) -> dict[str, str]:
    """By id, to name."""
    found = {
        edge.id: edge.name for each in assessments for technique in each.techniques for edge in technique.mitigations
    }
    return {key: found[key] for key in sorted(found)}


def _mitigation(key: str, name: str, kind: Kind) -> Column:
    return Column(title=f"{key} {name}", width=7, kind=kind, turned=True, shade=kind is Kind.PERCENT)
