"""Which groups somebody means and what each counts: by name, by a watch-list, or all of them."""

from collections.abc import Mapping, Sequence

import msgspec
from sqlalchemy.orm import Session

from mitigap.errors import GroupUnknown
from mitigap.store import catalogs, watchlists
from mitigap.store.schema import CatalogueRow
from service.access import principal
from service.groups import entries, one, resolve

OFFERED = 200
"""Watch-lists to choose from on a form."""


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """What an assessment is asked for: `groups` are ids, None for all; `watchlist` is the list's name."""

    groups: tuple[str, ...] | None
    weights: dict[str, float] = {}
    watchlist: str | None = None

    def weighed(self, cabinet: Session, row: CatalogueRow, weights: Mapping[str, float]) -> "Scope":
        """With these weights beside or instead of its own. GroupUnknown for a group that is not assessed."""
        told = ids_of(cabinet, row, weights)
        if strange := [each for each in told if self.groups is not None and each not in self.groups]:
            raise GroupUnknown(f"There is a weight for {', '.join(strange)}, but that is not among the groups.")
        return msgspec.structs.replace(self, weights={**self.weights, **told})


def of_watchlist(cabinet: Session, watchlist_id: str, row: CatalogueRow) -> Scope:
    """Its groups that the catalogue knows, as they are now."""
    found = watchlists.watched(cabinet, principal().workspace_id, watchlist_id, row.id)
    return Scope(groups=found.groups, weights=found.weights, watchlist=found.name)


def named_groups(cabinet: Session, row: CatalogueRow, texts: Sequence[str]) -> tuple[str, ...]:
    return resolve(entries(catalogs.groups(cabinet, row.id)), texts, row.label)


def ids_of(cabinet: Session, row: CatalogueRow, weights: Mapping[str, float]) -> dict[str, float]:
    """The weights by the groups' ids."""
    index = entries(catalogs.groups(cabinet, row.id)) if weights else ()
    return {one(index, text, row.label).id: value for text, value in weights.items()}


def members(
    cabinet: Session, row: CatalogueRow, texts: Sequence[str], weights: Mapping[str, float]
) -> dict[str, float]:
    """A watch-list's groups with what each counts."""
    found = Scope(groups=named_groups(cabinet, row, texts)).weighed(cabinet, row, weights)
    return {each: found.weights.get(each, 1.0) for each in found.groups or ()}
