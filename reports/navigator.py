"""A layer for ATT&CK Navigator (format 4.5): coverage as score, status as colour, mitigations as comment."""

import json
from collections.abc import Iterable, Iterator

from mitigap import cells
from mitigap.assessment.model import Assessment, Status, TechniqueResult
from reports import figures, palette, provenance, summary, text
from reports.palette import LOOKS
from reports.report import Report

LAYER = "4.5"
NAVIGATOR = "5.2.0"

_GRADIENT = [LOOKS[status].solid for status in (Status.GAP, Status.PARTIAL, Status.COVERED)]


def render(report: Report) -> bytes:
    """One layer. A layer knows one domain: of several, the first assessment's is drawn, and the description says so."""
    domain = report.assessments[0].catalog.domain
    drawn = [each for each in report.assessments if each.catalog.domain == domain]
    left_out = [each for each in report.assessments if each.catalog.domain != domain]
    return (json.dumps(_layer(report, drawn, left_out), ensure_ascii=False, indent=2) + "\n").encode()


def _layer(report: Report, drawn: list[Assessment], left_out: list[Assessment]) -> dict[str, object]:
    version = drawn[0].catalog.version
    return {
        "name": text.one_line(_name(drawn)),
        "versions": {"layer": LAYER, "navigator": NAVIGATOR} | ({"attack": version} if version else {}),
        "domain": drawn[0].catalog.domain,
        "description": "\n".join(map(text.one_line, _description(report, drawn, left_out))),
        "sorting": 2,
        "layout": {
            "layout": "side",
            "showID": True,
            "showName": True,
            "showAggregateScores": False,
            "countUnscored": False,
            "aggregateFunction": "average",
            "expandedSubtechniques": "annotated",
        },
        "hideDisabled": False,
        "techniques": [_technique(each) for each in worst(drawn)],
        "gradient": {"colors": _GRADIENT, "minValue": 0, "maxValue": 100},
        "legendItems": [{"label": f"{each.label}: {each.meaning}", "color": each.solid} for each in LOOKS.values()],
        "metadata": [{"name": term, "value": text.one_line(fact)} for term, fact in provenance.facts(report) if fact],
        "selectTechniquesAcrossTactics": True,
        "selectSubtechniquesWithParent": False,
        "selectVisibleTechniques": False,
    }


def _name(drawn: list[Assessment]) -> str:
    who = summary.name(drawn[0]) if len(drawn) == 1 else figures.count(len(drawn), "group")
    return f"{who}: mitigation coverage"


def _description(report: Report, drawn: list[Assessment], left_out: list[Assessment]) -> Iterator[str]:
    for each in drawn:
        yield f"{summary.headline(each)}. {summary.ceiling(each)}"
    if len(drawn) > 1:
        yield "Where several groups use a technique, its lowest coverage is shown."
    if left_out:
        names = figures.listed(tuple(summary.name(each) for each in left_out))
        yield f"Not drawn, because a layer holds one domain: {names}."
    yield from provenance.copyrights(report)


def worst(drawn: Iterable[Assessment]) -> list[TechniqueResult]:
    """Each technique once, by id: of several, the one that needs attention most."""
    found: dict[str, TechniqueResult] = {}
    for each in summary.by_attention(technique for assessment in drawn for technique in assessment.techniques):
        found.setdefault(each.id, each)
    return [found[key] for key in sorted(found)]


def _technique(technique: TechniqueResult) -> dict[str, object]:
    drawn: dict[str, object] = {
        "techniqueID": technique.id,
        "color": LOOKS[technique.status].solid,
        "comment": cells.clean(_comment(technique)),
        "enabled": True,
    }
    return drawn if technique.coverage is None else drawn | {"score": figures.hundredths(technique.coverage)}


def _comment(technique: TechniqueResult) -> str:
    if technique.reason:
        return palette.REASONS[technique.reason]
    levels = [f"{each.id} {each.name}: {figures.percent(each.level)}" for each in technique.mitigations]
    return "\n".join([f"{LOOKS[technique.status].label}, {figures.percent(technique.coverage)}", *levels])
