"""Small STIX objects, bundles, group documents and catalogues, made to measure."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from mitigap.catalog.model import Campaign, Catalogue, Domain, Group, Mitigation, Software, Technique

Object = dict[str, Any]

TYPES = {
    "T": "attack-pattern",
    "M": "course-of-action",
    "G": "intrusion-set",
    "S": "malware",
    "C": "campaign",
    "TA": "x-mitre-tactic",
}


def thing(attack_id: str, name: str = "", *, source: str = "mitre-attack", **more: Any) -> Object:
    """An object of the type its id tells; `more` adds fields or replaces them."""
    kind = TYPES[attack_id[:2]] if attack_id[:2] in TYPES else TYPES[attack_id[:1]]
    references = [{"source_name": source, "external_id": attack_id}]
    made = {"type": kind, "id": f"{kind}--{attack_id}", "name": name or f"Name of {attack_id}"}
    return {**made, "external_references": references, **more}


def technique(attack_id: str, name: str = "", *phases: str, chain: str = "mitre-attack", **more: Any) -> Object:
    """With no phase named it stands under "execution", so that its domain can be told."""
    found = [{"kill_chain_name": chain, "phase_name": phase} for phase in phases or ("execution",)]
    return thing(attack_id, name, **{"kill_chain_phases": found, **more})


def tactic(attack_id: str, shortname: str, **more: Any) -> Object:
    return thing(attack_id, x_mitre_shortname=shortname, **more)


def matrix(*tactics: Object, domain: str = "enterprise-attack", **more: Any) -> Object:
    references = [{"source_name": "mitre-attack", "external_id": domain}]
    refs = [each["id"] for each in tactics]
    made = {"type": "x-mitre-matrix", "id": f"x-mitre-matrix--{domain}", "name": domain, "tactic_refs": refs}
    return {**made, "external_references": references, **more}


def link(relation: str, source: Object, target: Object, **more: Any) -> Object:
    ref = f"relationship--{relation}-{source['id']}-{target['id']}"
    ends = {"source_ref": source["id"], "target_ref": target["id"]}
    return {"type": "relationship", "id": ref, "relationship_type": relation, **ends, **more}


def uses(source: Object, target: Object, **more: Any) -> Object:
    return link("uses", source, target, **more)


def mitigates(source: Object, target: Object, **more: Any) -> Object:
    return link("mitigates", source, target, **more)


def revoked_by(source: Object, target: Object, **more: Any) -> Object:
    return link("revoked-by", source, target, **more)


def collection(version: str) -> Object:
    return {"type": "x-mitre-collection", "id": "x-mitre-collection--1", "x_mitre_version": version}


def statement(words: str) -> Object:
    return {"type": "marking-definition", "id": "marking-definition--1", "definition": {"statement": words}}


def bundle(*objects: Object) -> bytes:
    return json.dumps({"type": "bundle", "id": "bundle--1", "spec_version": "2.0", "objects": objects}).encode()


def smallest(*more: Object) -> bytes:
    """The least that is accepted, a group and a technique, and `more`."""
    return bundle(thing("G0001", "Quiet Fox"), technique("T1001"), *more)


def catalogue(
    uses: Mapping[str, Iterable[str]], mitigates: Mapping[str, Iterable[str]] | None = None, **more: Any
) -> Catalogue:
    """Who uses what and what stops it; whatever is named exists, `more` adds fields or replaces them."""
    stops = {technique_id: tuple(each) for technique_id, each in (mitigates or {}).items()}
    used = {user: tuple(each) for user, each in uses.items()}
    employs = {user: tuple(each) for user, each in more.pop("employs", {}).items()}
    attributed = {user: tuple(each) for user, each in more.pop("attributed", {}).items()}
    maps = (used, stops, employs, attributed)
    named = dict.fromkeys(each for held in maps for pair in held.items() for each in (pair[0], *pair[1]))
    content: dict[str, Any] = {
        "domain": Domain.ENTERPRISE,
        "version": "99.0",
        "digest": "sha256:made",
        "source": "made.json",
        "copyright": "© The MITRE Corporation.",
        "tactics": {},
        "techniques": {i: Technique(id=i, name=f"Name of {i}") for i in named if i.startswith("T")},
        "mitigations": {i: Mitigation(id=i, name=f"Name of {i}") for i in named if i.startswith("M")},
        "groups": {i: Group(id=i, name=f"Name of {i}") for i in named if i.startswith("G")},
        "software": {i: Software(id=i, name=f"Name of {i}") for i in named if i.startswith("S")},
        "campaigns": {i: Campaign(id=i, name=f"Name of {i}") for i in named if i.startswith("C")},
        "uses": used,
        "mitigates": stops,
        "employs": employs,
        "attributed": attributed,
    }
    return Catalogue(**{**content, **more})


LISTED = ("* [Tool](techniques/T1588/002)", "* [JavaScript](techniques/T1059/007)")
DRAWN = (
    "group[Quiet Fox] --> T1588.002[Tool]",
    "group[Quiet Fox] --> T1059.007[JavaScript]",
    "T1588.002[Tool] --> M1056[Pre-compromise]",
    "T1059.007[JavaScript] --> M1038[Execution Prevention]",
)


def document(
    *,
    listed: Iterable[str] = LISTED,
    drawn: Iterable[str] = DRAWN,
    matter: Iterable[str] = (),
    identity: str = "## ID:G0001",
) -> bytes:
    """A group document. Its list begins in line 8 and its graph, `flowchart LR` apart, in line 14, as it stands."""
    lines = [
        *("---", *matter, "tags:", "---", "# Quiet Fox", identity, "A group of nobody's."),
        *("## Techniques Used By Group", *listed, "", "# Summary of Techniques and Mitigations"),
        *("```mermaid", "flowchart LR", *drawn, "```"),
    ]
    return "\n".join(lines).encode()
