"""Texts made comparable: what people write in many ways and mean once."""

import re
import unicodedata
from functools import lru_cache

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NOT_A_WORD = re.compile(r"[^\w%#?]+|_")
_NOT_A_LETTER = re.compile(r"[\s%#?]+")
_PLURAL = 4  # shorter words end in s for other reasons
_KEPT = 200  # longer texts are prose: remembering them costs more than it saves
_LINKS = frozenset({"and", "or", "und", "et", "the", "a", "an", "of"})
_SPELLINGS = {
    "behaviour": "behavior",
    "behavioural": "behavioral",
    "authorisation": "authorization",
    "organisation": "organization",
    "minimise": "minimize",
    "virtualisation": "virtualization",
    "centre": "center",
    "programme": "program",
    "programmes": "programs",
    "licence": "license",
    "mgmt": "management",
    "mgt": "management",
    "config": "configuration",
}


def fold(text: str) -> str:
    """Lower case, no accents, punctuation as single blanks: `Mise en œuvre: Partielle` is that too."""
    return _folded(text) if len(text) <= _KEPT else _folded.__wrapped__(text)


def plain(text: str) -> str:
    """Lower case and no accents, punctuation kept."""
    wide = unicodedata.normalize("NFKD", text).casefold().replace("œ", "oe").replace("æ", "ae")
    return "".join(letter for letter in wide if not unicodedata.combining(letter))


@lru_cache(maxsize=16_384)
def _folded(text: str) -> str:
    if text.isascii():
        return " ".join(_NOT_A_WORD.sub(" ", text.lower()).split())
    return " ".join(_NOT_A_WORD.sub(" ", plain(text)).split())


def fold_header(text: str) -> str:
    """`fold`, and `mitigationID` is `mitigation id`; a trailing colon or star says nothing."""
    return fold(_CAMEL.sub(" ", text))


def bag(text: str) -> frozenset[str]:
    """A set of words, written as they are read."""
    return frozenset(text.split())


def raw_key(text: str) -> str:
    """A name as its letters and digits alone, in the form that misspellings are counted on."""
    return _NOT_A_LETTER.sub("", fold(text.replace("&", " and ")))


def tokens(text: str) -> tuple[str, ...]:
    """The words of a name beyond case, punctuation, plurals and spelling, without `and`, `or` and articles."""
    return _tokens(text) if len(text) <= _KEPT else _tokens.__wrapped__(text)


def key(text: str) -> str:
    """A name beyond case, punctuation, hyphens, plurals, `&` and `and`: equal keys are the same name."""
    return _joined(text) if len(text) <= _KEPT else _joined.__wrapped__(text)


def spoken(text: str) -> str:
    """A text beyond case and blanks alone, for what has been settled about that very text."""
    return " ".join(text.casefold().split())


def shown(text: str, limit: int = 60) -> str:
    """A user's text as a message quotes it: on one line, and cut."""
    line = " ".join(text.split())
    return f"“{line}”" if len(line) <= limit else f"“{line[: limit - 1]}…”"


def listed(things: list[str], limit: int = 20) -> str:
    """`a, b and c`; beyond the limit the rest is a number."""
    if len(things) > limit:
        return f"{', '.join(things[:limit])} and {len(things) - limit} more"
    return " and ".join(filter(None, [", ".join(things[:-1]), *things[-1:]]))


@lru_cache(maxsize=16_384)
def _tokens(text: str) -> tuple[str, ...]:
    return tuple(filter(None, map(_token, fold(text.replace("&", " and ")).split())))


@lru_cache(maxsize=16_384)
def _joined(text: str) -> str:
    return "".join(tokens(text))


@lru_cache(maxsize=16_384)
def _token(word: str) -> str:
    """One spelling, one number; empty for words that say nothing."""
    return "" if word in _LINKS else _singular(_SPELLINGS.get(word, word))


def _singular(token: str) -> str:
    if len(token) >= _PLURAL + 1 and token.endswith("ies"):
        return token[:-3] + "y"
    if len(token) >= _PLURAL and token.endswith("s") and not token.endswith(("ss", "us", "is")):
        return token[:-1]
    return token
