"""What moved between two assessments, each change with its cause, and the causes' parts adding up to the whole."""

from collections.abc import Iterable, Iterator

import msgspec

from mitigap import ENGINE_VERSION
from mitigap.assessment import attribute, moves, results, rows
from mitigap.assessment.drift import SCHEMA, Drift, Expiry, Move, PolicyChange, RowChange, Side, Tally, TechniqueChange
from mitigap.assessment.model import GroupRef
from mitigap.assessment.route import Route, State, Uploads, route, weigh
from mitigap.assessment.subject import Subject
from mitigap.catalog.model import Catalogue
from mitigap.inventory.model import Inventory


class _Compared(msgspec.Struct, frozen=True, kw_only=True):
    """What is the same for every group: the inventories weighed, their rows compared, each with what it touches."""

    uploads: Uploads
    rows: tuple[tuple[frozenset[str], RowChange], ...]
    expiries: tuple[Expiry, ...]


def diff(base: Subject, now: Subject, *, bridge: Inventory | None = None) -> Drift:
    """`bridge` is base's upload read in the words of now's catalogue, where that is another; base's own by default.

    UserError where the two are not of one group, or of a group and the one that replaces it, in one domain.
    """
    return _drift(base, now, _compared(base, now, bridge))


def several(
    base: Subject, now: Subject, group_ids: Iterable[str], *, bridge: Inventory | None = None
) -> Iterator[Drift]:
    """The same two sides for one group after the other, in the order asked for; the uploads are compared once."""
    compared = _compared(base, now, bridge)
    for each in group_ids:
        before, after = (msgspec.structs.replace(side, group_id=each) for side in (base, now))
        yield _drift(before, after, compared)


def preview(subject: Subject, catalogue: Catalogue, *, bridge: Inventory | None = None) -> Drift:
    """What another catalogue would change and nothing else; `bridge` is the subject's upload read in its words."""
    read = bridge or subject.inventory
    return diff(subject, msgspec.structs.replace(subject, catalogue=catalogue, inventory=read), bridge=read)


def _compared(base: Subject, now: Subject, bridge: Inventory | None) -> _Compared:
    read = bridge or base.inventory
    return _Compared(
        uploads=Uploads(
            base=weigh(base.inventory, base.as_of),
            bridge=weigh(read, base.as_of),
            now=weigh(now.inventory, base.as_of),
            later=weigh(now.inventory, now.as_of),
        ),
        rows=tuple(
            (rows.touched(each), each)
            for each in rows.changes(base.inventory, read, now.inventory, (base.as_of, now.as_of))
        ),
        expiries=rows.expiries(now.inventory, base.as_of, now.as_of),
    )


def _drift(base: Subject, now: Subject, compared: _Compared) -> Drift:
    way = route(base, now, compared.uploads)
    mitigations = moves.mitigations(way)
    techniques = moves.techniques(way, frozenset(each.id for each in mitigations))
    edges = moves.edges(way)
    scope = frozenset(way.mitigations)
    own = tuple(each for touched, each in compared.rows if not scope.isdisjoint(touched))
    expiries = tuple(each for each in compared.expiries if not scope.isdisjoint(each.row.mitigations))
    policy = _policy(base, now)
    delta = attribute.delta(way.score)
    other_group = way.base.group.id != way.now.group.id
    return Drift(
        schema=SCHEMA,
        engine=ENGINE_VERSION,
        changed=any((techniques, edges, mitigations, own, expiries, policy, other_group)),
        regressed=(delta or 0) < 0 or any(each.move is Move.WORSE for each in techniques),
        base=_side(base, way.base),
        now=_side(now, way.now),
        delta=attribute.number(delta),
        exact=attribute.written(delta),
        steps=attribute.steps(way.score),
        counts=_tally(way, techniques),
        techniques=techniques,
        edges=edges,
        mitigations=mitigations,
        rows=own,
        other_rows=len(compared.rows) - len(own),
        expiries=expiries,
        policy=policy,
    )


def _side(subject: Subject, state: State) -> Side:
    return Side(
        catalog=results.catalogue_ref(state.catalogue),
        group=GroupRef(id=state.group.id, name=state.group.name),
        inventory=state.upload.standing.inventory,
        policy=subject.policy.ref,
        as_of=subject.as_of,
        score=attribute.number(state.score),
        counts=state.counts,
        by=subject.by,
        revision=subject.revision,
    )


def _policy(base: Subject, now: Subject) -> PolicyChange | None:
    before, after = base.policy.ref, now.policy.ref
    return None if before == after else PolicyChange(before=before, after=after)


def _tally(way: Route, techniques: tuple[TechniqueChange, ...]) -> Tally:
    number = {move: sum(each.move is move for each in techniques) for move in Move}
    moved = sum(number.values()) - number[Move.SAME]
    return Tally(
        better=number[Move.BETTER],
        worse=number[Move.WORSE],
        unchanged=len(way.techniques) - moved,
        added=number[Move.ADDED],
        removed=number[Move.REMOVED],
        mitigable=number[Move.MITIGABLE],
        unmitigable=number[Move.UNMITIGABLE],
    )
