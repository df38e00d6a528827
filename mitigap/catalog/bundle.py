"""The objects of a STIX bundle as MITRE writes them: of each only what a catalogue needs."""

import re
from collections.abc import Sequence
from typing import Literal

import msgspec

from mitigap.catalog import text
from mitigap.catalog.model import Domain, Fate
from mitigap.errors import CatalogueUnreadable

SOURCES = {
    "mitre-attack": Domain.ENTERPRISE,
    "mitre-mobile-attack": Domain.MOBILE,
    "mitre-ics-attack": Domain.ICS,
}
"""Where an ATT&CK id may come from, and the domain that name once stood for. PRE-ATT&CK is not among them."""

ADVICE = "Give the JSON file as MITRE publishes it, such as enterprise-attack-18.1.json."


class Reference(msgspec.Struct, frozen=True, gc=False):
    source_name: str | None = None
    external_id: str | None = None


class Phase(msgspec.Struct, frozen=True, gc=False):
    kill_chain_name: str
    phase_name: str


class Statement(msgspec.Struct, frozen=True, gc=False):
    statement: str | None = None


class Object(msgspec.Struct, frozen=True, gc=False):
    """An object of any type. What is not named here msgspec skips unread."""

    type: str
    id: str
    name: str | None = None
    modified: str | None = None
    revoked: bool | None = None
    x_mitre_deprecated: bool | None = None
    source_ref: str | None = None
    target_ref: str | None = None
    relationship_type: str | None = None
    external_references: tuple[Reference, ...] | None = None
    description: str | None = None
    aliases: tuple[str, ...] | None = None
    kill_chain_phases: tuple[Phase, ...] | None = None
    tactic_refs: tuple[str, ...] | None = None
    definition: Statement | None = None
    x_mitre_domains: tuple[str, ...] | None = None
    x_mitre_shortname: str | None = None
    x_mitre_version: str | None = None

    @property
    def fate(self) -> Fate | None:
        if self.revoked:
            return Fate.REVOKED
        return Fate.DEPRECATED if self.x_mitre_deprecated else None


class _Bundle(msgspec.Struct, frozen=True, gc=False):
    type: Literal["bundle"]
    objects: tuple[Object, ...]


def objects(data: bytes, source: str) -> tuple[Object, ...]:
    """Raises CatalogueUnreadable for anything but a bundle."""
    try:
        held = msgspec.json.decode(text.utf8(data), type=_Bundle).objects
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise CatalogueUnreadable(f"{source} is not an ATT&CK STIX bundle: {error}. {ADVICE}") from error
    return _latest(held)


def _latest(held: Sequence[Object]) -> tuple[Object, ...]:
    """One version of each object, the last modified, in the place of its first: collected bundles hold several.

    Relationships of one id that differ in their ends are different facts: ICS 11.0 has eight such pairs.
    """
    found: dict[tuple[str | None, ...], Object] = {}
    for each in held:
        key = (each.id, each.relationship_type, each.source_ref, each.target_ref)
        former = found.setdefault(key, each)
        if _modified(former) < _modified(each):
            found[key] = each
    return tuple(found.values())


def _modified(each: Object) -> str:
    return (each.modified or "").rstrip("Z")


def reference(each: Object, shape: re.Pattern[str]) -> Reference | None:
    """The first reference to ATT&CK whose id has the shape that this kind of object bears."""
    for named in each.external_references or ():
        if named.source_name in SOURCES and shape.fullmatch(named.external_id or ""):
            return named
    return None


def domains(each: Object) -> frozenset[Domain]:
    """The domains an object belongs to; empty where it does not say, as in old releases, which means any."""
    if each.x_mitre_domains:
        return frozenset(domain for domain in Domain if domain in each.x_mitre_domains)
    references = each.external_references or ()
    if each.type == "x-mitre-matrix":
        return frozenset(domain for domain in Domain for named in references if named.external_id == domain)
    if each.type == "x-mitre-tactic":
        return frozenset(SOURCES[named.source_name] for named in references if named.source_name in SOURCES)
    chains = {phase.kill_chain_name for phase in each.kill_chain_phases or ()}
    return frozenset(SOURCES[chain] for chain in chains & SOURCES.keys())
