"""What holds for every mapping and every inventory."""

from collections.abc import Mapping

import msgspec
from factories.assessment import (
    GROUP,
    MITIGATIONS,
    TODAY,
    a_catalogue,
    a_control,
    an_inventory,
    assessed,
    inventories,
    mappings,
    of_controls,
    policies,
)
from hypothesis import assume, given
from hypothesis import strategies as st

from mitigap.assessment import document
from mitigap.assessment.assess import assess
from mitigap.assessment.model import Status
from mitigap.assessment.policy import POLICIES, Policy

Mapped = Mapping[str, frozenset[str]]
Deployed = dict[str, float | None]


@given(mappings, inventories, policies)
def test_counts_and_scores_agree_with_the_techniques_listed(mapped: Mapped, levels: Deployed, policy: Policy) -> None:
    result = assessed(mapped, levels, policy)

    counts = result.counts
    assert counts.covered + counts.partial + counts.gap + counts.unmitigable == counts.techniques == len(mapped)
    assert counts.edges == sum(len(each.mitigations) for each in result.techniques)
    assert result.ceiling.without_pre_compromise <= result.ceiling.techniques <= result.ceiling.of
    assert (result.score is None) == (counts.unmitigable == counts.techniques)
    assert result.score is None or 0 <= result.score <= 1


@given(mappings, inventories)
def test_covered_means_every_applicable_mitigation_in_full(mapped: Mapped, levels: Deployed) -> None:
    for each in assessed(mapped, levels).techniques:
        applicable = [edge.level for edge in each.mitigations if edge.level is not None]
        full = bool(applicable) and all(level == 1 for level in applicable)
        assert (each.status is Status.COVERED) == full
        assert (each.status is Status.GAP) == (bool(applicable) and not any(applicable))


@given(mappings, inventories, policies, st.sampled_from(MITIGATIONS), st.floats(0, 1))
def test_more_deployed_is_never_a_lower_score(
    mapped: Mapped, levels: Deployed, policy: Policy, raised: str, level: float
) -> None:
    assume(levels.get(raised, 0.0) is not None and level >= (levels.get(raised) or 0.0))

    before = assessed(mapped, levels, policy).score
    after = assessed(mapped, levels | {raised: level}, policy).score

    assert before == after or after > before


@given(mappings, inventories, policies)
def test_a_recommendation_followed_keeps_its_promise(mapped: Mapped, levels: Deployed, policy: Policy) -> None:
    before = assessed(mapped, levels, policy)

    for each in before.recommendations:
        after = assessed(mapped, levels | {each.id: 1.0}, policy)
        covered = {now.id for was, now in zip(before.techniques, after.techniques, strict=True) if newly(was, now)}
        assert covered == set(each.covers)
        assert abs(after.score - before.score - each.gain) < 1e-12


def newly(was: object, now: object) -> bool:
    return was.status is not Status.COVERED and now.status is Status.COVERED


@given(mappings, inventories, policies, st.randoms(use_true_random=False))
def test_order_of_rows_and_edges_changes_no_byte(mapped: Mapped, levels: Deployed, policy: Policy, random) -> None:  # noqa: ANN001 (hypothesis's own type)
    inventory = an_inventory(levels)
    rows = list(inventory.controls)
    random.shuffle(rows)
    edges = {key: tuple(random.sample(sorted(found), len(found))) for key, found in mapped.items()}
    shuffled = {key: edges[key] for key in random.sample(sorted(edges), len(edges))}

    one = assess(a_catalogue(mapped), GROUP, inventory, policy=policy, as_of=TODAY)
    other = assess(a_catalogue(shuffled), GROUP, of_controls(rows), policy=policy, as_of=TODAY)

    assert document.dump(one) == document.dump(other)


@given(mappings, inventories, st.sampled_from(MITIGATIONS))
def test_not_applicable_scores_as_if_the_mapping_never_drew_the_edge(
    mapped: Mapped, levels: Deployed, ruled_out: str
) -> None:
    without = {technique: found - {ruled_out} for technique, found in mapped.items()}

    out = assessed(mapped, levels | {ruled_out: None})
    gone = assessed(without, levels)

    assert out.score == gone.score
    assert out.recommendations == gone.recommendations
    assert [(each.id, each.coverage, each.status) for each in out.techniques] == [
        (each.id, each.coverage, each.status) for each in gone.techniques
    ]


@given(mappings, inventories, st.sampled_from(MITIGATIONS))
def test_a_row_that_repeats_another_changes_no_figure(mapped: Mapped, levels: Deployed, again: str) -> None:
    assume(again in levels)
    repeated = an_inventory(levels, a_control(99, again, levels[again]))

    one = assessed(mapped, levels)
    two = assess(a_catalogue(mapped), GROUP, repeated, policy=POLICIES["mean"], as_of=TODAY)

    assert (one.score, one.counts, one.recommendations) == (two.score, two.counts, two.recommendations)


@given(mappings, inventories, st.sampled_from(("M1099", None)))
def test_a_control_for_something_else_changes_the_row_counts_alone(
    mapped: Mapped, levels: Deployed, other: str | None
) -> None:
    more = an_inventory(levels, a_control(99, other, 1.0))

    one = assessed(mapped, levels)
    two = assess(a_catalogue(mapped), GROUP, more, policy=POLICIES["mean"], as_of=TODAY)

    assert msgspec.structs.replace(two, inventory=one.inventory) == one
    assert two.inventory.controls == one.inventory.controls + 1
    assert two.inventory.unresolved == one.inventory.unresolved + (other is None)
