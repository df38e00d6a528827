import pytest

from mitigap.assessment.model import PolicyRef
from mitigap.assessment.policy import HEADLINE, POLICIES, named
from mitigap.assessment.score import COMBINE
from mitigap.errors import PolicyUnknown


def test_the_headline_comes_first_and_every_policy_has_a_rule_of_its_own() -> None:
    assert next(iter(POLICIES)) == HEADLINE == "mean"
    assert len({policy.rule for policy in POLICIES.values()}) == len(POLICIES)
    assert {policy.combine for policy in POLICIES.values()} == set(COMBINE)


def test_the_switches_are_off_unless_asked_for() -> None:
    assert named("any") == POLICIES["any"]
    assert named("any", software=True, inherit=True).ref == PolicyRef(
        name="any", rule=POLICIES["any"].rule, software=True, campaigns=False, inherit=True
    )


def test_an_unknown_policy_names_those_there_are() -> None:
    with pytest.raises(PolicyUnknown, match=r"“median”; there are mean, any, all\."):
        named("median")
