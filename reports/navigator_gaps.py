"""The gaps layer for ATT&CK Navigator: what is open, how much of it is missing, and what would close it."""

from collections.abc import Iterator

from mitigap.assessment.model import Assessment, Status, TechniqueResult
from reports import figures, layers, palette
from reports.layers import Layer, Square
from reports.palette import LOOKS
from reports.report import Report

SHOWN = (Status.GAP, Status.PARTIAL, Status.UNMITIGABLE)

_PALE = "#FFF4D6"
_GRADIENT = (_PALE, LOOKS[Status.PARTIAL].solid, LOOKS[Status.GAP].solid)


def render(report: Report) -> bytes:
    found = layers.drawn(report)
    open_ones = [each for each in layers.worst(found) if each.status in SHOWN]
    layer = Layer(
        name=f"{layers.who(found)}: gaps",
        about=tuple(_about(found, open_ones)),
        squares=tuple(map(_square, open_ones)),
        colours=_GRADIENT,
        highest=100,
        legend=tuple((f"{LOOKS[each].label}: {LOOKS[each].meaning}", LOOKS[each].solid) for each in SHOWN),
    )
    return layers.written(report, layer)


def _about(found: list[Assessment], open_ones: list[TechniqueResult]) -> Iterator[str]:
    numbers = {status: sum(each.status is status for each in open_ones) for status in SHOWN}
    told = ", ".join(f"{number} {LOOKS[status].label.lower()}" for status, number in numbers.items())
    yield f"Open of what {layers.who(found)} used: {told}. The score is the share that is missing, in percent."
    yield "Techniques that are covered are left out; those that no mitigation stops have no score."


def _square(technique: TechniqueResult) -> Square:
    score = None if technique.coverage is None else figures.hundredths(1 - technique.coverage)
    return layers.square(technique, LOOKS[technique.status].solid, _comment(technique), score)


def _comment(technique: TechniqueResult) -> Iterator[str]:
    if technique.reason:
        yield palette.REASONS[technique.reason]
        return
    yield f"{LOOKS[technique.status].label}, {figures.percent(technique.coverage)} in place. Missing:"
    for each in sorted(technique.mitigations, key=lambda each: (each.level or 0.0, each.id)):
        if each.level not in {None, 1}:
            yield f"{each.id} {each.name}: {figures.percent(each.level)} in place"
