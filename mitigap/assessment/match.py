"""Which mitigations stand against each of a group's techniques."""

from collections.abc import Iterable, Mapping

from mitigap import ids
from mitigap.catalog import scope
from mitigap.catalog.model import Catalogue

Edges = Mapping[str, Mapping[str, str | None]]
"""Technique to mitigation to the parent technique it is inherited from, None where ATT&CK draws the edge itself."""


def edges(catalogue: Catalogue, techniques: Iterable[str], *, inherit: bool) -> Edges:
    """Techniques and mitigations are ordered by id."""
    return {each: _of(catalogue, each, inherit=inherit) for each in sorted(techniques)}


def _of(catalogue: Catalogue, technique: str, *, inherit: bool) -> dict[str, str | None]:
    own: dict[str, str | None] = dict.fromkeys(scope.safeguards(catalogue, technique))
    found = _inherited(catalogue, technique) | own if inherit else own
    return {key: found[key] for key in sorted(found)}


def _inherited(catalogue: Catalogue, technique: str) -> dict[str, str | None]:
    """Nothing where ATT&CK says not to mitigate this very technique: that is a word on it, not a silence."""
    parent = ids.parent_of(technique)
    if parent is None or scope.do_not_mitigate(catalogue, technique):
        return {}
    return dict.fromkeys(scope.safeguards(catalogue, parent), parent)
