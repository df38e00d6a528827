"""From levels to coverage to a score, in exact fractions: any axis that gives a technique safeguards can use it."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from fractions import Fraction

from mitigap.assessment.model import Status
from mitigap.assessment.policy import Combine

ZERO = Fraction(0)
ONE = Fraction(1)

Levels = Mapping[str, Fraction | None]
"""How far each safeguard is deployed; None takes no part, and a safeguard that is not named counts 0."""

Safeguards = Mapping[str, Collection[str]]
"""The safeguards of each technique."""


def exact(level: float | None) -> Fraction | None:
    """The decimal a person wrote, so that three times 0.1 is 0.3."""
    return None if level is None else Fraction(repr(level))


def mean(values: Sequence[Fraction]) -> Fraction:
    return sum(values, ZERO) / len(values)


COMBINE: Mapping[Combine, Callable[[Sequence[Fraction]], Fraction]] = {
    Combine.MEAN: mean,
    Combine.HIGHEST: max,
    Combine.LOWEST: min,
}


def coverage(safeguards: Iterable[str], levels: Levels, combine: Combine) -> Fraction | None:
    """None where no safeguard is applicable."""
    applicable = [level for each in set(safeguards) if (level := levels.get(each, ZERO)) is not None]
    return COMBINE[combine](applicable) if applicable else None


def coverages(safeguards: Safeguards, levels: Levels, combine: Combine) -> dict[str, Fraction | None]:
    return {technique: coverage(names, levels, combine) for technique, names in safeguards.items()}


def score(values: Iterable[Fraction | None]) -> Fraction | None:
    """The mean of what can be covered at all; None where nothing can."""
    known = [value for value in values if value is not None]
    return mean(known) if known else None


def status(value: Fraction | None) -> Status:
    if value is None:
        return Status.UNMITIGABLE
    return {ONE: Status.COVERED, ZERO: Status.GAP}.get(value, Status.PARTIAL)
