"""One row for each technique and mitigation, and one for each technique that has none, for other programs to read.

UTF-8 with a byte order mark: without it Excel reads the file in the machine's old code page and spoils every
letter beyond ASCII; whoever reads it as `utf-8-sig` never sees it. Lines end in CRLF, as RFC 4180 has it.
"""

import csv
from collections.abc import Iterator, Mapping
from io import StringIO

from mitigap.assessment.model import Assessment, MitigationResult, TechniqueResult
from mitigap.cells import BOM, Cell, safe
from reports import pages, provenance
from reports.evidence import Evidence, brief
from reports.report import Report

Fields = Mapping[str, Cell]

PLACES_TOLD = 100
"""Places of rows in one cell."""

COLUMNS = (
    "group_id",
    "group",
    "technique_id",
    "technique",
    "tactics",
    "via",
    "status",
    "coverage",
    "reason",
    "mitigation_id",
    "mitigation",
    "level",
    "flags",
    "controls",
    "rows",
    "as_of",
    "policy",
    "engine",
    "catalogue",
    "catalogue_digest",
    "inventory",
    "inventory_digest",
    "copyright",
)


def render(report: Report) -> bytes:
    evidence = Evidence(report.inventory)
    paper = StringIO(newline="")
    writer = csv.DictWriter(paper, COLUMNS, lineterminator="\r\n", quoting=csv.QUOTE_MINIMAL)
    writer.writeheader()
    for assessment in report.assessments:
        for row in _rows(assessment, evidence):
            writer.writerow({key: safe(value) for key, value in row.items()})
    return BOM + paper.getvalue().encode()


def _rows(assessment: Assessment, evidence: Evidence) -> Iterator[Fields]:
    source = _source(assessment)
    for technique in assessment.techniques:
        about = _technique(assessment, technique)
        for mitigation in technique.mitigations:
            yield about | _mitigation(mitigation, evidence) | source
        if not technique.mitigations:
            yield about | source


def _technique(assessment: Assessment, technique: TechniqueResult) -> dict[str, Cell]:
    return {
        "group_id": assessment.group.id,
        "group": assessment.group.name,
        "technique_id": technique.id,
        "technique": technique.name,
        "tactics": "; ".join(assessment.tactics.get(each, each) for each in technique.tactics),
        "via": "; ".join(technique.via),
        "status": technique.status.value,
        "coverage": technique.coverage,
        "reason": technique.reason.value if technique.reason else None,
    }


def _mitigation(mitigation: MitigationResult, evidence: Evidence) -> dict[str, Cell]:
    return {
        "mitigation_id": mitigation.id,
        "mitigation": mitigation.name,
        "level": mitigation.level,
        "flags": "; ".join(pages.flags(mitigation)),
        "controls": "; ".join(_places(mitigation.controls)),
        "rows": "; ".join(brief(evidence.behind(mitigation))),
    }


def _places(controls: tuple[str, ...]) -> Iterator[str]:
    """The JSON document names them all, however many."""
    yield from controls[:PLACES_TOLD]
    if len(controls) > PLACES_TOLD:
        yield f"and {len(controls) - PLACES_TOLD} more"


def _source(assessment: Assessment) -> dict[str, Cell]:
    """The same on every row, so that a row says where it comes from wherever it is pasted."""
    return {
        "as_of": assessment.as_of,
        "policy": assessment.policy.name,
        "engine": assessment.engine,
        "catalogue": provenance.label(assessment.catalog),
        "catalogue_digest": assessment.catalog.digest,
        "inventory": assessment.inventory.name,
        "inventory_digest": assessment.inventory.digest,
        "copyright": assessment.catalog.copyright,
    }
