"""Many groups at once, against a second reckoning from the catalogue itself: every group of the embedded release."""

import random
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import msgspec
import pytest
from factories.assessment import TODAY, a_catalogue, an_inventory

from mitigap.assessment import portfolio_document
from mitigap.assessment.assess import several
from mitigap.assessment.model import Assessment
from mitigap.assessment.policy import POLICIES, Policy
from mitigap.assessment.portfolio import Portfolio, Shared
from mitigap.assessment.weigh import weigh
from mitigap.catalog import builtin
from mitigap.catalog.model import Catalogue, Group
from mitigap.errors import DocumentUnreadable, UserError

RULES: Mapping[str, Callable[[list[Fraction]], Fraction]] = {
    "mean": lambda values: sum(values, Fraction(0)) / len(values),
    "any": max,
    "all": min,
}
DO_NOT = "M1055"

Levels = Mapping[str, float | None]


def reckon(catalogue: Catalogue, levels: Levels, rule: str) -> dict[str, Fraction | None]:
    """The coverage of every technique."""
    found: dict[str, Fraction | None] = {}
    for technique in catalogue.techniques:
        told = [levels.get(each, 0.0) for each in set(catalogue.mitigates.get(technique, ())) - {DO_NOT}]
        known = [Fraction(str(each)) for each in told if each is not None]
        found[technique] = RULES[rule](known) if known else None
    return found


def weighted(catalogue: Catalogue, levels: Levels, rule: str, weights: Mapping[str, float]) -> Fraction:
    covered = reckon(catalogue, levels, rule)
    total = whole = Fraction(0)
    for group in catalogue.groups:
        known = [value for each in set(catalogue.uses.get(group, ())) if (value := covered[each]) is not None]
        if known:
            weight = Fraction(str(weights.get(group, 1.0)))
            total += weight * sum(known) / len(known)
            whole += weight
    return total / whole


def all_groups(catalogue: Catalogue, levels: Levels, policy: Policy) -> tuple[Assessment, ...]:
    return tuple(several(catalogue, sorted(catalogue.groups), an_inventory(levels), policy=policy, as_of=TODAY))


def random_levels(catalogue: Catalogue) -> Levels:
    chance = random.Random(5)
    drawn = [None, 1.0, 0.0, 0.5, 0.33, 0.99]
    return {each: chance.choice(drawn) for each in sorted(catalogue.mitigations) if chance.random() < 0.7}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return builtin.default()


@pytest.mark.parametrize("rule", list(POLICIES))
def test_every_group_together_agrees_with_a_second_reckoning(catalogue: Catalogue, rule: str) -> None:
    levels = random_levels(catalogue)
    weights = {"G0077": 3.0, "G0007": 0.5, "G0016": 12.25}
    found = weigh(all_groups(catalogue, levels, POLICIES[rule]), weights)

    today = weighted(catalogue, levels, rule, weights)
    gains = {
        each: weighted(catalogue, {**levels, each: 1.0}, rule, weights) - today
        for each in catalogue.mitigations
        if each not in {DO_NOT, "M1056"} and levels.get(each, 0.0) is not None
    }
    expected = sorted((-gain, each) for each, gain in gains.items() if gain > 0)
    assert found.exact == str(today)
    assert [(each.id, each.exact) for each in found.mitigations] == [(each, str(-gain)) for gain, each in expected]


def test_union_intersection_and_what_is_a_groups_own_agree_with_plain_sets(catalogue: Catalogue) -> None:
    chosen = ["G0007", "G0016", "G0032", "G0077"]
    made = several(catalogue, chosen, an_inventory({"M1032": 0.5}), policy=POLICIES["mean"], as_of=TODAY)
    found = weigh(tuple(made))

    uses = {group: set(catalogue.uses[group]) for group in chosen}
    assert [each.id for each in found.techniques] == sorted(set.union(*uses.values()))
    assert list(found.common) == sorted(set.intersection(*uses.values()))
    for each in found.groups:
        others = set().union(*(uses[group] for group in chosen if group != each.id))
        assert list(each.unique) == sorted(uses[each.id] - others)
    assert {each.id: set(each.groups) for each in found.techniques} == {
        each: {group for group in chosen if each in uses[group]} for each in set.union(*uses.values())
    }
    assert found.union.techniques == len(found.techniques)
    assert found.intersection.techniques == len(found.common)


