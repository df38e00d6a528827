"""Why a technique or a link is new or gone in the new catalogue: what became of its end, or of the link itself."""

from collections.abc import Container, Iterable, Mapping

import msgspec

from mitigap.assessment.drift import Why
from mitigap.catalog.model import Fate, Retired

_FATES: Mapping[Fate, Why] = {Fate.REVOKED: Why.REVOKED, Fate.DEPRECATED: Why.DEPRECATED}


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """`related` are the ids that took a removed one's place, or whose place an added one has taken."""

    why: Why
    related: tuple[str, ...] = ()


def added(key: str, known: Container[str], retired: Mapping[str, Retired], formerly: Iterable[str]) -> Reason:
    """`known` are those of the old catalogue, `retired` of the new; `formerly` stood where this one stands now."""
    replaced = tuple(sorted(each for each in formerly if each in retired and retired[each].replaced_by == key))
    if replaced:
        return Reason(why=Why.REVOKED, related=replaced)
    return Reason(why=Why.LINKED if key in known else Why.NEW)


def removed(key: str, known: Container[str], retired: Mapping[str, Retired]) -> Reason:
    """`known` and `retired` are those of the new catalogue."""
    if key in known:
        return Reason(why=Why.UNLINKED)
    if key not in retired:
        return Reason(why=Why.GONE)
    dead = retired[key]
    return Reason(why=_FATES[dead.fate], related=(dead.replaced_by,) if dead.replaced_by else ())
