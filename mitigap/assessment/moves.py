"""Every technique, link and mitigation that changed on the way from base to now, with its cause."""

from collections.abc import Iterator

from mitigap.assessment import attribute, reasons
from mitigap.assessment.drift import (
    Cause,
    EdgeChange,
    Kind,
    MitigationChange,
    Move,
    Standpoint,
    TechniqueChange,
    Why,
)
from mitigap.assessment.reasons import Reason
from mitigap.assessment.route import Route, State


def techniques(way: Route, moved: frozenset[str]) -> tuple[TechniqueChange, ...]:
    """The most pressing first, the greatest fall before the lesser; `moved` are mitigations whose level changed."""
    found = [_technique(way, each, moved) for each in way.techniques if _changed(way, each)]
    return tuple(sorted(found, key=_pressing))


def edges(way: Route) -> tuple[EdgeChange, ...]:
    """By technique and mitigation."""
    before, after = _pairs(way.base), _pairs(way.now)
    return tuple(_edge(way, *each, Kind.ADDED if each in after else Kind.REMOVED) for each in sorted(before ^ after))


def mitigations(way: Route) -> tuple[MitigationChange, ...]:
    """The greatest fall first."""
    found = [_mitigation(way, each) for each in way.mitigations if len(set(way.level(each))) > 1]
    return tuple(sorted(found, key=lambda each: (each.delta is None, each.delta or 0.0, each.id)))


def _changed(way: Route, technique: str) -> bool:
    before, after = (end.edges.get(technique) for end in (way.base, way.now))
    if before is None or after is None or before.keys() != after.keys():
        return True
    return len(set(way.coverage(technique))) > 1


def _technique(way: Route, technique: str, moved: frozenset[str]) -> TechniqueChange:
    values = way.coverage(technique)
    change = attribute.delta(values)
    cause, reason = _presence(way, technique)
    against = {each for end in (way.base, way.now) for each in end.edges.get(technique, ())}
    return TechniqueChange(
        id=technique,
        name=_name(way, technique),
        move=_move(way, technique),
        before=_standpoint(way.base, technique),
        after=_standpoint(way.now, technique),
        delta=attribute.number(change),
        exact=attribute.written(change),
        steps=attribute.steps(values),
        mitigations=tuple(sorted(against & moved)),
        cause=cause,
        why=reason.why if reason else None,
        related=reason.related if reason else (),
    )


def _move(way: Route, technique: str) -> Move:
    if technique not in way.base.edges:
        return Move.ADDED
    if technique not in way.now.edges:
        return Move.REMOVED
    before, after = way.base.coverages[technique], way.now.coverages[technique]
    if before == after:
        return Move.SAME
    if before is None or after is None:
        return Move.MITIGABLE if before is None else Move.UNMITIGABLE
    return Move.BETTER if after > before else Move.WORSE


def _pressing(change: TechniqueChange) -> tuple[int, float, str]:
    rank = list(Move).index(change.move)
    reached = change.after.coverage if change.after else None
    return rank, change.delta if change.delta is not None else reached or 0.0, change.id


def _presence(way: Route, technique: str) -> tuple[Cause | None, Reason | None]:
    """Why the group has begun or ceased to use it; nothing where it stands on both sides."""
    used = [technique in each.edges for each in way.states]
    if used[0] == used[-1]:
        return None, None
    cause = way.turn(used)
    if cause is not Cause.CATALOGUE:
        return cause, None
    before, after = way.around(cause)
    now = after.catalogue
    if used[-1]:
        return cause, reasons.added(technique, before.catalogue.techniques, now.retired_techniques, before.edges)
    return cause, reasons.removed(technique, now.techniques, now.retired_techniques)


def _standpoint(state: State, technique: str) -> Standpoint | None:
    status = state.status(technique)
    if status is None:
        return None
    return Standpoint(status=status, coverage=attribute.number(state.coverages[technique]))


def _pairs(state: State) -> set[tuple[str, str]]:
    return {(technique, each) for technique, found in state.edges.items() for each in found}


def _edge(way: Route, technique: str, mitigation: str, kind: Kind) -> EdgeChange:
    drawn = [mitigation in each.edges.get(technique, ()) for each in way.states]
    cause = way.turn(drawn)
    reason = _edge_reason(way, technique, mitigation) if cause is Cause.CATALOGUE else None
    end = way.now if kind is Kind.ADDED else way.base
    return EdgeChange(
        technique=technique,
        technique_name=_name(way, technique),
        mitigation=mitigation,
        mitigation_name=end.catalogue.mitigations[mitigation].name,
        kind=kind,
        cause=cause,
        level=attribute.number(end.level(mitigation)),
        why=reason.why if reason else None,
        related=reason.related if reason else (),
    )


def _edge_reason(way: Route, technique: str, mitigation: str) -> Reason:
    """Where the technique itself came or went, its links did so with it."""
    before, after = way.around(Cause.CATALOGUE)
    if (technique in before.edges) != (technique in after.edges):
        return Reason(why=Why.TECHNIQUE)
    formerly, now = before.edges[technique], after.catalogue
    if mitigation in after.edges[technique]:
        return reasons.added(mitigation, before.catalogue.mitigations, now.retired_mitigations, formerly)
    return reasons.removed(mitigation, now.mitigations, now.retired_mitigations)


def _mitigation(way: Route, mitigation: str) -> MitigationChange:
    values = way.level(mitigation)
    change = attribute.delta(values)
    return MitigationChange(
        id=mitigation,
        name=_mitigation_name(way, mitigation),
        before=attribute.number(values[0]),
        after=attribute.number(values[-1]),
        delta=attribute.number(change),
        exact=attribute.written(change),
        steps=attribute.steps(values),
        techniques=tuple(_against(way, mitigation)),
        rows_before=way.base.rows(mitigation),
        rows_after=way.now.rows(mitigation),
    )


def _against(way: Route, mitigation: str) -> Iterator[str]:
    for technique in way.techniques:
        if any(mitigation in end.edges.get(technique, ()) for end in (way.base, way.now)):
            yield technique


def _name(way: Route, technique: str) -> str:
    """As it is called now, where it still lives."""
    known = way.now.catalogue.techniques.get(technique) or way.base.catalogue.techniques[technique]
    return known.name


def _mitigation_name(way: Route, mitigation: str) -> str:
    known = way.now.catalogue.mitigations.get(mitigation) or way.base.catalogue.mitigations[mitigation]
    return known.name
