from fractions import Fraction

import pytest

from mitigap.assessment import attribute
from mitigap.assessment.drift import Cause, Step

HALF, THIRD, ONE = Fraction(1, 2), Fraction(1, 3), Fraction(1)


def told(*values: Fraction | None) -> list[tuple[str, str | None]]:
    return [(each.cause.value, each.exact) for each in attribute.steps(values)]


def test_causes_take_their_turn_in_one_order() -> None:
    assert [each.value for each in attribute.ORDER] == ["group", "catalogue", "policy", "inventory", "expiry"]


def test_each_cause_bears_the_difference_it_makes() -> None:
    assert attribute.steps([HALF, HALF, THIRD, THIRD, ONE, HALF]) == (
        Step(cause=Cause.CATALOGUE, before=0.5, after=1 / 3, delta=-1 / 6, exact="-1/6"),
        Step(cause=Cause.INVENTORY, before=1 / 3, after=1.0, delta=2 / 3, exact="2/3"),
        Step(cause=Cause.EXPIRY, before=1.0, after=0.5, delta=-0.5, exact="-1/2"),
    )


def test_what_nothing_moves_has_no_parts() -> None:
    assert attribute.steps([HALF] * 6) == attribute.steps([None] * 6) == ()
    assert attribute.delta([HALF] * 6) == 0
    assert attribute.delta([None] * 6) is None


def test_differences_that_a_float_cannot_hold_are_told() -> None:
    (step,) = attribute.steps([Fraction(0), Fraction(1, 10**400), *[Fraction(1, 10**400)] * 4])
    assert (step.delta, step.exact) == (0.0, f"1/{10**400}")


@pytest.mark.parametrize(
    ("values", "parts", "whole"),
    [
        ([None, None, HALF, HALF, ONE, ONE], [("catalogue", None), ("inventory", "1/2")], None),
        ([HALF, HALF, None, None, None, None], [("catalogue", None)], None),
        ([HALF, THIRD, None, None, None, None], [("group", "-1/6"), ("catalogue", None)], None),
        ([HALF, HALF, None, None, ONE, HALF], [("catalogue", "0"), ("inventory", "1/2"), ("expiry", "-1/2")], 0),
        (
            [HALF, None, THIRD, None, ONE, ONE],
            [("group", "0"), ("catalogue", "-1/6"), ("policy", "0"), ("inventory", "2/3")],
            HALF,
        ),
        (
            [None, HALF, None, HALF, None, None],
            [("group", None), ("catalogue", "0"), ("policy", "0"), ("inventory", None)],
            None,
        ),
    ],
)
def test_where_there_is_no_number(
    values: list[Fraction | None], parts: list[tuple[str, str | None]], whole: Fraction | None
) -> None:
    assert told(*values) == parts
    assert attribute.delta(values) == whole
