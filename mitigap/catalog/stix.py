"""An ATT&CK bundle, STIX 2.0 or 2.1, any domain, every release from 6.3 on -> a Catalogue."""

import hashlib
from collections.abc import Iterable, Iterator

from mitigap.catalog import bundle, release, text
from mitigap.catalog.assemble import KINDS, SHAPES, Entry, Kind, Link, Origin, assemble
from mitigap.catalog.bundle import ADVICE, SOURCES, Object
from mitigap.catalog.model import Catalogue, Domain
from mitigap.errors import CatalogueUnreadable

_WATCHED = (Kind.TECHNIQUE, Kind.GROUP, Kind.MITIGATION)
_MOST_NAMED = 5


def read(data: bytes, source: str, *, version: str | None = None, domain: str | None = None) -> Catalogue:
    """One release of one domain. `source` is the file's name, and may tell the version.

    Raises CatalogueUnreadable, and VersionUnknown where neither bundle, file name nor caller says which release it is.
    """
    objects = bundle.objects(data, source)
    memberships = _memberships(objects)
    chosen = release.domain(source, given=release.domain_named(domain), techniques=memberships)
    if any(membership and chosen not in membership for membership in memberships):
        objects = tuple(each for each in objects if chosen in (bundle.domains(each) or (chosen,)))
    number, notes = release.version(source, given=version, collected=_collected(objects))
    origin = Origin(
        domain=chosen,
        version=number,
        digest=f"sha256:{hashlib.sha256(data).hexdigest()}",
        source=source,
        copyright=release.copyright_line(_statements(objects)),
        tactic_refs=_tactic_refs(objects),
        notes=notes + _left_out(objects),
    )
    return assemble(origin, _entries(objects, source), _links(objects, source))


def _memberships(objects: Iterable[Object]) -> set[frozenset[Domain]]:
    """Which domains the live techniques belong to; where none of them says, which the matrices are for."""
    live = [each for each in objects if not each.fate]
    techniques = {
        bundle.domains(each)
        for each in live
        if each.type == "attack-pattern" and bundle.reference(each, SHAPES[Kind.TECHNIQUE])
    }
    if any(techniques) or not techniques:
        return techniques
    return {bundle.domains(each) for each in live if each.type == "x-mitre-matrix"} or techniques


def _entries(objects: Iterable[Object], source: str) -> Iterator[Entry]:
    for each in objects:
        kind = KINDS.get(each.type)
        reference = bundle.reference(each, SHAPES[kind]) if kind else None
        if kind is None or reference is None:
            continue
        if not text.name(each.name or ""):
            raise CatalogueUnreadable(f"{source}: {each.id} ({reference.external_id}) has no name. {ADVICE}")
        yield Entry(
            ref=each.id,
            kind=kind,
            id=reference.external_id or "",
            name=each.name or "",
            fate=each.fate,
            aliases=each.aliases or (),
            description=each.description or "",
            phases=[p.phase_name for p in each.kill_chain_phases or () if p.kill_chain_name in SOURCES],
            shortname=each.x_mitre_shortname or "",
        )


def _left_out(objects: Iterable[Object]) -> tuple[str, ...]:
    """A note on what is live but bears no ATT&CK id of its kind, such as `0T800` in ICS 8.0."""
    found = [text.name(each.name or each.id) for each in objects if _nameless(each)]
    if not found:
        return ()
    more = f" and {len(found) - _MOST_NAMED} more" if len(found) > _MOST_NAMED else ""
    return (f"Left out, for want of an ATT&CK id of their kind: {', '.join(found[:_MOST_NAMED])}{more}.",)


def _nameless(each: Object) -> bool:
    kind = KINDS.get(each.type)
    if kind not in _WATCHED or each.fate or bundle.reference(each, SHAPES[kind]):
        return False
    return not any(named.source_name == "mitre-pre-attack" for named in each.external_references or ())


def _links(objects: Iterable[Object], source: str) -> list[Link]:
    found = []
    for each in objects:
        if each.type != "relationship" or each.fate:
            continue
        if not (each.relationship_type and each.source_ref and each.target_ref):
            raise CatalogueUnreadable(f"{source}: {each.id} lacks its type or one of its ends. {ADVICE}")
        found.append((each.relationship_type, each.source_ref, each.target_ref, each.description or ""))
    return found


def _collected(objects: Iterable[Object]) -> tuple[str, ...]:
    return tuple(each.x_mitre_version or "" for each in objects if each.type == "x-mitre-collection")


def _statements(objects: Iterable[Object]) -> tuple[str, ...]:
    return tuple(each.definition.statement or "" for each in objects if each.definition)


def _tactic_refs(objects: Iterable[Object]) -> tuple[str, ...]:
    matrices = (each for each in objects if each.type == "x-mitre-matrix" and not each.fate)
    return tuple(ref for matrix in matrices for ref in matrix.tactic_refs or ())
