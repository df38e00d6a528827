"""Many groups at once: one inventory's assessments against them, weighed together, as a document of its own."""

from collections.abc import Mapping

import msgspec

from mitigap.assessment.model import CatalogueRef, Ceiling, Counts, InventoryRef, PolicyRef, Status

SCHEMA = "mitigap/portfolio/1"


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """Some techniques by status. `coverage` is the mean over those that can be covered, None where none can."""

    techniques: int
    covered: int
    partial: int
    gap: int
    unmitigable: int
    coverage: float | None


class GroupPart(msgspec.Struct, frozen=True, kw_only=True):
    """One group. `unique` are the techniques that no other of them uses, `gaps` those that nothing stands against."""

    id: str
    name: str
    weight: float
    score: float | None
    ceiling: Ceiling
    counts: Counts
    unique: tuple[str, ...]
    gaps: tuple[str, ...]


class TechniquePart(msgspec.Struct, frozen=True, kw_only=True):
    """A technique that at least one of the groups uses, and which of them do."""

    id: str
    name: str
    parent: str | None
    tactics: tuple[str, ...]
    status: Status
    coverage: float | None
    groups: tuple[str, ...]


class TacticName(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """One group's techniques of one tactic; a technique of two tactics counts in both."""

    group: str
    tactic: str
    tally: Tally


class Shared(msgspec.Struct, frozen=True, kw_only=True):
    """A technique that is not covered, by how many of the worst-covered groups use it: `worst` of them."""

    id: str
    worst: tuple[str, ...]


class Raise(msgspec.Struct, frozen=True, kw_only=True):
    """What full deployment of one mitigation adds to the weighted score; `exact` is `gain` as a fraction.

    `groups` are those whose own score it raises, `covers` the techniques it covers and `improves` those it only lifts.
    """

    id: str
    name: str
    gain: float
    exact: str
    groups: tuple[str, ...]
    covers: tuple[str, ...]
    improves: tuple[str, ...]


class Portfolio(msgspec.Struct, frozen=True, kw_only=True):
    """`score` is the mean of the groups' scores by their weights, over those that have one.

    Groups, techniques and `common`, those that all groups use, are ordered by id; `tactics` in the order told;
    `heat` by both, without empty cells. `worst` are the worst-covered groups: a quarter of those that have a score.
    """

    schema: str
    engine: str
    catalog: CatalogueRef
    inventory: InventoryRef
    policy: PolicyRef
    as_of: str
    score: float | None
    exact: str | None
    groups: tuple[GroupPart, ...]
    tactics: tuple[TacticName, ...]
    techniques: tuple[TechniquePart, ...]
    union: Tally
    intersection: Tally
    common: tuple[str, ...]
    heat: tuple[Cell, ...]
    worst: tuple[str, ...]
    shared: tuple[Shared, ...]
    mitigations: tuple[Raise, ...]

    @property
    def names(self) -> Mapping[str, str]:
        """Of the techniques, by id."""
        return {each.id: each.name for each in self.techniques}
