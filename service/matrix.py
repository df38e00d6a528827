"""One group's techniques as a page shows them: by tactic, narrowed by what stands in the URL."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

import msgspec

from service.moved import Named

STATUSES = ("gap", "partial", "covered", "unmitigable")
"""The most open first."""

REASONS: Mapping[str, str] = {
    "none": "ATT&CK names no mitigation for it.",
    "do-not-mitigate": "ATT&CK says not to mitigate it.",
    "not-applicable": "The inventory says of each of its mitigations that it does not apply.",
}


class MitigationView(msgspec.Struct, frozen=True, kw_only=True):
    """`level` is None where the inventory says that it does not apply; `controls` are rows of the upload."""

    id: str
    name: str
    level: float | None
    controls: tuple[str, ...]
    pre_compromise: bool
    expired: tuple[str, ...] = ()
    alternative: bool = False
    inherited_from: str | None = None


class TechniqueView(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str
    parent: str | None
    tactics: tuple[str, ...]
    status: str
    coverage: float | None
    reason: str | None
    mitigations: tuple[MitigationView, ...]
    via: tuple[str, ...] = ()

    @property
    def deployed(self) -> tuple[MitigationView, ...]:
        return tuple(each for each in self.mitigations if each.level)

    @property
    def rests_on_one(self) -> bool:
        """Whether losing a single mitigation would leave nothing in its way, though ATT&CK names several."""
        return len(self.deployed) == 1 and len(self.mitigations) > 1

    @property
    def told_reason(self) -> str:
        return REASONS.get(self.reason or "", "")


class GroupView(msgspec.Struct, frozen=True, kw_only=True):
    """As much of a stored assessment as these pages show: nothing in it is interpreted here."""

    group: Named
    score: float | None
    tactics: dict[str, str]
    techniques: tuple[TechniqueView, ...]


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What to show; empty means all. `text` is looked for in ids and names, of mitigations too."""

    status: str = ""
    tactic: str = ""
    text: str = ""

    def lets(self, technique: TechniqueView) -> bool:
        return (
            self.status in ("", technique.status)
            and (not self.tactic or self.tactic in technique.tactics)
            and self.text.casefold() in _words(technique)
        )


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """One tactic. `coverage` is the mean over those of its techniques that can be covered, whatever is shown."""

    id: str
    name: str
    coverage: float | None
    techniques: tuple[TechniqueView, ...]


def of_group(body: bytes, place: int) -> GroupView:
    """One group out of the document `mitigap/assessment/1` or a list of them, without reading the others."""
    if body.lstrip()[:1] == b"[":
        return msgspec.json.decode(msgspec.json.decode(body, type=list[msgspec.Raw])[place], type=GroupView)
    return msgspec.json.decode(body, type=GroupView)


def shown(found: GroupView, wanted: Filter) -> tuple[TechniqueView, ...]:
    return tuple(each for each in found.techniques if wanted.lets(each))


def columns(found: GroupView, wanted: Filter) -> tuple[Column, ...]:
    """In the matrix's order; a technique of two tactics stands in both, a tactic with nothing to show in none."""
    rows = shown(found, wanted)
    made = (_column(found, tactic, rows) for tactic in ordered(found) if wanted.tactic in ("", tactic))
    return tuple(each for each in made if each.techniques)


def ordered(found: GroupView) -> Sequence[str]:
    """The tactics as far as their order shows in the techniques that have several, by id where it does not."""
    follows: dict[str, set[str]] = {tactic: set() for tactic in found.tactics}
    for technique in found.techniques:
        for before, after in pairwise(technique.tactics):
            follows[after].add(before)
    try:
        return list(_in_turn(TopologicalSorter(follows)))
    except CycleError:
        return sorted(follows)


def _in_turn(graph: TopologicalSorter[str]) -> Iterator[str]:
    """The least id of those that nothing unsaid comes before."""
    graph.prepare()
    ready: list[str] = []
    while graph.is_active():
        ready = sorted([*ready, *graph.get_ready()])
        yield ready[0]
        graph.done(ready.pop(0))


def _column(found: GroupView, tactic: str, rows: Iterable[TechniqueView]) -> Column:
    known = [each.coverage for each in found.techniques if tactic in each.tactics and each.coverage is not None]
    return Column(
        id=tactic,
        name=found.tactics[tactic],
        coverage=sum(known) / len(known) if known else None,
        techniques=tuple(each for each in rows if tactic in each.tactics),
    )


def _words(technique: TechniqueView) -> str:
    beside = (word for each in technique.mitigations for word in (each.id, each.name))
    return " ".join((technique.id, technique.name, *beside)).casefold()
