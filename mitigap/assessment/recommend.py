"""What to deploy next: every safeguard that is not fully there, by the exact rise of the score if it were."""

from collections.abc import Collection, Mapping
from fractions import Fraction

import msgspec

from mitigap.assessment.policy import Combine
from mitigap.assessment.score import ONE, ZERO, Levels, Safeguards, coverage, coverages


class Gain(msgspec.Struct, frozen=True, kw_only=True):
    """What full deployment of one safeguard brings: `covers` become covered, `improves` rise without that."""

    id: str
    gain: Fraction
    covers: tuple[str, ...]
    improves: tuple[str, ...]


def gains(safeguards: Safeguards, levels: Levels, combine: Combine, *, never: Collection[str] = ()) -> tuple[Gain, ...]:
    """Greatest gain first, then by id; without those that alone would raise nothing, and without `never`."""
    before = {key: value for key, value in coverages(safeguards, levels, combine).items() if value is not None}
    found = []
    for candidate, reached in _reach(safeguards, before).items():
        if candidate in never or levels.get(candidate, ZERO) in {None, ONE}:
            continue
        deployed = {**levels, candidate: ONE}
        after = {key: coverage(safeguards[key], deployed, combine) or ZERO for key in reached}
        found.append(_gain(candidate, before, after))
    return tuple(sorted((each for each in found if each.gain > 0), key=lambda each: (-each.gain, each.id)))


def _reach(safeguards: Safeguards, techniques: Collection[str]) -> dict[str, list[str]]:
    """The techniques each safeguard stands against, so that a candidate touches only its own."""
    reach: dict[str, list[str]] = {}
    for technique in sorted(techniques):
        for each in set(safeguards[technique]):
            reach.setdefault(each, []).append(technique)
    return reach


def _gain(candidate: str, before: Mapping[str, Fraction], after: Mapping[str, Fraction]) -> Gain:
    risen = {key: value for key, value in after.items() if value > before[key]}
    total = sum((value - before[key] for key, value in risen.items()), ZERO)
    return Gain(
        id=candidate,
        gain=total / len(before),
        covers=tuple(key for key, value in risen.items() if value == ONE),
        improves=tuple(key for key, value in risen.items() if value != ONE),
    )
