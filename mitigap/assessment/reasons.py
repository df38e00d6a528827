"""Why a technique or a link is new or gone in the new catalogue: what became of its ends, or of the link itself."""

from collections.abc import Iterable, Mapping

import msgspec

from mitigap.assessment.drift import Why
from mitigap.catalog.model import Catalogue, Fate, Retired

_FATES: Mapping[Fate, Why] = {Fate.REVOKED: Why.REVOKED, Fate.DEPRECATED: Why.DEPRECATED}


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """`related` are the ids that took a removed one's place, or whose place an added one has taken."""

    why: Why
    related: tuple[str, ...] = ()


def technique_added(before: Catalogue, after: Catalogue, technique: str, formerly: Iterable[str]) -> Reason:
    """`formerly` are the techniques the group used before."""
    replaced = _replaced(after.retired_techniques, technique, formerly)
    if replaced:
        return Reason(why=Why.REVOKED, related=replaced)
    return Reason(why=Why.LINKED if technique in before.techniques else Why.NEW)


def technique_removed(after: Catalogue, technique: str) -> Reason:
    if technique in after.techniques:
        return Reason(why=Why.UNLINKED)
    return _end(after.retired_techniques.get(technique))


def edge_added(before: Catalogue, after: Catalogue, mitigation: str, formerly: Iterable[str]) -> Reason:
    """`formerly` are the mitigations that stood against the technique before."""
    replaced = _replaced(after.retired_mitigations, mitigation, formerly)
    if replaced:
        return Reason(why=Why.REVOKED, related=replaced)
    return Reason(why=Why.LINKED if mitigation in before.mitigations else Why.NEW)


def edge_removed(after: Catalogue, mitigation: str) -> Reason:
    if mitigation in after.mitigations:
        return Reason(why=Why.UNLINKED)
    return _end(after.retired_mitigations.get(mitigation))


def _replaced(retired: Mapping[str, Retired], heir: str, formerly: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(each for each in formerly if each in retired and retired[each].replaced_by == heir))


def _end(retired: Retired | None) -> Reason:
    if retired is None:
        return Reason(why=Why.GONE)
    return Reason(why=_FATES[retired.fate], related=(retired.replaced_by,) if retired.replaced_by else ())
