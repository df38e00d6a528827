"""Who changed a number: base's five parts are exchanged for now's one by one, and each step bears its difference."""

from collections.abc import Sequence
from fractions import Fraction

from mitigap.assessment.drift import Cause, Step

ORDER = tuple(Cause)

Values = Sequence[Fraction | None]
"""A number in base's state, then after each cause in its order: one more than there are causes. None is no number."""


def steps(values: Values) -> tuple[Step, ...]:
    """The causes that changed the number. Where both ends are numbers, their exact deltas add up to the whole change.

    A step that ends without a number though a later one brings it back counts 0, and the one that brings it back is
    measured from the last number there was. Before the first number and after the last there is nothing to measure.
    """
    carried = _carried(values)
    return tuple(
        _step(cause, values, carried, place)
        for place, cause in enumerate(ORDER)
        if values[place] != values[place + 1] or carried[place] != carried[place + 1]
    )


def delta(values: Values) -> Fraction | None:
    """The whole change; None where either end has no number."""
    return _minus(values[-1], values[0])


def number(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def written(value: Fraction | None) -> str | None:
    """`-1/45`: the fraction itself, so that sums can be checked to the last digit."""
    return None if value is None else str(value)


def _step(cause: Cause, values: Values, carried: Values, place: int) -> Step:
    moved = _minus(carried[place + 1], carried[place])
    return Step(
        cause=cause,
        before=number(values[place]),
        after=number(values[place + 1]),
        delta=number(moved),
        exact=written(moved),
    )


def _carried(values: Values) -> list[Fraction | None]:
    """The values, with gaps between two numbers filled with the earlier one."""
    known = [place for place, value in enumerate(values) if value is not None]
    filled = list(values)
    for place in range(known[0], known[-1]) if known else ():
        if filled[place + 1] is None:
            filled[place + 1] = filled[place]
    return filled


def _minus(after: Fraction | None, before: Fraction | None) -> Fraction | None:
    return None if after is None or before is None else after - before
