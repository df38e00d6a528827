"""What moved and why in one sentence, for the line that a run has in a table."""

from collections.abc import Iterator, Sequence

from mitigap.assessment.drift import Cause, Drift
from reports import drift_words, figures, text

NOTHING = "Nothing moved."
MOST_CAUSES = 3


def sentence(drifts: Sequence[Drift], *, joined: int = 0, left: int = 0) -> str:
    """On one line, fit to be shown as it is. `joined` and `left` are groups that only one of the sides has."""
    counted = ((joined, "more"), (left, "no more"))
    scope = [f"{figures.count(number, 'group')} {word}." for number, word in counted if number]
    if not any(each.changed for each in drifts):
        return " ".join((NOTHING, *scope))
    said = _of_one(drifts[0]) if len(drifts) == 1 else _of_several(drifts)
    return text.one_line(" ".join((said, *scope)))


def _of_one(drift: Drift) -> str:
    """`Leafminer: down 3.3 points, from 62 % to 58 %; controls -3.3 points (1 row changed, in revision 2).`"""
    return f"{'; '.join((drift_words.headline(drift), *_reasons(drift)))}."


def _reasons(drift: Drift) -> Iterator[str]:
    for step in drift.steps:
        cause = drift_words.CAUSES[step.cause].lower()
        yield f"{cause} {drift_words.points(step.delta)} ({drift_words.because(drift, step.cause)})"
    if not drift.steps:
        yield from _beneath(drift)


def _beneath(drift: Drift) -> Iterator[str]:
    """What is other than before, though the score has not felt it."""
    counted = ((drift.rows, "changed row"), (drift.edges, "changed link"), (drift.expiries, "expired control"))
    said = tuple(figures.count(len(found), noun) for found, noun in counted if found)
    if drift.policy:
        said = (*said, "another rule")
    if said:
        yield figures.listed(said)


def _of_several(drifts: Sequence[Drift]) -> str:
    """`5 groups: 3 down, 1 up, 1 neither; most of all APT28 (-4.0 points); because of catalogue and controls.`"""
    said = [drift_words.overview(drifts)]
    farthest = max(drifts, key=lambda each: abs(each.delta or 0))
    if farthest.delta:
        said.append(f"most of all {farthest.now.group.name} ({drift_words.points(farthest.delta)})")
    if causes := tuple(drift_words.CAUSES[each].lower() for each in _causes(drifts)[:MOST_CAUSES]):
        said.append(f"because of {figures.listed(causes)}")
    return f"{'; '.join(said)}."


def _causes(drifts: Sequence[Drift]) -> list[Cause]:
    """The weightiest first."""
    weight: dict[Cause, float] = {}
    for step in (each for drift in drifts for each in drift.steps):
        weight[step.cause] = weight.get(step.cause, 0.0) + abs(step.delta or 0.0)
    return sorted(weight, key=lambda each: -weight[each])
