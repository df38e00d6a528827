from typing import Any

import pytest
from factories.notices import a_group, some_facts

from mitigap.errors import DestinationRefused
from mitigap.store import rules
from mitigap.store.rules import Event, Facts, Notify, On, Rule

ALWAYS = Rule(on=On.ALWAYS)
FAILURE = Rule(on=On.FAILURE)
REGRESSION = Rule(on=On.REGRESSION)
BELOW = Rule(on=On.BELOW, score=0.5)
EVERY = (ALWAYS, BELOW, REGRESSION, FAILURE)

SAME = some_facts(a_group(0.4), moved=False)
BETTER = some_facts(a_group(0.7, changed=True))
LOW = some_facts(a_group(0.9), a_group(0.4, changed=True))
WORSE = some_facts(a_group(0.9), a_group(0.4, changed=True, regressed=True))
FIRST = some_facts(a_group(0.4), base=None)
NOTHING = some_facts(a_group(None, changed=True))
FAILED = some_facts(failed=True, error="No catalogue.", base=None)


@pytest.mark.parametrize(
    ("rule", "holds"),
    [
        (ALWAYS, [SAME, BETTER, LOW, WORSE, FIRST, NOTHING, FAILED]),
        (BELOW, [LOW, WORSE, FIRST]),
        (REGRESSION, [WORSE]),
        (FAILURE, [FAILED]),
    ],
)
def test_rules_hold_for_what_they_say(rule: Rule, holds: list[Facts]) -> None:
    for facts in (SAME, BETTER, LOW, WORSE, FIRST, NOTHING, FAILED):
        assert (rules.event([rule], facts) is not None) is (facts in holds)


@pytest.mark.parametrize("rule", [BELOW, REGRESSION, FAILURE])
def test_run_that_changed_nothing_does_not_notify_except_by_always(rule: Rule) -> None:
    assert rules.event([rule], SAME) is None
    assert rules.event([ALWAYS], SAME) is Event.FINISHED


def test_event_bears_the_most_pressing_name() -> None:
    told = [rules.event(EVERY, facts) for facts in (FAILED, WORSE, LOW, SAME)]
    assert told == [Event.FAILED, Event.REGRESSED, Event.BELOW, Event.FINISHED]
    assert rules.event([ALWAYS], FAILED) is Event.FAILED


def test_score_at_the_limit_is_not_below_it() -> None:
    assert rules.event([BELOW], some_facts(a_group(0.5, changed=True))) is None


@pytest.mark.parametrize(
    ("plain", "told"),
    [
        ({}, Notify()),
        (
            {"channels": ["c1"], "rules": [{"on": "below", "score": 0.5}, {"on": "always"}], "excel": True},
            Notify(channels=("c1",), rules=(BELOW, ALWAYS), excel=True),
        ),
    ],
)
def test_order_is_read(plain: dict[str, Any], told: Notify) -> None:
    assert rules.read(plain) == told


@pytest.mark.parametrize(
    "plain",
    [
        {"channel": ["c1"]},
        {"channels": "c1"},
        {"channels": ["c"] * 21},
        {"rules": [{"on": "sometimes"}]},
        {"rules": [{"on": "below"}]},
        {"rules": [{"on": "below", "score": 1.5}]},
        {"rules": [{"on": "always", "score": 0.5}]},
        {"rules": [{"on": "always", "when": "now"}]},
    ],
)
def test_what_is_no_order_is_refused_with_its_place(plain: dict[str, Any]) -> None:
    with pytest.raises(DestinationRefused, match=r"^notify: "):
        rules.read(plain)
