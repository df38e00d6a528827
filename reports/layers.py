"""What every layer for ATT&CK Navigator (format 4.5) has in common: its domain, its frame, and where it comes from."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from mitigap import cells
from mitigap.assessment.model import Assessment, TechniqueResult
from reports import figures, provenance, summary, text
from reports.report import Report

LAYER = "4.5"
NAVIGATOR = "5.2.0"

_LAYOUT = {
    "layout": "side",
    "showID": True,
    "showName": True,
    "showAggregateScores": False,
    "countUnscored": False,
    "aggregateFunction": "average",
    "expandedSubtechniques": "annotated",
}

Square = dict[str, object]
"""One technique as a layer spells it."""


class Layer(msgspec.Struct, frozen=True, kw_only=True):
    """What is drawn. `about` are the description's first lines; `legend` pairs words with their colour."""

    name: str
    about: tuple[str, ...]
    squares: tuple[Square, ...]
    colours: tuple[str, ...]
    highest: float
    legend: tuple[tuple[str, str], ...]


def drawn(report: Report) -> list[Assessment]:
    """A layer knows one domain: of several, the first assessment's."""
    domain = report.assessments[0].catalog.domain
    return [each for each in report.assessments if each.catalog.domain == domain]


def who(found: list[Assessment]) -> str:
    """`Leafminer (G0077)`, or how many groups."""
    return summary.name(found[0]) if len(found) == 1 else figures.count(len(found), "group")


def worst(found: Iterable[Assessment]) -> list[TechniqueResult]:
    """Each technique once, by id: of several, the one that needs attention most."""
    once: dict[str, TechniqueResult] = {}
    for each in summary.by_attention(technique for assessment in found for technique in assessment.techniques):
        once.setdefault(each.id, each)
    return [once[key] for key in sorted(once)]


def square(technique: TechniqueResult, colour: str, comment: Iterable[str], score: float | None) -> Square:
    found: Square = {
        "techniqueID": technique.id,
        "color": colour,
        "comment": cells.clean("\n".join(comment)),
        "enabled": True,
    }
    return found if score is None else found | {"score": score}


def written(report: Report, layer: Layer) -> bytes:
    first = report.assessments[0].catalog
    versions = {"layer": LAYER, "navigator": NAVIGATOR} | ({"attack": first.version} if first.version else {})
    content: dict[str, Any] = {
        "name": text.one_line(layer.name),
        "versions": versions,
        "domain": first.domain,
        "description": "\n".join(map(text.one_line, (*layer.about, *_rest(report)))),
        "sorting": 2,
        "layout": _LAYOUT,
        "hideDisabled": False,
        "techniques": layer.squares,
        "gradient": {"colors": layer.colours, "minValue": 0, "maxValue": layer.highest},
        "legendItems": [{"label": words, "color": colour} for words, colour in layer.legend],
        "metadata": [{"name": term, "value": text.one_line(fact)} for term, fact in _facts(report) if fact],
        "selectTechniquesAcrossTactics": True,
        "selectSubtechniquesWithParent": False,
        "selectVisibleTechniques": False,
    }
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()


def _facts(report: Report) -> tuple[provenance.Fact, ...]:
    marking = report.branding.marking
    return ((("Marking", marking.value),) if marking else ()) + provenance.facts(report)


def _rest(report: Report) -> Iterator[str]:
    domain = report.assessments[0].catalog.domain
    left_out = tuple(summary.name(each) for each in report.assessments if each.catalog.domain != domain)
    if left_out:
        yield f"Not drawn, because a layer holds one domain: {figures.listed(left_out)}."
    yield from provenance.copyrights(report)
