"""The front door: one inventory against one group of one catalogue, under a policy, on a date."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction

from mitigap import ENGINE_VERSION, ids
from mitigap.assessment import match, recommend, results, score
from mitigap.assessment.match import Edges
from mitigap.assessment.model import SCHEMA, Assessment, Ceiling, Counts, GroupRef, Status, TechniqueResult
from mitigap.assessment.policy import Policy
from mitigap.assessment.standing import Standing, stand
from mitigap.catalog import find, scope
from mitigap.catalog.model import Catalogue
from mitigap.inventory.model import Inventory


def assess(catalogue: Catalogue, group_id: str, inventory: Inventory, *, policy: Policy, as_of: date) -> Assessment:
    """`group_id` may be a name or an alias too. GroupUnknown and GroupAmbiguous say what was meant instead."""
    return next(several(catalogue, [group_id], inventory, policy=policy, as_of=as_of))


def several(
    catalogue: Catalogue, group_ids: Iterable[str], inventory: Inventory, *, policy: Policy, as_of: date
) -> Iterator[Assessment]:
    """One assessment after the other, in the order asked for; the inventory is weighed once."""
    standing = stand(inventory, as_of)
    for group_id in group_ids:
        yield _assess(catalogue, group_id, standing, policy)


def _assess(catalogue: Catalogue, group_id: str, standing: Standing, policy: Policy) -> Assessment:
    group, note = find.group(catalogue, group_id)
    via = scope.techniques(catalogue, group.id, software=policy.software, campaigns=policy.campaigns)
    edges = match.edges(catalogue, via, inherit=policy.inherit)
    coverages = score.coverages(edges, standing.exact, policy.combine)
    gains = recommend.gains(edges, standing.exact, policy.combine, never={ids.PRE_COMPROMISE})
    techniques = tuple(
        results.technique(catalogue, standing, key, edges=edges[key], coverage=coverages[key], via=via[key])
        for key in edges
    )
    return Assessment(
        schema=SCHEMA,
        engine=ENGINE_VERSION,
        catalog=results.catalogue_ref(catalogue),
        group=GroupRef(id=group.id, name=group.name),
        inventory=standing.inventory,
        policy=policy.ref,
        as_of=standing.as_of.isoformat(),
        score=_number(score.score(coverages.values())),
        ceiling=_ceiling(edges),
        counts=_counts(techniques, edges),
        tactics=results.tactics(catalogue, techniques),
        techniques=techniques,
        recommendations=tuple(results.recommendation(catalogue, gain) for gain in gains),
        notes=(*([note] if note else []), *standing.expiries(edges)),
    )


def _number(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def _ceiling(edges: Edges) -> Ceiling:
    """What mitigations can reach at all, whatever the inventory rules out for itself."""
    return Ceiling(
        techniques=sum(1 for found in edges.values() if found),
        of=len(edges),
        without_pre_compromise=sum(1 for found in edges.values() if found.keys() - {ids.PRE_COMPROMISE}),
    )


def _counts(techniques: tuple[TechniqueResult, ...], edges: Edges) -> Counts:
    tally = Counter(each.status for each in techniques)
    return Counts(
        techniques=len(techniques),
        covered=tally[Status.COVERED],
        partial=tally[Status.PARTIAL],
        gap=tally[Status.GAP],
        unmitigable=tally[Status.UNMITIGABLE],
        edges=sum(map(len, edges.values())),
    )