def test_the_heat_map_is_the_mean_of_each_groups_techniques_of_each_tactic(catalogue: Catalogue) -> None:
    levels = random_levels(catalogue)
    found = weigh(all_groups(catalogue, levels, POLICIES["mean"]))
    covered = reckon(catalogue, levels, "mean")

    expected: dict[tuple[str, str], list[Fraction | None]] = {}
    for group in catalogue.groups:
        for technique in set(catalogue.uses.get(group, ())):
            for tactic in catalogue.techniques[technique].tactics:
                expected.setdefault((group, tactic), []).append(covered[technique])
    told = {(each.group, each.tactic): each.tally for each in found.heat}
    assert told.keys() == expected.keys()
    for key, values in expected.items():
        known = [each for each in values if each is not None]
        tally = told[key]
        assert tally.coverage == (float(sum(known) / len(known)) if known else None)
        assert (tally.techniques, tally.gap, tally.covered) == (len(values), values.count(0), values.count(1))


def three_groups(levels: Levels, weights: Mapping[str, float] | None = None, **more: Any) -> Portfolio:
    """G0001 uses T1001 and T1002, G0002 T1002 and T1003, G0003 T1004, which nothing mitigates."""
    groups = {"G0001": "One", "G0002": "Two", "G0003": "Three"}
    content: dict[str, Any] = {
        "groups": {key: Group(id=key, name=name) for key, name in groups.items()},
        "uses": {"G0001": ("T1001", "T1002"), "G0002": ("T1002", "T1003"), "G0003": ("T1004",)},
    }
    mapped = {"T1001": ["M1011"], "T1002": ["M1011", "M1012"], "T1003": ["M1012"], "T1004": []}
    found = a_catalogue(mapped, **(content | more))
    made = several(found, sorted(found.groups), an_inventory(levels), policy=POLICIES["mean"], as_of=TODAY)
    return weigh(tuple(made), weights)


def test_a_group_without_a_score_takes_no_part_in_the_weighted_score() -> None:
    found = three_groups({"M1011": 1.0}, {"G0001": 3.0, "G0003": 100.0})

    assert found.exact == str((3 * Fraction(3, 4) + Fraction(1, 4)) / 4)
    assert [(each.id, each.score) for each in found.groups] == [("G0001", 0.75), ("G0002", 0.25), ("G0003", None)]


def test_the_worst_quarter_is_at_least_one_group_and_its_open_techniques_come_first() -> None:
    found = three_groups({"M1011": 1.0})

    assert found.worst == ("G0002",)
    assert found.shared == (Shared(id="T1003", worst=("G0002",)), Shared(id="T1002", worst=("G0002",)))


def test_groups_of_the_same_score_are_the_worst_together() -> None:
    found = three_groups({})

    assert found.worst == ("G0001", "G0002")
    assert found.shared[0] == Shared(id="T1002", worst=("G0001", "G0002"))


def test_where_nothing_can_be_mitigated_there_is_no_score_and_nothing_to_do() -> None:
    found = three_groups({}, mitigates={})

    assert (found.score, found.exact, found.worst, found.shared, found.mitigations) == (None, None, (), (), ())


def test_the_tactics_stand_in_the_order_told_and_what_is_not_in_it_comes_last(catalogue: Catalogue) -> None:
    made = several(catalogue, ["G0077"], an_inventory({}), policy=POLICIES["mean"], as_of=TODAY)
    found = weigh(tuple(made), order=["TA0043", "TA0042", "TA0006", "TA0001"])

    assert [each.id for each in found.tactics][:4] == ["TA0042", "TA0006", "TA0001", "TA0002"]


@pytest.mark.parametrize("weight", [0.0, -1.0, 1000.5, float("nan"), float("inf")])
def test_a_weight_out_of_bounds_is_refused(weight: float) -> None:
    with pytest.raises(UserError, match="weight of G0001"):
        three_groups({}, {"G0001": weight})


def test_a_weight_for_a_group_that_was_not_assessed_is_refused() -> None:
    with pytest.raises(UserError, match="G0099"):
        three_groups({}, {"G0099": 1.0})


def test_no_assessment_is_no_portfolio() -> None:
    with pytest.raises(ValueError, match="at least one"):
        weigh(())


def test_assessments_of_two_dates_are_no_portfolio(catalogue: Catalogue) -> None:
    made = tuple(several(catalogue, ["G0007", "G0016"], an_inventory({}), policy=POLICIES["mean"], as_of=TODAY))
    with pytest.raises(ValueError, match="one catalogue"):
        weigh((made[0], msgspec.structs.replace(made[1], as_of="2020-01-01")))


def test_what_is_dumped_can_be_loaded_and_equal_portfolios_are_equal_bytes(catalogue: Catalogue) -> None:
    found = weigh(all_groups(catalogue, random_levels(catalogue), POLICIES["mean"]))
    again = weigh(tuple(reversed(all_groups(catalogue, random_levels(catalogue), POLICIES["mean"]))))

    assert portfolio_document.load(portfolio_document.dump(found)) == found
    assert portfolio_document.dump(again) == portfolio_document.dump(found)


def test_anything_else_is_not_read_as_a_portfolio() -> None:
    with pytest.raises(DocumentUnreadable):
        portfolio_document.load(b'{"schema": "mitigap/assessment/1"}')
