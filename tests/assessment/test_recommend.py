from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from mitigap.assessment import score
from mitigap.assessment.policy import Combine
from mitigap.assessment.recommend import Gain, gains
from mitigap.assessment.score import Safeguards

ONE = Fraction(1)
HALF = Fraction(1, 2)

NAMES = ("M1", "M2", "M3", "M4")
mappings = st.dictionaries(st.sampled_from(("T1", "T2", "T3", "T4")), st.frozensets(st.sampled_from(NAMES)))
levels = st.dictionaries(
    st.sampled_from(NAMES), st.one_of(st.none(), st.sampled_from((Fraction(0), HALF, ONE)), st.fractions(0, 1))
)
rules = st.sampled_from(Combine)


def test_the_greatest_gain_comes_first_and_ties_go_by_id() -> None:
    safeguards = {"T3": ["M2", "M1"], "T1": ["M1", "M2"], "T2": ["M3"]}

    assert gains(safeguards, {"M3": HALF}, Combine.MEAN) == (
        Gain(id="M1", gain=Fraction(1, 3), covers=(), improves=("T1", "T3")),
        Gain(id="M2", gain=Fraction(1, 3), covers=(), improves=("T1", "T3")),
        Gain(id="M3", gain=Fraction(1, 6), covers=("T2",), improves=()),
    )


def test_what_closes_a_technique_is_told_apart_from_what_only_improves_it() -> None:
    safeguards = {"T1": ["M1", "M2"], "T2": ["M1"]}

    assert gains(safeguards, {}, Combine.MEAN)[0] == Gain(
        id="M1", gain=Fraction(3, 4), covers=("T2",), improves=("T1",)
    )


def test_deployed_not_applicable_and_forbidden_safeguards_are_not_recommended() -> None:
    safeguards = {"T1": ["M1", "M2", "M3", "M4"]}

    found = gains(safeguards, {"M1": ONE, "M2": None}, Combine.MEAN, never={"M3"})

    assert [each.id for each in found] == ["M4"]


def test_where_the_least_deployed_rules_one_of_two_alone_raises_nothing() -> None:
    assert gains({"T1": ["M1", "M2"]}, {}, Combine.LOWEST) == ()
    assert [each.id for each in gains({"T1": ["M1", "M2"]}, {"M1": ONE}, Combine.LOWEST)] == ["M2"]


def test_where_the_best_deployed_rules_a_covered_technique_asks_for_nothing_more() -> None:
    assert gains({"T1": ["M1", "M2"]}, {"M1": ONE}, Combine.HIGHEST) == ()


@given(mappings, levels, rules)
def test_deploying_a_recommendation_raises_the_score_by_exactly_its_gain(
    safeguards: Safeguards, deployed: dict[str, Fraction | None], rule: Combine
) -> None:
    before = score.coverages(safeguards, deployed, rule)

    for each in gains(safeguards, deployed, rule):
        after = score.coverages(safeguards, deployed | {each.id: ONE}, rule)
        assert score.score(after.values()) == score.score(before.values()) + each.gain
        assert {key for key in after if after[key] == 1 != before[key]} == set(each.covers)
        assert {key for key in after if after[key] != before[key] and after[key] != 1} == set(each.improves)


@given(mappings, levels, rules)
def test_whatever_is_left_out_would_have_raised_nothing(
    safeguards: Safeguards, deployed: dict[str, Fraction | None], rule: Combine
) -> None:
    offered = {each.id for each in gains(safeguards, deployed, rule)}
    before = score.score(score.coverages(safeguards, deployed, rule).values())

    for left in {key for key in NAMES if deployed.get(key, 0) is not None} - offered:
        assert score.score(score.coverages(safeguards, deployed | {left: ONE}, rule).values()) == before


@given(mappings, levels, rules)
def test_gains_are_positive_and_in_order(
    safeguards: Safeguards, deployed: dict[str, Fraction | None], rule: Combine
) -> None:
    found = gains(safeguards, deployed, rule)

    assert list(found) == sorted(found, key=lambda each: (-each.gain, each.id))
    assert all(0 < each.gain <= 1 for each in found)
