"""What moved between two assessments and why, as its document spells it."""

from datetime import date
from enum import StrEnum

import msgspec

from mitigap.assessment.model import CatalogueRef, Counts, GroupRef, InventoryRef, PolicyRef, Status
from mitigap.inventory.model import Status as ControlStatus

SCHEMA = "mitigap/drift/1"


class Cause(StrEnum):
    """Why something changed, in the order in which base's parts are exchanged for now's."""

    GROUP = "group"
    CATALOGUE = "catalogue"
    POLICY = "policy"
    INVENTORY = "inventory"
    EXPIRY = "expiry"


class Move(StrEnum):
    """What became of one technique, the most pressing first.

    `unmitigable`: no mitigation applies any more; `mitigable`: one applies at last; `same`: the coverage is what it
    was, though what it rests on has changed.
    """

    WORSE = "worse"
    ADDED = "added"
    UNMITIGABLE = "unmitigable"
    REMOVED = "removed"
    MITIGABLE = "mitigable"
    BETTER = "better"
    SAME = "same"


class Why(StrEnum):
    """What exactly a catalogue changed: one of the two ends, or the link between them."""

    NEW = "new"
    REVOKED = "revoked"
    DEPRECATED = "deprecated"
    GONE = "gone"
    LINKED = "linked"
    UNLINKED = "unlinked"
    TECHNIQUE = "technique"


class Kind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One cause's part of a change. `exact` is `delta` as a fraction, such as `-1/45`.

    Exact parts add up to the exact change. `before` or `after` is None where there is no number; `delta` is None
    where there has been none to compare with yet, or will be none again.
    """

    cause: Cause
    before: float | None
    after: float | None
    delta: float | None
    exact: str | None


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """One of the two assessments. `by` and `revision` are those of the upload, where they are known."""

    catalog: CatalogueRef
    group: GroupRef
    inventory: InventoryRef
    policy: PolicyRef
    as_of: date
    score: float | None
    counts: Counts
    by: str = ""
    revision: int | None = None


class Standpoint(msgspec.Struct, frozen=True, kw_only=True):
    """A technique on one side."""

    status: Status
    coverage: float | None


class TechniqueChange(msgspec.Struct, frozen=True, kw_only=True):
    """One technique. `before` or `after` is None where the group does not use it.

    `cause` and `why` tell why a technique was added or removed; `related` are the ids that replace it, or that it
    replaces. `steps` are the causes that moved its coverage, `mitigations` those against it whose level changed.
    """

    id: str
    name: str
    move: Move
    before: Standpoint | None
    after: Standpoint | None
    delta: float | None
    exact: str | None
    steps: tuple[Step, ...]
    mitigations: tuple[str, ...]
    cause: Cause | None = None
    why: Why | None = None
    related: tuple[str, ...] = ()


class EdgeChange(msgspec.Struct, frozen=True, kw_only=True):
    """A link between a technique and a mitigation that is new or gone; `level` is the mitigation's on that side."""

    technique: str
    technique_name: str
    mitigation: str
    mitigation_name: str
    kind: Kind
    cause: Cause
    level: float | None
    why: Why | None = None
    related: tuple[str, ...] = ()


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One control row of one upload; `expired` on the day of its side."""

    location: str
    text: str
    mitigations: tuple[str, ...]
    status: ControlStatus | None
    level: float | None
    owner: str
    expires: date | None
    expired: bool = False


class RowChange(msgspec.Struct, frozen=True, kw_only=True):
    """One row before and after. Its cause is `inventory`, or `catalogue` where the same row is read otherwise now."""

    kind: Kind
    cause: Cause
    before: Row | None
    after: Row | None
    fields: tuple[str, ...]


class MitigationChange(msgspec.Struct, frozen=True, kw_only=True):
    """A mitigation whose level changed, with every row that names it; a level of None takes no part."""

    id: str
    name: str
    before: float | None
    after: float | None
    delta: float | None
    exact: str | None
    steps: tuple[Step, ...]
    techniques: tuple[str, ...]
    rows_before: tuple[Row, ...]
    rows_after: tuple[Row, ...]


class Expiry(msgspec.Struct, frozen=True, kw_only=True):
    """A row that counted on base's date and ran out by now's; `expired` is False where now lies before base."""

    row: Row
    on: date
    expired: bool


class PolicyChange(msgspec.Struct, frozen=True, kw_only=True):
    before: PolicyRef
    after: PolicyRef


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """How many techniques moved which way; `unchanged` are those on both sides with the coverage they had."""

    better: int
    worse: int
    unchanged: int
    added: int
    removed: int
    mitigable: int
    unmitigable: int


class Drift(msgspec.Struct, frozen=True, kw_only=True):
    """From `base` to `now`.

    `delta` is None where either side has no score. `regressed` where the score fell or any technique is worse.
    `steps` are the causes that moved the score. `rows` are those of this group's mitigations that changed, `other_rows`
    counts the rest that did; `changed` where anything but these is told.
    """

    schema: str
    engine: str
    changed: bool
    regressed: bool
    base: Side
    now: Side
    delta: float | None
    exact: str | None
    steps: tuple[Step, ...]
    counts: Tally
    techniques: tuple[TechniqueChange, ...]
    edges: tuple[EdgeChange, ...]
    mitigations: tuple[MitigationChange, ...]
    rows: tuple[RowChange, ...]
    other_rows: int
    expiries: tuple[Expiry, ...]
    policy: PolicyChange | None
