"""Raw objects and links of any source -> a Catalogue: only what is live, both ends of every edge, each edge once."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

import msgspec

from mitigap import ids
from mitigap.catalog import text
from mitigap.catalog.model import (
    Campaign,
    Catalogue,
    Domain,
    Edges,
    Fate,
    Group,
    Mitigation,
    Retired,
    Software,
    Tactic,
    Technique,
)
from mitigap.errors import CatalogueUnreadable


class Kind(StrEnum):
    """What an object is. ATT&CK ids are only unique within a kind."""

    TACTIC = "tactic"
    TECHNIQUE = "technique"
    MITIGATION = "mitigation"
    GROUP = "group"
    SOFTWARE = "software"
    CAMPAIGN = "campaign"


SHAPES = {
    Kind.TACTIC: ids.TACTIC,
    Kind.TECHNIQUE: ids.TECHNIQUE,
    Kind.MITIGATION: ids.MITIGATION,
    Kind.GROUP: ids.GROUP,
    Kind.SOFTWARE: ids.SOFTWARE,
    Kind.CAMPAIGN: ids.CAMPAIGN,
}

KINDS = {
    "x-mitre-tactic": Kind.TACTIC,
    "attack-pattern": Kind.TECHNIQUE,
    "course-of-action": Kind.MITIGATION,
    "intrusion-set": Kind.GROUP,
    "malware": Kind.SOFTWARE,
    "tool": Kind.SOFTWARE,
    "campaign": Kind.CAMPAIGN,
}
"""STIX types that a catalogue holds."""

FORWARD = {
    ("uses", Kind.GROUP, Kind.TECHNIQUE): "uses",
    ("uses", Kind.SOFTWARE, Kind.TECHNIQUE): "uses",
    ("uses", Kind.CAMPAIGN, Kind.TECHNIQUE): "uses",
    ("uses", Kind.GROUP, Kind.SOFTWARE): "employs",
    ("uses", Kind.CAMPAIGN, Kind.SOFTWARE): "employs",
}
BACKWARD = {
    ("mitigates", Kind.MITIGATION, Kind.TECHNIQUE): "mitigates",
    ("attributed-to", Kind.CAMPAIGN, Kind.GROUP): "attributed",
}
"""Relationships that the catalogue keeps from target to source."""


class Entry(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One object, dead or alive. `ref` is the source's own key, `id` the ATT&CK id; `phases` are tactic shortnames."""

    ref: str
    kind: Kind
    id: str
    name: str
    fate: Fate | None = None
    aliases: Sequence[str] = ()
    description: str = ""
    phases: Sequence[str] = ()
    shortname: str = ""


Link = tuple[str, str, str, str]
"""(relationship type, source ref, target ref, description); only live links are handed over."""


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the release as a whole. `tactic_refs` is the matrix's order."""

    domain: Domain
    version: str | None
    digest: str
    source: str
    copyright: str
    tactic_refs: Sequence[str] = ()
    notes: tuple[str, ...] = ()


def assemble(origin: Origin, entries: Iterable[Entry], links: Sequence[Link]) -> Catalogue:
    """Raises CatalogueUnreadable where no group or no technique is live."""
    known = {entry.ref: entry for entry in entries if SHAPES[entry.kind].fullmatch(entry.id)}
    live = {ref: entry for ref, entry in known.items() if entry.fate is None}
    of = _by_kind(live.values())
    for kind in (Kind.TECHNIQUE, Kind.GROUP):
        if not of[kind]:
            raise CatalogueUnreadable(
                f"{origin.source} holds no live ATT&CK {kind}s: there is nothing to assess with it."
            )
    tactics = _tactics(live, of[Kind.TACTIC], origin.tactic_refs)
    edges = _edges(live, links)
    retired = _retired(known, of, links)
    return Catalogue(
        domain=origin.domain,
        version=origin.version,
        digest=origin.digest,
        source=origin.source,
        copyright=origin.copyright,
        tactics=tactics,
        techniques=_techniques(of[Kind.TECHNIQUE], tactics),
        mitigations={i: Mitigation(id=i, name=text.name(e.name)) for i, e in of[Kind.MITIGATION].items()},
        groups={i: _group(e) for i, e in of[Kind.GROUP].items()},
        software={i: Software(id=i, name=text.name(e.name)) for i, e in of[Kind.SOFTWARE].items()},
        campaigns={i: Campaign(id=i, name=text.name(e.name)) for i, e in of[Kind.CAMPAIGN].items()},
        uses=edges["uses"],
        employs=edges["employs"],
        attributed=edges["attributed"],
        mitigates=edges["mitigates"],
        guidance=_guidance(live, links),
        retired_groups=retired[Kind.GROUP],
        retired_techniques=retired[Kind.TECHNIQUE],
        retired_mitigations=retired[Kind.MITIGATION],
        notes=origin.notes,
    )


