import msgspec
from factories import drift_reports

from mitigap.assessment.drift import Cause, Drift
from reports import figures
from reports.drift_sentence import NOTHING, sentence

MINUS = figures.MINUS


def silent(drift: Drift) -> Drift:
    """The same changes, which the score does not feel."""
    base = msgspec.structs.replace(drift.base, score=drift.now.score)
    return msgspec.structs.replace(drift, base=base, delta=0.0, exact="0", steps=())


def test_one_group_is_told_with_each_cause_and_what_it_was() -> None:
    drift, _ = drift_reports.two_groups()
    said = sentence([drift])
    assert said.startswith("Group G0001: ")
    assert [cause for cause in Cause if f"; {'controls' if cause is Cause.INVENTORY else cause} " in said] == [
        step.cause for step in drift.steps
    ]
    assert "(1 row changed)" in said
    assert said.endswith(").")


def test_several_are_told_by_the_one_that_moved_farthest() -> None:
    moved = drift_reports.two_groups()
    size = figures.change(moved[0].delta or 0)
    assert sentence(moved).startswith(
        f"2 groups: 1 down, 0 up, 1 neither; most of all Group G0001 ({size}); because of "
    )


def test_what_the_score_does_not_feel_is_counted() -> None:
    (drift,) = drift_reports.leafminer()
    said = sentence([silent(drift)])
    assert "the score stays at" in said
    assert "changed rows, " in said
    assert said.endswith("1 expired control.")


def test_nothing_is_nothing() -> None:
    assert sentence(drift_reports.unchanged()) == NOTHING


def test_groups_of_one_side_alone_are_counted() -> None:
    assert sentence(drift_reports.unchanged(), joined=1, left=2) == f"{NOTHING} 1 group more. 2 groups no more."
    assert sentence(drift_reports.two_groups(), joined=3).endswith(" 3 groups more.")


def test_words_from_outside_stay_on_one_line_and_show_what_turns_them() -> None:
    said = sentence(drift_reports.hostile("a\n\N{RIGHT-TO-LEFT OVERRIDE}b"))
    assert "\n" not in said
    assert "a [U+202E]b" in said
