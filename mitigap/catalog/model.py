"""What ATT&CK says: one release of one domain, or one group document, as plain immutable records."""

from collections.abc import Mapping
from enum import StrEnum

import msgspec


class Domain(StrEnum):
    ENTERPRISE = "enterprise-attack"
    MOBILE = "mobile-attack"
    ICS = "ics-attack"


class Tactic(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str
    shortname: str


class Technique(msgspec.Struct, frozen=True, kw_only=True):
    """A live technique or sub-technique. `tactics` are TA-ids in the matrix's order."""

    id: str
    name: str
    tactics: tuple[str, ...] = ()


class Mitigation(msgspec.Struct, frozen=True, kw_only=True):
    """A live course of action; "Do not mitigate" is among them, `Catalogue.safeguards` leaves it out."""

    id: str
    name: str


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """An intrusion set. `aliases` are its other names; `description` is MITRE's, citations and all."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    description: str = ""


class Software(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str


class Campaign(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str


class Fate(StrEnum):
    REVOKED = "revoked"
    DEPRECATED = "deprecated"


class Retired(msgspec.Struct, frozen=True, kw_only=True):
    """A revoked or deprecated object. `replaced_by` is the live end of its `revoked-by` chain, if it has one."""

    id: str
    name: str
    fate: Fate
    replaced_by: str | None = None
    aliases: tuple[str, ...] = ()


Edges = Mapping[str, tuple[str, ...]]


class Catalogue(msgspec.Struct, frozen=True, kw_only=True):
    """Everything live in one release, and what became of the rest.

    Every edge has two live ends and stands once, in the source's own order: `uses` maps a group, software or
    campaign id to technique ids, `employs` a group or campaign to software, `attributed` a group to campaigns,
    `mitigates` a technique to mitigations. `guidance` is what MITRE says of such an edge, in a sentence, by technique
    and mitigation, where it says anything. `digest` is `sha256:` and the hash of the source's bytes; `version`
    is None for a document that names no release. `notes` are what reading it had to decide, a sentence each.
    """

    domain: Domain
    version: str | None
    digest: str
    source: str
    copyright: str
    tactics: Mapping[str, Tactic]
    techniques: Mapping[str, Technique]
    mitigations: Mapping[str, Mitigation]
    groups: Mapping[str, Group]
    software: Mapping[str, Software] = {}
    campaigns: Mapping[str, Campaign] = {}
    uses: Edges = {}
    employs: Edges = {}
    attributed: Edges = {}
    mitigates: Edges = {}
    guidance: Mapping[str, Mapping[str, str]] = {}
    retired_groups: Mapping[str, Retired] = {}
    retired_techniques: Mapping[str, Retired] = {}
    retired_mitigations: Mapping[str, Retired] = {}
    notes: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """`enterprise-attack@18.1`, or the file's name where it names no release."""
        return f"{self.domain}@{self.version}" if self.version else self.source
