"""What each mitigation would add to the weighted score of several groups, in exact fractions."""

from collections.abc import Iterable, Mapping
from fractions import Fraction

import msgspec

from mitigap import ids
from mitigap.assessment.model import Assessment, TechniqueResult
from mitigap.assessment.policy import Combine
from mitigap.assessment.portfolio import Raise
from mitigap.assessment.score import ONE, ZERO, Levels, coverage

Used = Mapping[str, tuple[str, ...]]
"""The groups that use each technique."""


class Scale(msgspec.Struct, frozen=True, kw_only=True):
    """All that a mitigation's worth follows from. `worth`: what full coverage of a technique adds to the score."""

    techniques: Mapping[str, TechniqueResult]
    levels: Levels
    combine: Combine
    worth: Mapping[str, Fraction]
    used: Used


def worths(assessments: Iterable[Assessment], weights: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """A technique is worth its group's weight over the group's number of techniques that can be covered."""
    scored = {each.group.id: each for each in assessments if each.score is not None}
    whole = sum((weights[each] for each in scored), ZERO)
    found: dict[str, Fraction] = {}
    for group, assessment in scored.items():
        mitigable = [each.id for each in assessment.techniques if each.coverage is not None]
        share = weights[group] / whole / len(mitigable)
        for each in mitigable:
            found[each] = found.get(each, ZERO) + share
    return found


def raises(scale: Scale) -> tuple[Raise, ...]:
    """The greatest gain first, then by id; without those that alone would raise nothing."""
    found = (_raise(scale, candidate, names) for candidate, names in _reach(scale).items())
    return tuple(
        sorted((each for each in found if each is not None), key=lambda each: (-Fraction(each.exact), each.id))
    )


def _reach(scale: Scale) -> dict[str, tuple[str, list[TechniqueResult]]]:
    """The mitigations that can be deployed further, each with its name and the techniques it stands against."""
    found: dict[str, tuple[str, list[TechniqueResult]]] = {}
    for key in sorted(scale.worth):
        technique = scale.techniques[key]
        for each in technique.mitigations:
            if each.id != ids.PRE_COMPROMISE and each.level not in {None, 1.0}:
                found.setdefault(each.id, (each.name, []))[1].append(technique)
    return found


def _raise(scale: Scale, candidate: str, reached: tuple[str, list[TechniqueResult]]) -> Raise | None:
    name, techniques = reached
    risen = {each.id: rise for each in techniques if (rise := _rise(scale, each, candidate))[1] > rise[0]}
    if not risen:
        return None
    gain = sum((scale.worth[key] * (after - before) for key, (before, after) in risen.items()), ZERO)
    return Raise(
        id=candidate,
        name=name,
        gain=float(gain),
        exact=str(gain),
        groups=tuple(sorted({group for key in risen for group in scale.used[key]})),
        covers=tuple(key for key, (_, after) in risen.items() if after == ONE),
        improves=tuple(key for key, (_, after) in risen.items() if after != ONE),
    )


def _rise(scale: Scale, technique: TechniqueResult, candidate: str) -> tuple[Fraction, Fraction]:
    """The technique's coverage today and with the candidate in full."""
    own = {each.id: scale.levels[each.id] for each in technique.mitigations}
    before = coverage(own, own, scale.combine)
    after = coverage(own, {**own, candidate: ONE}, scale.combine)
    return before or ZERO, after or ZERO
