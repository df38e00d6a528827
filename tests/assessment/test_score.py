from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mitigap.assessment import score
from mitigap.assessment.model import Status
from mitigap.assessment.policy import Combine

HALF = Fraction(1, 2)


def test_levels_enter_as_the_decimals_that_were_written() -> None:
    assert score.exact(0.1) == Fraction(1, 10)
    assert score.exact(1e-07) == Fraction(1, 10_000_000)
    assert score.exact(None) is None


@pytest.mark.parametrize(
    ("combine", "expected"),
    [(Combine.MEAN, HALF), (Combine.HIGHEST, Fraction(1)), (Combine.LOWEST, Fraction(0))],
)
def test_each_rule_combines_the_levels_of_one_technique(combine: Combine, expected: Fraction) -> None:
    levels = {"M1": Fraction(1), "M2": HALF}

    assert score.coverage(["M1", "M2", "M3"], levels, combine) == expected


def test_a_safeguard_that_is_not_applicable_leaves_the_denominator() -> None:
    levels = {"M1": Fraction(1), "M2": None}

    assert score.coverage(["M1", "M2"], levels, Combine.MEAN) == 1
    assert score.coverage(["M1", "M2"], levels, Combine.LOWEST) == 1


def test_no_applicable_safeguard_is_no_coverage_rather_than_none_of_it() -> None:
    assert score.coverage([], {}, Combine.MEAN) is None
    assert score.coverage(["M1"], {"M1": None}, Combine.MEAN) is None


def test_a_safeguard_named_twice_weighs_once() -> None:
    assert score.coverage(["M1", "M1", "M2"], {"M1": Fraction(1)}, Combine.MEAN) == HALF


def test_the_score_is_the_mean_of_what_can_be_covered() -> None:
    assert score.score([Fraction(1), None, Fraction(0)]) == HALF
    assert score.score([None]) is None
    assert score.score([]) is None


@pytest.mark.parametrize(
    ("coverage", "expected"),
    [
        (None, Status.UNMITIGABLE),
        (Fraction(0), Status.GAP),
        (Fraction(1, 10**30), Status.PARTIAL),
        (Fraction(999, 1000), Status.PARTIAL),
        (1 - Fraction(1, 10**30), Status.PARTIAL),
        (Fraction(1), Status.COVERED),
    ],
)
def test_covered_and_gap_are_exact(coverage: Fraction | None, expected: Status) -> None:
    assert score.status(coverage) is expected


levels = st.lists(st.floats(0, 1), min_size=1, max_size=8)


@given(levels, st.sampled_from(Combine))
def test_coverage_stays_between_the_least_and_the_best_level(values: list[float], combine: Combine) -> None:
    exact = {str(place): score.exact(value) for place, value in enumerate(values)}

    found = score.coverage(exact, exact, combine)

    assert score.exact(min(values)) <= found <= score.exact(max(values))
    assert (found == 1) == {
        Combine.MEAN: all(value == 1 for value in values),
        Combine.HIGHEST: any(value == 1 for value in values),
        Combine.LOWEST: all(value == 1 for value in values),
    }[combine]
