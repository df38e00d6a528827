"""What a group document leaves out, taken from a whole release of the same domain: tactics and further mitigations."""

import msgspec

from mitigap.catalog.model import Catalogue


def complete(document: Catalogue, release: Catalogue) -> Catalogue:
    """The document with the release's tactics, guidance, and words for mitigations that the group's techniques lack.

    Edges are the document's alone: what stops what is not touched. Another domain's release adds nothing.
    """
    if document.domain != release.domain:
        return document
    return msgspec.structs.replace(
        document,
        tactics=release.tactics,
        techniques={
            each.id: msgspec.structs.replace(each, tactics=release.techniques[each.id].tactics)
            if each.id in release.techniques
            else each
            for each in document.techniques.values()
        },
        guidance={key: dict(release.guidance[key]) for key in document.techniques if key in release.guidance},
        mitigations={**release.mitigations, **document.mitigations},
        retired_mitigations={
            id_: dead for id_, dead in release.retired_mitigations.items() if id_ not in document.mitigations
        },
        notes=(*document.notes, f"Tactics and the names of further mitigations are those of {release.label}."),
    )