def _by_kind(entries: Iterable[Entry]) -> dict[Kind, dict[str, Entry]]:
    """Kind -> ATT&CK id -> entry. Should two live objects bear one id, the first gives the name."""
    found: dict[Kind, dict[str, Entry]] = {kind: {} for kind in Kind}
    for entry in entries:
        found[entry.kind].setdefault(entry.id, entry)
    return found


def _tactics(live: Mapping[str, Entry], tactics: Mapping[str, Entry], order: Sequence[str]) -> dict[str, Tactic]:
    in_matrix = [live[ref] for ref in order if ref in live and live[ref].kind is Kind.TACTIC]
    return {
        entry.id: Tactic(id=entry.id, name=text.name(entry.name), shortname=entry.shortname)
        for entry in (*in_matrix, *(tactics[tactic_id] for tactic_id in sorted(tactics)))
    }


def _techniques(techniques: Mapping[str, Entry], tactics: Mapping[str, Tactic]) -> dict[str, Technique]:
    return {
        technique_id: Technique(
            id=technique_id,
            name=text.name(entry.name),
            tactics=tuple(tactic.id for tactic in tactics.values() if tactic.shortname in entry.phases),
        )
        for technique_id, entry in techniques.items()
    }


def _group(entry: Entry) -> Group:
    return Group(
        id=entry.id, name=text.name(entry.name), aliases=_aliases(entry), description=text.clean(entry.description)
    )


def _aliases(entry: Entry) -> tuple[str, ...]:
    own = text.name(entry.name)
    others = (text.name(alias) for alias in entry.aliases)
    return tuple(dict.fromkeys(alias for alias in others if alias and alias != own))


def _edges(live: Mapping[str, Entry], links: Iterable[Link]) -> dict[str, Edges]:
    """The four edge maps. Inner dictionaries keep the first occurrence's place and drop the repeats."""
    found: dict[str, dict[str, dict[str, None]]] = {"uses": {}, "employs": {}, "attributed": {}, "mitigates": {}}
    for relation, source_ref, target_ref, _ in links:
        source, target = live.get(source_ref), live.get(target_ref)
        if source is None or target is None:
            continue
        key = (relation, source.kind, target.kind)
        if name := FORWARD.get(key):
            found[name].setdefault(source.id, {})[target.id] = None
        elif name := BACKWARD.get(key):
            found[name].setdefault(target.id, {})[source.id] = None
    return {name: {start: tuple(ends) for start, ends in edges.items()} for name, edges in found.items()}


def _guidance(live: Mapping[str, Entry], links: Iterable[Link]) -> dict[str, dict[str, str]]:
    """The first sentence that is said of each edge between a technique and a mitigation."""
    found: dict[str, dict[str, str]] = {}
    for relation, source_ref, target_ref, said in links:
        source, target = live.get(source_ref), live.get(target_ref)
        if not said or source is None or target is None:
            continue
        if BACKWARD.get((relation, source.kind, target.kind)) == "mitigates" and (words := text.sentence(said)):
            found.setdefault(target.id, {}).setdefault(source.id, words)
    return found


def _retired(
    known: Mapping[str, Entry], of: Mapping[Kind, Mapping[str, Entry]], links: Iterable[Link]
) -> dict[Kind, dict[str, Retired]]:
    """Kind -> ATT&CK id -> what became of it. An id that a live object bears as well is not retired."""
    successors: dict[str, list[str]] = {}
    for relation, source_ref, target_ref, _ in links:
        if relation == "revoked-by":
            successors.setdefault(source_ref, []).append(target_ref)
    found: dict[Kind, dict[str, Retired]] = {kind: {} for kind in Kind}
    for entry in known.values():
        if entry.fate is None or entry.id in of[entry.kind]:
            continue
        former = found[entry.kind].get(entry.id)
        if former is None or former.replaced_by is None:
            found[entry.kind][entry.id] = Retired(
                id=entry.id,
                name=text.name(entry.name),
                fate=entry.fate,
                replaced_by=_successor(entry, known, successors),
                aliases=_aliases(entry),
            )
    return found


def _successor(entry: Entry, known: Mapping[str, Entry], successors: Mapping[str, Sequence[str]]) -> str | None:
    """The first live object of its kind down the `revoked-by` chain, which may fork, end dead or run in a circle."""
    seen = {entry.ref}
    waiting = list(successors.get(entry.ref, ()))
    while waiting:
        ref = waiting.pop(0)
        follower = known.get(ref)
        if follower is None or ref in seen or follower.kind is not entry.kind:
            continue
        if follower.fate is None:
            return follower.id
        seen.add(ref)
        waiting.extend(successors.get(ref, ()))
    return None
