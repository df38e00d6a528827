"""The groups of a catalogue as the desk may know them: an index of ids, names and aliases to search and to resolve."""

import difflib
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from mitigap.errors import GroupAmbiguous, GroupUnknown


class GroupEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One group of the index. `techniques` and `mitigable` count what it uses, and what of that can be mitigated."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    techniques: int = 0
    mitigable: int = 0

    @property
    def names(self) -> tuple[str, ...]:
        return (self.id, self.name, *self.aliases)

    @property
    def search(self) -> str:
        """All its names in lower case, for a filter that looks for words."""
        return " ".join(self.names).lower()


def entries(index: list[dict[str, Any]]) -> tuple[GroupEntry, ...]:
    """The stored index, in the order of the names."""
    return tuple(sorted(msgspec.convert(index, list[GroupEntry]), key=lambda entry: entry.name.casefold()))


def matching(groups: Iterable[GroupEntry], query: str) -> tuple[GroupEntry, ...]:
    """Those whose id, name or aliases hold every word of the query."""
    words = query.casefold().split()
    return tuple(group for group in groups if all(word in group.search.casefold() for word in words))


def resolve(groups: Sequence[GroupEntry], texts: Iterable[str], catalogue: str) -> tuple[str, ...]:
    """The ids of what was asked for, each once, in that order. GroupUnknown or GroupAmbiguous where one is unclear."""
    return tuple(dict.fromkeys(one(groups, text, catalogue).id for text in texts))


def one(groups: Sequence[GroupEntry], text: str, catalogue: str) -> GroupEntry:
    """By id, else by name, else by alias, in any case."""
    wanted = _fold(text)
    found = _strongest(groups, wanted)
    if not found:
        raise GroupUnknown(f"No group of {catalogue} is called “{text}”.{_nearest(groups, wanted)}")
    if len(found) > 1:
        named = " and ".join(f"{group.id} ({group.name})" for group in found)
        raise GroupAmbiguous(f"“{text}” is a name of {named}. Give the id of the one you mean.")
    return found[0]


def _strongest(groups: Sequence[GroupEntry], wanted: str) -> list[GroupEntry]:
    by_id = [group for group in groups if _fold(group.id) == wanted]
    by_name = [group for group in groups if _fold(group.name) == wanted]
    return by_id or by_name or [group for group in groups if wanted in map(_fold, group.aliases)]


def _fold(text: str) -> str:
    return " ".join(text.split()).casefold()


def _nearest(groups: Sequence[GroupEntry], wanted: str) -> str:
    words = {_fold(word): group for group in groups for word in reversed(group.names)}
    near = difflib.get_close_matches(wanted, words, n=3, cutoff=0.6)
    named = dict.fromkeys(f"{words[word].id} ({words[word].name})" for word in near)
    return f" Did you mean {' or '.join(named)}?" if named else ""
