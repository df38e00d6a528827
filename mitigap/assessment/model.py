"""The result: how far one inventory stops one group's techniques, as the contract's document spells it."""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

SCHEMA = "mitigap/assessment/1"


class Status(StrEnum):
    COVERED = "covered"
    PARTIAL = "partial"
    GAP = "gap"
    UNMITIGABLE = "unmitigable"


class Reason(StrEnum):
    """Why a technique is unmitigable: ATT&CK names nothing, says not to, or the inventory rules all of it out."""

    NONE = "none"
    DO_NOT_MITIGATE = "do-not-mitigate"
    NOT_APPLICABLE = "not-applicable"


class CatalogueRef(msgspec.Struct, frozen=True, kw_only=True):
    """Which catalogue; `notes` are what reading it had to decide."""

    domain: str
    version: str | None
    digest: str
    source: str
    copyright: str
    notes: tuple[str, ...] = ()


class GroupRef(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str


class InventoryRef(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which upload: `controls` and `unresolved` count rows; `choices` is the digest of what people settled about it."""

    name: str
    digest: str
    choices: str = ""
    controls: int
    unresolved: int


class PolicyRef(msgspec.Struct, frozen=True, kw_only=True):
    """The rule in force. `software`, `campaigns` and `inherit` are the three switches, off by default."""

    name: str
    rule: str
    software: bool = False
    campaigns: bool = False
    inherit: bool = False


class Ceiling(msgspec.Struct, frozen=True, kw_only=True):
    """How many techniques ATT&CK's mitigations can reach at all."""

    techniques: int
    of: int
    without_pre_compromise: int


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    techniques: int
    covered: int
    partial: int
    gap: int
    unmitigable: int
    edges: int


class MitigationResult(msgspec.Struct, frozen=True, kw_only=True):
    """One edge. `level` is None where every control row says not-applicable: the edge leaves the denominator."""

    id: str
    name: str
    level: float | None
    controls: tuple[str, ...]
    pre_compromise: bool
    expired: tuple[str, ...] = ()
    alternative: bool = False
    inherited_from: str | None = None


class TechniqueResult(msgspec.Struct, frozen=True, kw_only=True):
    """`via` names the software or campaigns through which the group uses it; empty where it does so directly."""

    id: str
    name: str
    parent: str | None
    tactics: tuple[str, ...]
    status: Status
    coverage: float | None
    reason: Reason | None
    mitigations: tuple[MitigationResult, ...]
    via: tuple[str, ...] = ()


class Recommendation(msgspec.Struct, frozen=True, kw_only=True):
    """Deploying `id` in full would raise the score by `gain`, fully cover `covers` and improve `improves`."""

    id: str
    name: str
    gain: float
    covers: tuple[str, ...]
    improves: tuple[str, ...]


class Assessment(msgspec.Struct, frozen=True, kw_only=True):
    """Inventory revision x catalogue x group x policy, on a date; `score` is None where nothing can be assessed."""

    schema: str
    engine: str
    catalog: CatalogueRef
    group: GroupRef
    inventory: InventoryRef
    policy: PolicyRef
    as_of: str
    score: float | None
    ceiling: Ceiling
    counts: Counts
    tactics: Mapping[str, str]
    techniques: tuple[TechniqueResult, ...]
    recommendations: tuple[Recommendation, ...]
    notes: tuple[str, ...] = ()
