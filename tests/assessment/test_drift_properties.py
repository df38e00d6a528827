"""What holds of every comparison: the parts are the whole, to the last digit."""

from collections.abc import Iterable
from fractions import Fraction

from factories.drift import changed, subjects, uploads
from hypothesis import given, settings

from mitigap.assessment import drift_document
from mitigap.assessment.assess import assess
from mitigap.assessment.diff import diff
from mitigap.assessment.drift import Cause, Drift, Kind, Move, Step
from mitigap.assessment.model import Assessment
from mitigap.assessment.subject import Subject
from mitigap.inventory.model import Inventory

SEARCH = settings(max_examples=60, deadline=None)  # two assessments and a comparison for each


def assessed(subject: Subject) -> Assessment:
    return assess(subject.catalogue, subject.group_id, subject.inventory, policy=subject.policy, as_of=subject.as_of)


def total(steps: Iterable[Step]) -> Fraction:
    return sum((Fraction(each.exact) for each in steps), Fraction(0))


def chained(steps: tuple[Step, ...], first: float | None, last: float | None) -> bool:
    """Each step begins where the one before ended, in the order of the causes."""
    values = [first, *(each.after for each in steps)]
    causes = [list(Cause).index(each.cause) for each in steps]
    return [each.before for each in steps] == values[:-1] and values[-1] == last and causes == sorted(causes)


@SEARCH
@given(subjects(), subjects(), uploads())
def test_the_parts_add_up_to_the_change_of_the_score(base: Subject, now: Subject, bridge: Inventory) -> None:
    drift = diff(base, now, bridge=bridge)

    before, after = assessed(base), assessed(now)
    assert (drift.base.score, drift.now.score) == (before.score, after.score)
    assert (drift.base.counts, drift.now.counts) == (before.counts, after.counts)
    assert chained(drift.steps, before.score, after.score)
    assert (drift.delta is None) == (before.score is None or after.score is None)
    if drift.delta is not None:
        assert total(drift.steps) == Fraction(drift.exact)
        assert abs(drift.delta - (after.score - before.score)) < 1e-12


@SEARCH
@given(subjects(), subjects(), uploads())
def test_the_parts_of_each_technique_add_up_to_the_change_of_its_coverage(
    base: Subject, now: Subject, bridge: Inventory
) -> None:
    before, after = ({each.id: each for each in assessed(side).techniques} for side in (base, now))

    for each in diff(base, now, bridge=bridge).techniques:
        was, then = before.get(each.id), after.get(each.id)
        first, last = was and was.coverage, then and then.coverage
        assert (each.before and each.before.coverage, each.after and each.after.coverage) == (first, last)
        assert chained(each.steps, first, last)
        assert (each.delta is None) == (first is None or last is None)
        if each.delta is not None:
            assert total(each.steps) == Fraction(each.exact)


@SEARCH
@given(subjects(), subjects(), uploads())
def test_the_parts_of_each_level_add_up(base: Subject, now: Subject, bridge: Inventory) -> None:
    for each in diff(base, now, bridge=bridge).mitigations:
        assert chained(each.steps, each.before, each.after)
        if each.delta is not None:
            assert total(each.steps) == Fraction(each.exact)


@SEARCH
@given(subjects(), subjects(), uploads())
def test_each_part_is_what_its_cause_alone_changes_there(base: Subject, now: Subject, bridge: Inventory) -> None:
    """Every state on the way is an assessment that anybody can make."""
    found = {each.cause: each.after for each in diff(base, now, bridge=bridge).steps}

    state, score = base, assessed(base).score
    for cause, exchanged in {
        Cause.CATALOGUE: {"catalogue": now.catalogue, "inventory": bridge},
        Cause.POLICY: {"policy": now.policy},
        Cause.INVENTORY: {"inventory": now.inventory},
        Cause.EXPIRY: {"as_of": now.as_of},
    }.items():
        state = changed(state, **exchanged)
        score = found.get(cause, score)
        assert assessed(state).score == score


