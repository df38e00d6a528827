"""Group documents: one group, its techniques and their mitigations as Markdown and Mermaid, read and written."""

import hashlib
import re
from collections.abc import Iterator, Sequence

from mitigap import ids
from mitigap.catalog import compare, drawing, label, markdown, mermaid, release, text
from mitigap.catalog.model import Catalogue, Domain, Group, Mitigation, Technique
from mitigap.errors import CatalogueUnreadable, GroupUnknown

LARGEST = 1024 * 1024
"""Bytes. The largest of ATT&CK's own groups makes a document of 60 KB."""
MOST_TOLD = 100

_ICS = re.compile(r"T0\d{3}|M0\d{3}")
_SITE = "](https://attack.mitre.org/"
_LOCAL = "](/mitre/"


def read(
    data: bytes,
    source: str,
    *,
    version: str | None = None,
    domain: str | None = None,
    rights: str = release.copyright_line(()),
) -> Catalogue:
    """A catalogue of one group. Disagreements of list and graph become notes, each with its place.

    Raises CatalogueUnreadable with every fault, each with its place (`file.md:12: …`).
    """
    parts = markdown.take_apart(_decoded(data, source))
    if not (parts.ids or parts.graphs or parts.items):
        raise CatalogueUnreadable(f"{source} is neither an ATT&CK bundle nor a group document.")
    graph = mermaid.Graph()
    for block in parts.graphs:
        mermaid.parse(block, graph)
    agreed = compare.compare(parts, drawing.of(graph))
    chosen = _domain(domain, parts, agreed)
    number = _version(version, parts, agreed)
    if agreed.faults:
        raise CatalogueUnreadable(f"{source} cannot be read as a group document.", _placed(source, agreed.faults))
    return Catalogue(
        domain=chosen,
        version=number,
        digest=f"sha256:{hashlib.sha256(data).hexdigest()}",
        source=source,
        copyright=rights,
        tactics={},
        techniques={each: Technique(id=each, name=agreed.names[each]) for each in agreed.uses},
        mitigations=_mitigations(agreed),
        groups={agreed.group_id: _group(parts, agreed)},
        uses={agreed.group_id: tuple(agreed.uses)} if agreed.uses else {},
        mitigates={technique: tuple(stops) for technique, stops in agreed.mitigates.items()},
        notes=_placed(source, agreed.notes),
    )


def _decoded(data: bytes, source: str) -> str:
    if len(data) > LARGEST:
        raise CatalogueUnreadable(f"{source} is larger than 1 MB, which no group document is.")
    try:
        return text.utf8(data).decode()
    except UnicodeError as error:
        raise CatalogueUnreadable(f"{source} is not text in UTF-8. Save it as UTF-8 and try again.") from error


def _placed(source: str, found: list[markdown.Line]) -> tuple[str, ...]:
    """Each with its place, in the order of the lines."""
    told = [f"{source}:{line}: {message}" for line, message in sorted(set(found))]
    more = [f"{source}: and {len(told) - MOST_TOLD} more"] if len(told) > MOST_TOLD else []
    return (*told[:MOST_TOLD], *more)


def _domain(given: str | None, parts: markdown.Parts, agreed: compare.Agreed) -> Domain:
    """As given, else as the front matter says, else by the ids: those of ICS have ranges of their own."""
    if asked := release.domain_named(given):
        return asked
    line, named = parts.matter.get("domain", (0, ""))
    if named in list(Domain):
        return Domain(named)
    if named:
        agreed.faults.append((line, f'"{named}" is not an ATT&CK domain; say {", ".join(Domain)}'))
    for domain, never in ids.DO_NOT_MITIGATE.items():
        if never in agreed.names:
            return Domain(domain)
    return Domain.ICS if any(map(_ICS.match, agreed.names)) else Domain.ENTERPRISE


def _version(given: str | None, parts: markdown.Parts, agreed: compare.Agreed) -> str | None:
    if given is not None:
        return release.version_named(given)
    line, written = parts.matter.get("attack_version") or parts.matter.get("version") or (0, "")
    number = release.number(written)
    if written and number is None:
        agreed.faults.append((line, f'"{written}" is not the number of an ATT&CK release, such as 15.1'))
    return number


def _mitigations(agreed: compare.Agreed) -> dict[str, Mitigation]:
    drawn = (each for stops in agreed.mitigates.values() for each in stops)
    return {each: Mitigation(id=each, name=agreed.names[each]) for each in drawn}


def _group(parts: markdown.Parts, agreed: compare.Agreed) -> Group:
    description = text.clean("\n".join(parts.description)).replace(_LOCAL, _SITE)
    return Group(id=agreed.group_id, name=agreed.group_name, description=description)


def write(catalogue: Catalogue, group_id: str) -> str:
    """The document of one group, without a newline at its end. Raises GroupUnknown."""
    group = catalogue.groups.get(group_id)
    if group is None:
        raise GroupUnknown(f"{catalogue.label} has no group {group_id}.")
    uses = [catalogue.techniques[each] for each in catalogue.uses.get(group_id, ())]
    domain = [] if catalogue.domain is Domain.ENTERPRISE else [f"domain: {catalogue.domain}"]
    lines = [
        *("---", *domain, "tags:", "   - groups", "---"),
        *(f"# {group.name}", f"## ID:{group.id}"),
        *map(markdown.shielded, group.description.replace(_SITE, _LOCAL).split("\n")),
        "## Techniques Used By Group",
        *(f"* [{each.name}](techniques/{each.id.replace('.', '/')})" for each in uses),
        "",
        *("# Summary of Techniques and Mitigations", "```mermaid", "flowchart LR"),
        *_edges(catalogue, group, uses),
        "```",
    ]
    return "\n".join(lines)


def _edges(catalogue: Catalogue, group: Group, uses: Sequence[Technique]) -> Iterator[str]:
    for each in uses:
        yield f"group{label.bracketed(group.name)} --> {_node(each)}"
    for each in uses:
        for mitigation_id in catalogue.mitigates.get(each.id, ()):
            yield f"{_node(each)} --> {_node(catalogue.mitigations[mitigation_id])}"


def _node(each: Technique | Mitigation) -> str:
    return f"{each.id}{label.bracketed(each.name)}"
