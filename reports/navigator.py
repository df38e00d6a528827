"""The coverage layer for ATT&CK Navigator: coverage as score, status as colour, mitigations as comment."""

from collections.abc import Iterator

from mitigap.assessment.model import Assessment, Status, TechniqueResult
from reports import figures, layers, palette, summary
from reports.layers import Layer, Square
from reports.palette import LOOKS
from reports.report import Report

_GRADIENT = tuple(LOOKS[status].solid for status in (Status.GAP, Status.PARTIAL, Status.COVERED))


def render(report: Report) -> bytes:
    found = layers.drawn(report)
    layer = Layer(
        name=f"{layers.who(found)}: mitigation coverage",
        about=tuple(_about(found)),
        squares=tuple(_square(each) for each in layers.worst(found)),
        colours=_GRADIENT,
        highest=100,
        legend=tuple((f"{each.label}: {each.meaning}", each.solid) for each in LOOKS.values()),
    )
    return layers.written(report, layer)


def _about(found: list[Assessment]) -> Iterator[str]:
    for each in found:
        yield f"{summary.headline(each)}. {summary.ceiling(each)}"
    if len(found) > 1:
        yield "Where several groups use a technique, its lowest coverage is shown."


def _square(technique: TechniqueResult) -> Square:
    score = None if technique.coverage is None else figures.hundredths(technique.coverage)
    return layers.square(technique, LOOKS[technique.status].solid, _comment(technique), score)


def _comment(technique: TechniqueResult) -> Iterator[str]:
    if technique.reason:
        yield palette.REASONS[technique.reason]
        return
    yield f"{LOOKS[technique.status].label}, {figures.percent(technique.coverage)}"
    for each in technique.mitigations:
        yield f"{each.id} {each.name}: {figures.percent(each.level)}"
