"""The mitigations of one vocabulary by everything they are called, exactly and nearly."""

import re
from collections.abc import Iterable

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from mitigap.inventory.aliases import ALIASES, HINTS
from mitigap.inventory.model import Suggestion, Vocabulary
from mitigap.inventory.words import fold, key, raw_key, tokens

SHORTEST = 6
"""Fewer letters than this are never taken for a misspelling."""

LONGEST = 120
"""Longer texts are prose: they are compared by their beginning alone."""

_MOST_EDITS = 2
_START = 4
_LIKE = 70  # of a hundred; below that, likeness is chance
_TWO_EDITS_FROM = 10
_REVERSALS = ("un", "non", "in", "de", "dis", "no", "mis", "anti", "not")
_LOOSE_ID = re.compile(r"(?<![A-Za-z0-9])(?:[Mm]\W?|^)(\d{4})(?!\d)")


class Lexicon:
    """Names and aliases point to one live mitigation each; what would point to two points nowhere."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.names = {each: name for each, name in vocabulary.mitigations.items() if each not in vocabulary.ignored}
        self.by_name = _unique((key(name), each) for each, name in self.names.items())
        aliases = ((key(alias), each) for name, each in self._named(ALIASES) for alias in ALIASES[name])
        self.by_alias = {word: each for word, each in _unique(aliases).items() if word not in self.by_name}
        settled = {word: found for text, found in vocabulary.confirmed.items() if (word := key(text))}
        self.confirmed = {word: self._live(found) for word, found in settled.items()}
        self.nothing = {word for word, found in settled.items() if not found}
        self._starts = {word[:_START] for word in (*self.by_name, *self.by_alias)}
        self._hints = {key(word): tuple(each for _, each in self._named(names)) for word, names in HINTS.items()}
        self._spelt = self._spellings()
        self._lengths: dict[int, list[str]] = {}
        for word in self._spelt:
            self._lengths.setdefault(len(word), []).append(word)
        self._spoken = {fold(name): each for each, name in self.names.items()}
        self._spoken |= {fold(alias): each for name, each in self._named(ALIASES) for alias in ALIASES[name]}
        self._widest = max((len(text.split()) for text in self._spoken), default=1)

    def exact(self, text: str) -> str | None:
        """The mitigation of that very name or alias."""
        word = key(text)
        return self.by_name.get(word) or self.by_alias.get(word)

    def may_begin(self, text: str) -> bool:
        """Whether a text can begin with a name at all: a quick look that spares long lists of prose the slow ones."""
        word = key(text)
        return any(word[:length] in self._starts for length in range(1, _START + 1))

    def misspelt(self, text: str) -> str | None:
        """The one mitigation an edit or two away, where no other is within one edit more."""
        word = raw_key(text)
        if not SHORTEST <= len(word) <= LONGEST:
            return None
        reach = _MOST_EDITS + 1
        near: list[str] = []
        for length in range(len(word) - reach, len(word) + reach + 1):
            near += self._lengths.get(length, ())
        if not near:
            return None
        found = process.extract(word, near, scorer=OSA.distance, score_cutoff=reach, limit=None)
        nearest: dict[str, tuple[int, str]] = {}
        for target, distance, _ in found:
            each = self._spelt[target]
            nearest[each] = min(nearest.get(each, (int(distance), target)), (int(distance), target))
        if not nearest:
            return None
        best, (edits, target) = min(nearest.items(), key=lambda item: item[1])
        rivals = any(other <= edits + 1 for each, (other, _) in nearest.items() if each != best)
        return None if rivals or edits > _allowed(target) or _other_word(word, target) else best

    def within(self, text: str) -> tuple[str, ...]:
        """Every mitigation whose name or alias stands in the text, word by word."""
        words = tokens(text[: 4 * LONGEST])
        found: dict[str, None] = {}
        for start in range(len(words)):
            phrase = ""
            for word in words[start : start + self._widest]:
                phrase += word
                if each := self.by_name.get(phrase) or self.by_alias.get(phrase):
                    found[each] = None
        return tuple(found)

    def suggestions(self, text: str, limit: int = 3) -> tuple[Suggestion, ...]:
        """What the text may mean, the likeliest first; never certain, so never 1."""
        scores: dict[str, float] = {}
        for each in self._loose(text):
            scores[each] = 0.9
        for each in self.within(text):
            scores[each] = max(scores.get(each, 0.0), 0.75)
        for word in fold(text[:LONGEST]).split():
            for each in self._hints.get(key(word), ()):
                scores[each] = max(scores.get(each, 0.0), 0.6)
        for each in self._hints.get(key(text[:LONGEST]), ()):
            scores[each] = max(scores.get(each, 0.0), 0.65)
        word = fold(text)[:LONGEST]
        near = [
            found
            for scorer in (fuzz.ratio, fuzz.token_sort_ratio)
            for found in process.extract(word, self._spoken.keys(), scorer=scorer, limit=6, score_cutoff=_LIKE)
        ]
        for spoken, score, _ in near:
            scores[self._spoken[spoken]] = max(scores.get(self._spoken[spoken], 0.0), round(score / 101, 2))
        ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:limit]
        return tuple(self.suggestion(each, confidence) for each, confidence in ranked)

    def suggestion(self, mitigation: str, confidence: float) -> Suggestion:
        return Suggestion(id=mitigation, name=self.names[mitigation], confidence=confidence)

    def called(self, mitigation: str) -> str:
        """`M1032 Multi-factor Authentication`"""
        return f"{mitigation} {self.names[mitigation]}"

    def _loose(self, text: str) -> list[str]:
        return [each for number in _LOOSE_ID.findall(text[:LONGEST]) if (each := f"M{number}") in self.names]

    def _named(self, names: Iterable[str]) -> list[tuple[str, str]]:
        pairs = ((name, self.by_name.get(key(name))) for name in names)
        return [(name, each) for name, each in pairs if each]

    def _live(self, found: Iterable[str]) -> tuple[str, ...]:
        """A confirmed mapping in this release: what is retired is followed, what is unknown left out."""
        retired = self.vocabulary.retired
        followed = ((retired[each][2] or each) if each in retired else each for each in found)
        return tuple(dict.fromkeys(each for each in followed if each in self.names))

    def _spellings(self) -> dict[str, str]:
        spelt = {raw_key(name): each for each, name in self.names.items()}
        for name, each in self._named(ALIASES):
            spelt |= {raw_key(alias): each for alias in ALIASES[name] if len(raw_key(alias)) >= SHORTEST}
        keys = {**self.by_alias, **self.by_name}
        return {word: each for word, each in (keys | spelt).items() if len(word) >= SHORTEST - 1}


def _unique(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What two mitigations share belongs to neither."""
    found: dict[str, str | None] = {}
    for word, each in pairs:
        found[word] = each if found.get(word, each) == each else None
    return {word: each for word, each in found.items() if word and each}


def _allowed(target: str) -> int:
    return _MOST_EDITS if len(target) >= _TWO_EDITS_FROM else 1


def _other_word(word: str, target: str) -> bool:
    """Near in letters, far in meaning: a prefix that turns it around, other digits, `matching` for `patching`."""
    if word.endswith(target) and word.removesuffix(target) in _REVERSALS:
        return True
    if [letter for letter in word if letter.isdigit()] != [letter for letter in target if letter.isdigit()]:
        return True
    return len(target) < _TWO_EDITS_FROM and word[0] != target[0]
