"""Groups by tactics: how far each group's techniques of each tactic are covered."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from mitigap.assessment.model import Assessment, Status, TechniqueResult
from mitigap.assessment.portfolio import Cell, Tally
from mitigap.assessment.score import score

Coverages = Mapping[str, Fraction | None]
"""By technique, exactly."""


def tally(techniques: Iterable[TechniqueResult], coverages: Coverages) -> Tally:
    found = tuple(techniques)
    number = Counter(each.status for each in found)
    mean = score(coverages[each.id] for each in found)
    return Tally(
        techniques=len(found),
        covered=number[Status.COVERED],
        partial=number[Status.PARTIAL],
        gap=number[Status.GAP],
        unmitigable=number[Status.UNMITIGABLE],
        coverage=None if mean is None else float(mean),
    )


def heat(assessments: Iterable[Assessment], tactics: Sequence[str], coverages: Coverages) -> Iterator[Cell]:
    for assessment in assessments:
        found: dict[str, list[TechniqueResult]] = {}
        for technique in assessment.techniques:
            for tactic in technique.tactics:
                found.setdefault(tactic, []).append(technique)
        for tactic in tactics:
            if tactic in found:
                yield Cell(group=assessment.group.id, tactic=tactic, tally=tally(found[tactic], coverages))


def ordered(tactics: Iterable[str], order: Iterable[str]) -> tuple[str, ...]:
    """As they stand in `order`; those that are not in it come last, by id."""
    ranks = {each: rank for rank, each in enumerate(order)}
    return tuple(sorted(tactics, key=lambda each: (ranks.get(each, len(ranks)), each)))
