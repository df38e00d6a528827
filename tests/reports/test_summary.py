import msgspec
import pytest
from factories import reports as made

from mitigap.assessment.model import Ceiling, PolicyRef, Status
from reports import summary
from reports.report import Report


def test_a_headline_says_whose_techniques_and_how_much(three: Report) -> None:
    assert [summary.headline(each) for each in three.assessments] == [
        "Group G0001: 100 % of what ATT&CK can mitigate is covered",
        "Group G0002: 42 % of what ATT&CK can mitigate is covered",
        "Group G0003: nothing to assess",
    ]


def test_the_ceiling_is_told_with_and_without_pre_compromise(three: Report) -> None:
    assert [summary.ceiling(each) for each in three.assessments] == [
        "ATT&CK mitigations can reach 2 of 2 techniques.",
        "ATT&CK mitigations can reach 3 of 4 techniques (2 without pre-compromise).",
        "ATT&CK mitigations can reach 0 of 2 techniques.",
    ]


def test_a_group_without_techniques_says_so(three: Report) -> None:
    empty = msgspec.structs.replace(three.assessments[0], ceiling=Ceiling(techniques=0, of=0, without_pre_compromise=0))
    assert summary.ceiling(empty) == "This catalogue lists no technique for this group."


def test_the_policy_is_named_with_its_rule_and_switches() -> None:
    policy = PolicyRef(name="mean", rule="The mean.", software=True, inherit=True)
    assert summary.rule(policy) == (
        "Policy “mean”: The mean. Here techniques the group uses through software are included. "
        "Here sub-techniques inherit their parent's mitigations (derived, not in ATT&CK)."
    )


def test_the_four_counts_stand_with_the_most_pressing_first(leafminer: Report) -> None:
    found = summary.tallies(leafminer.assessments[0])
    counts = leafminer.assessments[0].counts
    assert [(each.status, each.number) for each in found] == [
        (Status.GAP, counts.gap),
        (Status.PARTIAL, counts.partial),
        (Status.COVERED, counts.covered),
        (Status.UNMITIGABLE, counts.unmitigable),
    ]
    assert sum(each.share for each in found) == pytest.approx(1)


def test_techniques_that_need_attention_come_first(leafminer: Report) -> None:
    found = summary.by_attention(leafminer.assessments[0].techniques)
    order = [Status.GAP, Status.PARTIAL, Status.COVERED, Status.UNMITIGABLE]
    keys = [(order.index(each.status), each.coverage or 0, each.id) for each in found]
    assert keys == sorted(keys)
    assert len(found) == leafminer.assessments[0].counts.techniques


def test_the_weakest_group_comes_first_and_those_without_a_score_last(three: Report) -> None:
    assert [each.group.id for each in summary.weakest_first(three.assessments)] == ["G0002", "G0001", "G0003"]


def test_tactics_are_counted_once_a_technique(leafminer: Report) -> None:
    assessment = leafminer.assessments[0]
    for row in summary.tactics(assessment):
        assert row.name == assessment.tactics[row.id]
        assert sum(row.numbers.values()) == row.techniques > 0
    coverages = [row.coverage for row in summary.tactics(assessment) if row.coverage is not None]
    assert coverages == sorted(coverages)


def test_an_overview_names_the_weakest_and_the_best(three: Report) -> None:
    assert summary.overview(three) == "3 groups: coverage from 42 % (Group G0002) to 100 % (Group G0001)"


def test_an_overview_of_nothing() -> None:
    report = made.a_report(made.a_catalogue({"G0001": {"T1001": ()}, "G0002": {}}), "G0001", "G0002")
    assert summary.overview(report) == "2 groups: nothing to assess"


def test_a_report_needs_something_to_report() -> None:
    with pytest.raises(ValueError, match="at least one assessment"):
        Report(assessments=(), inventory=made.an_inventory())
