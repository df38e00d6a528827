import pytest
from factories import reports as made

from reports import advice
from reports.evidence import Evidence
from reports.report import Report


def test_each_step_says_what_it_gains_where_it_leads_and_what_is_there_today(leafminer: Report) -> None:
    assessment = leafminer.assessments[0]
    first, *rest = advice.advice(assessment, Evidence(leafminer.inventory))
    told = assessment.recommendations[0]
    assert (first.rank, first.id, first.gain) == (1, told.id, told.gain)
    assert first.after == pytest.approx(assessment.score + told.gain)
    assert [each.id for each in first.covers] == list(told.covers)
    assert [each.rank for each in rest] == list(range(2, len(rest) + 2))


def test_the_rows_of_today_are_those_of_the_mitigation(leafminer: Report) -> None:
    found = {each.id: each for each in advice.advice(leafminer.assessments[0], Evidence(leafminer.inventory))}
    assert [each.location for each in found["M1027"].today] == ["Controls!6"]
    assert found["M1028"].today == ()


def test_a_last_step_leads_to_one_hundred_per_cent_exactly() -> None:
    inventory = made.an_inventory([made.a_control(5, "MFA", "M1032", level=0.1)])
    report = made.a_report(made.a_catalogue({"G0001": {"T1001": ("M1032",)}}), "G0001", inventory=inventory)
    (only,) = advice.advice(report.assessments[0], Evidence(inventory))
    assert (only.gain_text, only.after_text) == ("+90.0 points", "100 %")


def test_why_there_is_no_advice() -> None:
    uses = {"G0001": {"T1001": ("M1032",)}, "G0002": {"T1002": ("M1056",)}, "G0003": {"T1003": ()}}
    report = made.a_report(made.a_catalogue(uses), *uses)
    assert [advice.no_advice(each) for each in report.assessments] == [
        "Every technique that can be mitigated is covered.",
        "No single step raises the score: what is missing cannot be deployed, or takes several steps at once.",
        "No mitigation applies to any technique of this group, so there is nothing to deploy against it.",
    ]


def test_over_several_groups_a_gain_is_the_mean_of_those_that_have_a_score(three: Report) -> None:
    found = advice.shared(three.assessments, Evidence(three.inventory))
    gains = {each.id: each.gain for each in three.assessments[1].recommendations}
    assert [(each.rank, each.id, each.groups, each.of) for each in found] == [(1, "M1099", 1, 2), (2, "M1027", 1, 2)]
    assert [each.gain for each in found] == [gains["M1099"] / 2, gains["M1027"] / 2]
