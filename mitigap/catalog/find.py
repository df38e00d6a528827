"""A group by whatever people call it: id, name or alias, in any case, its former ones too."""

import difflib
from collections.abc import Mapping
from typing import TypeVar

from mitigap.catalog.model import Catalogue, Group, Retired
from mitigap.errors import GroupAmbiguous, GroupUnknown

Named = TypeVar("Named", Group, Retired)


def group(catalogue: Catalogue, text: str) -> tuple[Group, str | None]:
    """The live group that answers to `text`, and a note where that was a matter of choice or of a retired group.

    An id beats a name and a name an alias; the living come before the retired. Raises GroupUnknown with the nearest
    names, GroupAmbiguous with all.
    """
    wanted = _fold(text)
    live = _matches(catalogue.groups, wanted)
    if live:
        found = _only(text, live)
        return found, _rivals(catalogue, found, wanted)
    former = _matches(catalogue.retired_groups, wanted)
    if not former:
        raise GroupUnknown(f"No group of {catalogue.label} is called {text!r}.{_nearest(catalogue, wanted)}")
    return _followed(catalogue, text, former)


def _fold(text: str) -> str:
    return " ".join(text.split()).casefold()


def _matches(groups: Mapping[str, Named], wanted: str) -> list[Named]:
    """Those found by the strongest kind of match that finds any."""
    held = groups.values()
    by_id = [each for each in held if wanted == _fold(each.id)]
    by_name = [each for each in held if wanted == _fold(each.name)]
    return by_id or by_name or [each for each in held if wanted in map(_fold, each.aliases)]


def _only(text: str, groups: list[Group]) -> Group:
    if len(groups) > 1:
        named = " and ".join(f"{each.id} ({each.name})" for each in groups)
        raise GroupAmbiguous(f"{text!r} is a name of {named}. Give the id of the one you mean.")
    return groups[0]


def _rivals(catalogue: Catalogue, found: Group, wanted: str) -> str | None:
    """A note on the groups that bear as an alias what is this one's name: Thrip in 18.1 is one of each."""
    others = [each for each in catalogue.groups.values() if wanted in map(_fold, each.aliases) and each is not found]
    if not others or wanted != _fold(found.name):
        return None
    named = ", ".join(f"{each.id} ({each.name})" for each in others)
    return f"{found.id} is taken for {found.name!r}, its name; it is an alias of {named} too."


def _followed(catalogue: Catalogue, text: str, former: list[Retired]) -> tuple[Group, str]:
    heirs = {each.replaced_by: each for each in former if each.replaced_by}
    if not heirs:
        dead = former[0]
        raise GroupUnknown(f"{dead.id} ({dead.name}) is {dead.fate} in {catalogue.label}, and nothing replaces it.")
    heir = _only(text, [catalogue.groups[group_id] for group_id in heirs])
    dead = heirs[heir.id]
    return heir, f"{dead.id} ({dead.name}) is {dead.fate} in {catalogue.label}; {heir.id} ({heir.name}) replaces it."


def _nearest(catalogue: Catalogue, wanted: str) -> str:
    groups = catalogue.groups.values()
    words = {_fold(alias): each for each in groups for alias in each.aliases}
    words |= {_fold(word): each for each in groups for word in (each.name, each.id)}
    near = difflib.get_close_matches(wanted, words, n=3, cutoff=0.6)
    found = dict.fromkeys(f"{words[word].id} ({words[word].name})" for word in near)
    return f" Did you mean {' or '.join(found)}?" if found else ""
