"""An ATT&CK bundle, STIX 2.0 or 2.1, any domain, every release from 6.3 on -> a Catalogue."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

import msgspec

from mitigap.catalog import release, text
from mitigap.catalog.assemble import KINDS, SHAPES, Entry, Link, Origin, assemble
from mitigap.catalog.model import Catalogue, Domain, Fate
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
    """Any STIX object; of each type only what a catalogue needs. msgspec skips the rest unread."""

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


class Bundle(msgspec.Struct, frozen=True, gc=False):
    type: Literal["bundle"]
    objects: tuple[Object, ...]


def read(data: bytes, source: str, *, version: str | None = None, domain: str | None = None) -> Catalogue:
    """One release of one domain. `source` is the file's name, and may tell the version.

    Raises CatalogueUnreadable, and VersionUnknown where neither bundle, file name nor caller says which release it is.
    """
    objects = _latest(_decode(data, source))
    memberships = {_domains(each) for each in objects if each.type == "attack-pattern" and not each.fate}
    chosen = release.domain(source, given=release.domain_named(domain), techniques=memberships)
    if len(memberships) > 1:
        objects = tuple(each for each in objects if not _domains(each) or chosen in _domains(each))
    number, notes = release.version(source, given=version, collected=_collected(objects))
    origin = Origin(
        domain=chosen,
        version=number,
        digest=f"sha256:{hashlib.sha256(data).hexdigest()}",
        source=source,
        copyright=release.copyright_line(_statements(objects)),
        tactic_refs=_tactic_refs(objects),
        notes=notes,
    )
    return assemble(origin, _entries(objects, source), _links(objects, source))


def _decode(data: bytes, source: str) -> tuple[Object, ...]:
    try:
        return msgspec.json.decode(text.utf8(data), type=Bundle).objects
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise CatalogueUnreadable(f"{source} is not an ATT&CK STIX bundle: {error}. {ADVICE}") from error


def _latest(objects: Sequence[Object]) -> tuple[Object, ...]:
    """One version of each object, the last modified, in the place of its first: collected bundles hold several."""
    found: dict[str, Object] = {}
    for each in objects:
        former = found.get(each.id)
        if former is None or _modified(former) < _modified(each):
            found[each.id] = each
    return tuple(found.values())


def _modified(each: Object) -> str:
    return (each.modified or "").rstrip("Z")


def _reference(each: Object, shape: re.Pattern[str]) -> Reference | None:
    """The first reference to ATT&CK whose id has the shape that this kind of object bears."""
    for reference in each.external_references or ():
        if reference.source_name in SOURCES and shape.fullmatch(reference.external_id or ""):
            return reference
    return None


def _domains(each: Object) -> frozenset[Domain]:
    """The domains an object belongs to; empty where it does not say, which in an old release means any."""
    if each.x_mitre_domains:
        return frozenset(domain for domain in Domain if domain in each.x_mitre_domains)
    chains = {phase.kill_chain_name for phase in each.kill_chain_phases or ()}
    if each.type == "x-mitre-tactic" and not chains:
        chains = {reference.source_name or "" for reference in each.external_references or ()}
    return frozenset(SOURCES[chain] for chain in chains & SOURCES.keys())


def _entries(objects: Iterable[Object], source: str) -> Iterator[Entry]:
    for each in objects:
        kind = KINDS.get(each.type)
        reference = _reference(each, SHAPES[kind]) if kind else None
        if kind is None or reference is None:
            continue
        if not each.name:
            raise CatalogueUnreadable(f"{source}: {each.id} ({reference.external_id}) has no name. {ADVICE}")
        yield Entry(
            ref=each.id,
            kind=kind,
            id=reference.external_id or "",
            name=each.name,
            fate=each.fate,
            aliases=each.aliases or (),
            description=each.description or "",
            phases=[p.phase_name for p in each.kill_chain_phases or () if p.kill_chain_name in SOURCES],
            shortname=each.x_mitre_shortname or "",
        )


def _links(objects: Iterable[Object], source: str) -> list[Link]:
    found = []
    for each in objects:
        if each.type != "relationship" or each.fate:
            continue
        if not (each.relationship_type and each.source_ref and each.target_ref):
            raise CatalogueUnreadable(f"{source}: {each.id} lacks its type or one of its ends. {ADVICE}")
        found.append((each.relationship_type, each.source_ref, each.target_ref))
    return found


def _collected(objects: Iterable[Object]) -> tuple[str, ...]:
    return tuple(each.x_mitre_version or "" for each in objects if each.type == "x-mitre-collection")


def _statements(objects: Iterable[Object]) -> tuple[str, ...]:
    return tuple(each.definition.statement or "" for each in objects if each.definition)


def _tactic_refs(objects: Iterable[Object]) -> tuple[str, ...]:
    matrices = (each for each in objects if each.type == "x-mitre-matrix" and not each.fate)
    return tuple(ref for matrix in matrices for ref in matrix.tactic_refs or ())
