"""Where a drift comes from: enough to reckon it again, and MITRE's own words on the data."""

from collections.abc import Iterator, Sequence

from mitigap.assessment.drift import Drift, Side
from reports import figures, provenance, summary
from reports.provenance import Fact

PROMISE = "The same two sides give this report again, byte for byte."


def facts(drifts: Sequence[Drift]) -> tuple[Fact, ...]:
    """A term and what it is, each once: what was before, what is now, and the engine."""
    sides = {"before": [each.base for each in drifts], "now": [each.now for each in drifts]}
    found = dict.fromkeys(fact for when, several in sides.items() for side in several for fact in _facts(side, when))
    return (*found, ("Engine", f"Mitigap {drifts[0].engine}"))


def copyrights(drifts: Sequence[Drift]) -> tuple[str, ...]:
    """Exactly as the catalogues carry it."""
    return tuple(dict.fromkeys(side.catalog.copyright for side in _sides(drifts) if side.catalog.copyright))


def notes(drifts: Sequence[Drift]) -> tuple[str, ...]:
    """What reading the catalogues had to decide."""
    return tuple(dict.fromkeys(note for side in _sides(drifts) for note in side.catalog.notes))


def _sides(drifts: Sequence[Drift]) -> Iterator[Side]:
    return (side for each in drifts for side in (each.base, each.now))


def _facts(side: Side, when: str) -> Iterator[Fact]:
    yield f"Catalogue, {when}", provenance.label(side.catalog)
    yield f"Catalogue's digest, {when}", side.catalog.digest
    yield f"Inventory, {when}", f"{side.inventory.name}, {figures.count(side.inventory.controls, 'control')}"
    yield f"Inventory's digest, {when}", side.inventory.digest
    if side.revision is not None or side.by:
        revision = [] if side.revision is None else [f"revision {side.revision}"]
        yield f"Uploaded, {when}", ", ".join([*revision, *([f"by {side.by}"] if side.by else [])])
    yield f"Policy, {when}", summary.rule(side.policy)
    yield f"As of, {when}", side.as_of.isoformat()
