"""What to do first and why: recommendations as sentences, for one group and over several."""

from collections.abc import Iterable

import msgspec

from mitigap.assessment.model import Assessment, MitigationResult, Recommendation
from reports import figures
from reports.evidence import Evidence, Line

FIRST = 5
"""How many recommendations are told at the top: what a reader can hold."""

EACH_ALONE = "Each gain is exact and is what that step alone adds to today's score."

OVER_ALL = "Each gain is exact: what that step alone adds to the groups' mean score of today."


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """A technique as a sentence names it."""

    id: str
    name: str


class Advice(msgspec.Struct, frozen=True, kw_only=True):
    """One recommendation. `today` holds the rows the inventory has for it already."""

    rank: int
    id: str
    name: str
    gain: float
    after: float
    covers: tuple[Named, ...]
    improves: tuple[Named, ...]
    today: tuple[Line, ...]

    @property
    def gain_text(self) -> str:
        return figures.points(self.gain)

    @property
    def after_text(self) -> str:
        return figures.percent(self.after)


class Shared(msgspec.Struct, frozen=True, kw_only=True):
    """One mitigation over several groups: `gain` is the mean over all groups that have a score."""

    rank: int
    id: str
    name: str
    gain: float
    groups: int
    of: int
    today: tuple[Line, ...]

    @property
    def gain_text(self) -> str:
        return figures.points(self.gain)


def advice(assessment: Assessment, evidence: Evidence) -> tuple[Advice, ...]:
    edges = _edges(assessment)
    return tuple(
        _advice(rank, assessment, each, edges, evidence)
        for rank, each in enumerate(assessment.recommendations, start=1)
    )


def no_advice(assessment: Assessment) -> str:
    """Why there is nothing to recommend, where there is nothing."""
    if assessment.score is None:
        return "No mitigation applies to any technique of this group, so there is nothing to deploy against it."
    if assessment.score == 1:
        return "Every technique that can be mitigated is covered."
    return "No single step raises the score: what is missing cannot be deployed, or takes several steps at once."


def _advice(
    rank: int,
    assessment: Assessment,
    found: Recommendation,
    edges: dict[str, MitigationResult],
    evidence: Evidence,
) -> Advice:
    names = {each.id: each.name for each in assessment.techniques}
    edge = edges.get(found.id)
    return Advice(
        rank=rank,
        id=found.id,
        name=found.name,
        gain=found.gain,
        after=round((assessment.score or 0.0) + found.gain, 9),  # two floats may miss 1 by a hair
        covers=tuple(Named(id=each, name=names.get(each, each)) for each in found.covers),
        improves=tuple(Named(id=each, name=names.get(each, each)) for each in found.improves),
        today=evidence.behind(edge) if edge else (),
    )


def shared(assessments: Iterable[Assessment], evidence: Evidence) -> tuple[Shared, ...]:
    """The mitigations that raise the groups' mean score most, greatest first, then by id."""
    scored = [each for each in assessments if each.score is not None]
    edges = {key: edge for each in scored for key, edge in _edges(each).items()}
    found: dict[str, list[Recommendation]] = {}
    for each in scored:
        for recommendation in each.recommendations:
            found.setdefault(recommendation.id, []).append(recommendation)
    gains = {key: sum(each.gain for each in several) / len(scored) for key, several in found.items()}
    return tuple(
        Shared(
            rank=rank,
            id=key,
            name=found[key][0].name,
            gain=gains[key],
            groups=len(found[key]),
            of=len(scored),
            today=evidence.behind(edges[key]) if key in edges else (),
        )
        for rank, key in enumerate(sorted(found, key=lambda key: (-gains[key], key)), start=1)
    )


def _edges(assessment: Assessment) -> dict[str, MitigationResult]:
    """One edge of each mitigation: its level and rows are the same for every technique."""
    return {each.id: each for technique in assessment.techniques for each in technique.mitigations}