@SEARCH
@given(subjects(), subjects(), uploads())
def test_what_is_not_told_has_not_changed(base: Subject, now: Subject, bridge: Inventory) -> None:
    drift = diff(base, now, bridge=bridge)
    before, after = ({each.id: each for each in assessed(side).techniques} for side in (base, now))

    for each in {*before, *after} - {each.id for each in drift.techniques}:
        assert before[each].coverage == after[each].coverage
        assert [edge.id for edge in before[each].mitigations] == [edge.id for edge in after[each].mitigations]
    levels = [{edge.id: edge.level for one in side.values() for edge in one.mitigations} for side in (before, after)]
    for each in levels[0].keys() & levels[1].keys() - {each.id for each in drift.mitigations}:
        assert levels[0][each] == levels[1][each]


@SEARCH
@given(subjects(), subjects())
def test_links_that_came_and_went_are_the_difference_of_the_two_mappings(base: Subject, now: Subject) -> None:
    drift = diff(base, now)
    before, after = (
        {(each.id, edge.id) for each in assessed(side).techniques for edge in each.mitigations} for side in (base, now)
    )

    told = {kind: {(each.technique, each.mitigation) for each in drift.edges if each.kind is kind} for kind in Kind}
    assert told == {Kind.ADDED: after - before, Kind.REMOVED: before - after, Kind.CHANGED: set()}
    assert all((each.why is not None) == (each.cause is Cause.CATALOGUE) for each in drift.edges)


@SEARCH
@given(subjects())
def test_a_side_is_no_different_from_itself(side: Subject) -> None:
    drift = diff(side, side)

    assert not drift.changed
    assert not drift.regressed
    assert drift.delta in {0.0, None}
    assert not any((drift.steps, drift.techniques, drift.edges, drift.mitigations, drift.rows, drift.expiries))
    assert drift.policy is None
    assert drift.counts.unchanged == drift.now.counts.techniques


@SEARCH
@given(subjects(), subjects())
def test_the_way_back_is_as_long(base: Subject, now: Subject) -> None:
    there, back = diff(base, now), diff(now, base)

    assert there.changed == back.changed
    assert (there.exact is None) == (back.exact is None)
    assert there.exact is None or Fraction(there.exact) == -Fraction(back.exact)
    assert {each.id for each in there.techniques if each.move is Move.WORSE} == {
        each.id for each in back.techniques if each.move is Move.BETTER
    }
    assert (there.base, there.now) == (back.now, back.base)


@SEARCH
@given(subjects(), subjects(), uploads())
def test_the_counts_are_those_of_the_techniques(base: Subject, now: Subject, bridge: Inventory) -> None:
    drift = diff(base, now, bridge=bridge)

    counts = drift.counts
    on_both = counts.better + counts.worse + counts.unchanged + counts.mitigable + counts.unmitigable
    assert on_both + counts.removed == drift.base.counts.techniques
    assert on_both + counts.added == drift.now.counts.techniques
    assert drift.regressed == bool(counts.worse or (drift.delta or 0) < 0)


@SEARCH
@given(subjects(), subjects(), uploads())
def test_regressions_come_first(base: Subject, now: Subject, bridge: Inventory) -> None:
    moves = [list(Move).index(each.move) for each in diff(base, now, bridge=bridge).techniques]
    assert moves == sorted(moves)


@SEARCH
@given(subjects(), uploads())
def test_rows_are_told_once_and_only_where_they_differ(base: Subject, upload: Inventory) -> None:
    drift: Drift = diff(base, changed(base, inventory=upload))

    assert not drift.edges
    assert {each.cause for each in drift.steps} <= {Cause.INVENTORY}
    places = [[side.location for each in drift.rows if (side := getattr(each, end))] for end in ("before", "after")]
    assert all(len(found) == len(set(found)) for found in places)
    assert len(base.inventory.controls) - len(upload.controls) == 0 or drift.rows or drift.other_rows


@SEARCH
@given(subjects(), subjects(), uploads())
def test_what_is_written_is_read_back(base: Subject, now: Subject, bridge: Inventory) -> None:
    drift = diff(base, now, bridge=bridge)

    data = drift_document.dump(drift)
    assert drift_document.load(data) == (drift,)
    assert drift_document.dump(drift_document.load(data)[0]) == data
    assert drift_document.dump(diff(base, now, bridge=bridge)) == data
    assert drift_document.load(drift_document.dump([drift, drift])) == (drift, drift)
