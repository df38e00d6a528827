"""The way from base to now: six states, each of which differs from the one before in one cause alone."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import pairwise

import msgspec

from mitigap.assessment import match, score
from mitigap.assessment.attribute import ORDER, Values
from mitigap.assessment.drift import Cause, Row
from mitigap.assessment.match import Edges
from mitigap.assessment.model import Counts, Status
from mitigap.assessment.policy import Policy
from mitigap.assessment.rows import row
from mitigap.assessment.standing import Standing, stand
from mitigap.assessment.subject import Subject, comparable
from mitigap.catalog import scope
from mitigap.catalog.model import Catalogue, Group
from mitigap.inventory.model import Control, Inventory


class Weighed(msgspec.Struct, frozen=True, kw_only=True):
    """An inventory on one date, its rows by their location."""

    standing: Standing
    controls: Mapping[str, Control]


class Uploads(msgspec.Struct, frozen=True, kw_only=True):
    """Base's inventory, the same in now's words, now's on base's date, now's on its own."""

    base: Weighed
    bridge: Weighed
    now: Weighed
    later: Weighed


class State(msgspec.Struct, frozen=True, kw_only=True):
    """One assessment, reckoned as far as a comparison needs it."""

    catalogue: Catalogue
    group: Group
    upload: Weighed
    edges: Edges
    coverages: dict[str, Fraction | None]
    score: Fraction | None

    def status(self, technique: str) -> Status | None:
        """None where the group does not use it."""
        return score.status(self.coverages[technique]) if technique in self.coverages else None

    def level(self, mitigation: str) -> Fraction | None:
        """A mitigation that no control names is not deployed."""
        return self.upload.standing.exact.get(mitigation, score.ZERO)

    def rows(self, mitigation: str) -> tuple[Row, ...]:
        """All that name it, in the sheet's order."""
        standing = self.upload.standing
        return tuple(row(self.upload.controls[each], standing.as_of) for each in standing.level(mitigation).controls)

    @property
    def counts(self) -> Counts:
        tally = Counter(map(score.status, self.coverages.values()))
        return Counts(
            techniques=len(self.coverages),
            covered=tally[Status.COVERED],
            partial=tally[Status.PARTIAL],
            gap=tally[Status.GAP],
            unmitigable=tally[Status.UNMITIGABLE],
            edges=sum(map(len, self.edges.values())),
        )


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """The states in order: base, then after each cause in the order of `Cause`."""

    states: tuple[State, ...]

    @property
    def base(self) -> State:
        return self.states[0]

    @property
    def now(self) -> State:
        return self.states[-1]

    @property
    def techniques(self) -> tuple[str, ...]:
        """Those on either side."""
        return tuple(sorted({*self.base.edges, *self.now.edges}))

    @property
    def mitigations(self) -> tuple[str, ...]:
        """Those that stand against a technique on either side."""
        ends = (self.base, self.now)
        return tuple(sorted({each for end in ends for found in end.edges.values() for each in found}))

    @property
    def score(self) -> Values:
        return [each.score for each in self.states]

    def coverage(self, technique: str) -> Values:
        return [each.coverages.get(technique) for each in self.states]

    def level(self, mitigation: str) -> Values:
        return [each.level(mitigation) for each in self.states]

    def around(self, cause: Cause) -> tuple[State, State]:
        """The states before and after it."""
        place = ORDER.index(cause)
        return self.states[place], self.states[place + 1]

    def turn(self, holds: Sequence[bool]) -> Cause:
        """The last cause that changed what holds in the states; there has to be one."""
        turns = zip(ORDER, pairwise(holds), strict=True)
        return [cause for cause, (before, after) in turns if before != after][-1]


def weigh(inventory: Inventory, as_of: date) -> Weighed:
    return Weighed(standing=stand(inventory, as_of), controls={each.location: each for each in inventory.controls})


def route(base: Subject, now: Subject, uploads: Uploads) -> Route:
    return Route(states=tuple(_states(base, now, uploads)))


def _states(base: Subject, now: Subject, uploads: Uploads) -> Iterator[State]:
    """The two groups are compared in base's catalogue, where the later one may not live yet: then nothing is moved."""
    before, after = comparable(base, now)
    beside = base.catalogue.groups.get(after.id, before)
    yield (first := _state(base.catalogue, before, base.policy, uploads.base))
    yield first if beside.id == before.id else _state(base.catalogue, beside, base.policy, uploads.base)
    yield _state(now.catalogue, after, base.policy, uploads.bridge)
    yield _state(now.catalogue, after, now.policy, uploads.bridge)
    yield _state(now.catalogue, after, now.policy, uploads.now)
    yield _state(now.catalogue, after, now.policy, uploads.later)


def _state(catalogue: Catalogue, group: Group, policy: Policy, upload: Weighed) -> State:
    used = scope.techniques(catalogue, group.id, software=policy.software, campaigns=policy.campaigns)
    edges = match.edges(catalogue, used, inherit=policy.inherit)
    coverages = score.coverages(edges, upload.standing.exact, policy.combine)
    return State(
        catalogue=catalogue,
        group=group,
        upload=upload,
        edges=edges,
        coverages=coverages,
        score=score.score(coverages.values()),
    )
