from typing import Any

import msgspec
import pytest
from factories import drift_reports

from mitigap.assessment.drift import Cause, Drift
from reports import drift_words, figures

Drifts = tuple[Drift, ...]


def scored(drift: Drift, before: float | None, after: float | None, **more: Any) -> Drift:
    base, now = (
        msgspec.structs.replace(side, score=score) for side, score in ((drift.base, before), (drift.now, after))
    )
    return msgspec.structs.replace(drift, base=base, now=now, **more)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (0.5, 0.62, "up 12.0 points, from 50 % to 62 %"),
        (0.62, 0.5, "down 12.0 points, from 62 % to 50 %"),
        (0.5, 0.5, "the score stays at 50 %"),
        (0.5, 0.50001, "up <0.1 points, from 50 % to 50 %"),
        (None, 0.5, "50 % is covered; before, there was nothing to assess"),
        (0.5, None, "nothing to assess any more; before, 50 % was covered"),
        (None, None, "nothing to assess, then or now"),
    ],
)
def test_headlines(drift: Drifts, before: float | None, after: float | None, said: str) -> None:
    assert drift_words.headline(scored(drift[0], before, after)) == f"Leafminer: {said}"


def test_no_change_is_a_headline_of_its_own() -> None:
    (drift,) = drift_reports.unchanged()
    assert drift_words.headline(drift) == "Group G0001: nothing has changed, 100 % is covered"
    assert drift_words.overview([drift, drift]) == "2 groups: nothing has changed"


@pytest.mark.parametrize(
    ("delta", "said"),
    [
        (0.12, "+12.0 points"),
        (-0.12, "\N{MINUS SIGN}12.0 points"),
        (0.00001, "+<0.1 points"),
        (-0.00001, "\N{MINUS SIGN}<0.1 points"),
        (0.0, "±0 points"),
    ],
)
def test_changes_bear_their_sign(delta: float, said: str) -> None:
    assert figures.change(delta) == said


def test_a_change_that_is_no_number_is_a_dash() -> None:
    assert drift_words.points(None) == figures.ABSENT


def test_each_cause_says_what_it_was(drift: Drifts) -> None:
    assert {cause: drift_words.because(drift[0], cause) for cause in Cause} == {
        Cause.GROUP: "G0077 is replaced by G0077",
        Cause.CATALOGUE: "G0077-leafminer.md → enterprise-attack@18.1: 6 links added",
        Cause.POLICY: "“mean” → “mean”",
        Cause.INVENTORY: "1 row removed, 1 row changed, in revision 2 by second@example.test",
        Cause.EXPIRY: "1 control: 2026-08-24 → 2026-11-24",
    }


def test_a_side_says_whose_upload_it_is(drift: Drifts) -> None:
    assert drift_words.side(drift[0].now) == (
        "enterprise-attack@18.1, controls-2026.xlsx (revision 2, by second@example.test), policy “mean”, "
        "as of 2026-11-24"
    )
    bare = msgspec.structs.replace(drift[0].now, by="", revision=None)
    assert drift_words.side(bare) == "enterprise-attack@18.1, controls-2026.xlsx, policy “mean”, as of 2026-11-24"


def test_why_a_technique_is_in_or_out(drifts: Drifts) -> None:
    found = {each.id: drift_words.presence(drifts[0], each) for each in drifts[0].techniques}
    assert found["T1003"] == ("No longer used: revoked in enterprise-attack@2, replaced by T1005",)
    assert found["T1005"] == ("Newly used: takes the place of T1003",)
    assert found["T1001"] == ()


def test_a_policy_is_told_by_its_rule(drifts: Drifts) -> None:
    before, now = drift_words.policies(drifts[0])
    assert before.startswith("Before: Policy “mean”: ")
    assert now.startswith("Now: Policy “any”: ")
