"""What is the same for every group, printed once: techniques with their mitigations, mitigations with their rows."""

import msgspec

from reports import pages
from reports.evidence import Evidence
from reports.pages import Edge, Row
from reports.report import Report


class Technique(msgspec.Struct, frozen=True, kw_only=True):
    """`groups` counts those that use it."""

    row: Row
    groups: int


class Once(msgspec.Struct, frozen=True, kw_only=True):
    """Both ordered by id."""

    techniques: tuple[Technique, ...]
    mitigations: tuple[Edge, ...]


def once(report: Report) -> Once:
    evidence = Evidence(report.inventory)
    found: dict[str, Row] = {}
    groups: dict[str, int] = {}
    for assessment in report.assessments:
        for each in assessment.techniques:
            groups[each.id] = groups.get(each.id, 0) + 1
            if each.id not in found:
                found[each.id] = pages.row(assessment, each, evidence)
    edges = {edge.id: edge for row in found.values() for edge in row.edges}
    return Once(
        techniques=tuple(Technique(row=found[key], groups=groups[key]) for key in sorted(found)),
        mitigations=tuple(edges[key] for key in sorted(edges)),
    )
