"""Several assessments of one inventory put together: the front door to a portfolio."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import ceil

import msgspec

from mitigap import ENGINE_VERSION
from mitigap.assessment import portfolio_heat, portfolio_raise
from mitigap.assessment.model import Assessment, Status, TechniqueResult
from mitigap.assessment.policy import POLICIES
from mitigap.assessment.portfolio import SCHEMA, GroupPart, Portfolio, Shared, TacticName, TechniquePart
from mitigap.assessment.portfolio_heat import Coverages
from mitigap.assessment.portfolio_raise import Scale, Used
from mitigap.assessment.score import ONE, ZERO, coverage, exact, score
from mitigap.errors import UserError

WORST = Fraction(1, 4)
"""The share of the groups that counts as the worst-covered."""
HEAVIEST = 1000.0


class _Ground(msgspec.Struct, frozen=True, kw_only=True):
    """All that the parts of a portfolio are made from; the scores and coverages are exact."""

    assessments: tuple[Assessment, ...]
    weights: Mapping[str, Fraction]
    techniques: Mapping[str, TechniqueResult]
    used: Used
    coverages: Coverages
    scores: Mapping[str, Fraction | None]
    scale: Scale


def weigh(
    assessments: Sequence[Assessment], weights: Mapping[str, float] | None = None, *, order: Iterable[str] = ()
) -> Portfolio:
    """A group that `weights` does not name weighs 1; `order` is that of the matrix's tactics, those of the catalogue.

    ValueError where the assessments have not all else in common. UserError where a weight is not above 0 and up to
    HEAVIEST, or is that of a group which was not assessed.
    """
    found = tuple(sorted(assessments, key=lambda each: each.group.id))
    _check(found)
    ground = _ground(found, _weights(found, weights or {}))
    first = found[0]
    whole = _whole(ground)
    worst = _worst(ground.scores)
    common = tuple(key for key in sorted(ground.used) if len(ground.used[key]) == len(found))
    names = {key: name for each in found for key, name in each.tactics.items()}
    tactics = portfolio_heat.ordered(names, order)
    return Portfolio(
        schema=SCHEMA,
        engine=ENGINE_VERSION,
        catalog=first.catalog,
        inventory=first.inventory,
        policy=first.policy,
        as_of=first.as_of,
        score=None if whole is None else float(whole),
        exact=None if whole is None else str(whole),
        groups=tuple(_group(each, ground.weights[each.group.id], ground.used) for each in found),
        tactics=tuple(TacticName(id=each, name=names[each]) for each in tactics),
        techniques=tuple(_technique(ground.techniques[key], ground.used[key]) for key in sorted(ground.used)),
        union=portfolio_heat.tally(ground.techniques.values(), ground.coverages),
        intersection=portfolio_heat.tally((ground.techniques[key] for key in common), ground.coverages),
        common=common,
        heat=tuple(portfolio_heat.heat(found, tactics, ground.coverages)),
        worst=worst,
        shared=_shared(ground, worst),
        mitigations=portfolio_raise.raises(ground.scale),
    )


def _ground(found: tuple[Assessment, ...], weights: Mapping[str, Fraction]) -> _Ground:
    techniques = {each.id: each for assessment in found for each in assessment.techniques}
    used = _used(found)
    levels = {each.id: exact(each.level) for technique in techniques.values() for each in technique.mitigations}
    combine = POLICIES[found[0].policy.name].combine
    coverages = {key: coverage((m.id for m in each.mitigations), levels, combine) for key, each in techniques.items()}
    worth = portfolio_raise.worths(found, weights)
    return _Ground(
        assessments=found,
        weights=weights,
        techniques=techniques,
        used=used,
        coverages=coverages,
        scores={each.group.id: score(coverages[one.id] for one in each.techniques) for each in found},
        scale=Scale(techniques=techniques, levels=levels, combine=combine, worth=worth, used=used),
    )


def _check(found: tuple[Assessment, ...]) -> None:
    if not found:
        raise ValueError("A portfolio needs at least one assessment.")
    if len({(each.catalog.digest, each.inventory.digest, each.policy, each.as_of) for each in found}) > 1:
        raise ValueError("A portfolio is of one catalogue, inventory, policy and date.")
    if len({each.group.id for each in found}) < len(found):
        raise ValueError("A portfolio has each group once.")


def _weights(found: tuple[Assessment, ...], told: Mapping[str, float]) -> dict[str, Fraction]:
    groups = [each.group.id for each in found]
    if unknown := sorted(told.keys() - set(groups)):
        raise UserError(f"There is a weight for {', '.join(unknown)}, but that is not among the groups assessed.")
    if refused := sorted(key for key, value in told.items() if not 0 < value <= HEAVIEST):
        raise UserError(f"The weight of {', '.join(refused)} is not above 0 and up to {HEAVIEST:.0f}.")
    return {each: exact(told.get(each, 1.0)) or ONE for each in groups}


def _used(found: tuple[Assessment, ...]) -> Used:
    used: dict[str, tuple[str, ...]] = {}
    for assessment in found:
        for each in assessment.techniques:
            used[each.id] = (*used.get(each.id, ()), assessment.group.id)
    return used


def _whole(ground: _Ground) -> Fraction | None:
    known = {key: value for key, value in ground.scores.items() if value is not None}
    if not known:
        return None
    weights = ground.weights
    return sum((weights[key] * value for key, value in known.items()), ZERO) / sum(weights[key] for key in known)


def _worst(scores: Mapping[str, Fraction | None]) -> tuple[str, ...]:
    """Those that have the same score as the last of them are among them."""
    known = sorted(value for value in scores.values() if value is not None)
    if not known:
        return ()
    bound = known[ceil(len(known) * WORST) - 1]
    return tuple(key for key, value in scores.items() if value is not None and value <= bound)


def _group(assessment: Assessment, weight: Fraction, used: Used) -> GroupPart:
    return GroupPart(
        id=assessment.group.id,
        name=assessment.group.name,
        weight=float(weight),
        score=assessment.score,
        ceiling=assessment.ceiling,
        counts=assessment.counts,
        unique=tuple(each.id for each in assessment.techniques if len(used[each.id]) == 1),
        gaps=tuple(each.id for each in assessment.techniques if each.status is Status.GAP),
    )


def _technique(technique: TechniqueResult, groups: tuple[str, ...]) -> TechniquePart:
    return TechniquePart(
        id=technique.id,
        name=technique.name,
        parent=technique.parent,
        tactics=technique.tactics,
        status=technique.status,
        coverage=technique.coverage,
        groups=groups,
    )


def _shared(ground: _Ground, worst: tuple[str, ...]) -> tuple[Shared, ...]:
    """By the weight of the worst groups that use each, the least covered first where that is equal, then by id."""
    found = [
        Shared(id=key, worst=among)
        for key, each in ground.techniques.items()
        if each.status in {Status.GAP, Status.PARTIAL}
        and (among := tuple(one for one in ground.used[key] if one in worst))
    ]
    heavy = {each.id: sum((ground.weights[one] for one in each.worst), ZERO) for each in found}
    return tuple(sorted(found, key=lambda each: (-heavy[each.id], ground.coverages[each.id] or ZERO, each.id)))
