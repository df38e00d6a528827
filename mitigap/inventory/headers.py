"""Header texts read: which field a column's header names, and what it says about the numbers beneath."""

import re
from functools import lru_cache

import msgspec
from rapidfuzz import process
from rapidfuzz.distance import OSA

from mitigap.inventory.book import Cell
from mitigap.inventory.fields import DEPLOYMENT, Field
from mitigap.inventory.header_words import FAIR, HEADERS, NOT_OURS, PERCENT_OF, SETTLED, WEAK
from mitigap.inventory.scales import Column
from mitigap.inventory.words import bag, fold_header, plain

LONGEST = 80
"""Longer texts head no column."""

_MOST_WORDS = 8
_TELLING = 5  # shorter words stand in many headers, and are a letter away from too many others

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}")
_PERCENT = re.compile(r"%|\bpercent|\bprozent|\bpct\b|\bpourcent|\bporcent", re.IGNORECASE)
_RANGE = re.compile(
    r"\b[01]\s*(?:-|\u2013|\u2014|\.\.+|to|bis|a)\s*(\d{1,3})\b|(?:/|out of)\s*(\d{1,3})\b", re.IGNORECASE
)
_GRADED = re.compile(r"\b(?:maturity|level|score|rating|grade|reifegrad|stufe|niveau|nivel|madurez|cmmi?)\b")
_TIER = re.compile(r"\btiers?\b")
_IDS = frozenset({"id", "ids", "no", "ref"})
_SMALL = bag(
    "of the in on to all assets estate systems hosts users endpoints scope so far now currently der des im in de du la"
)
_PHRASES = {
    header: found for header, found in HEADERS.items() if len(header) >= _TELLING and found[0] is not Field.OTHER
}
_LONGEST_PHRASE = max(len(header.split()) for header in _PHRASES)


class Heading(msgspec.Struct, frozen=True, kw_only=True):
    """`strength` is how far the header alone is to be believed; `column` what it says about numbers."""

    field: Field
    strength: int
    column: Column = Column()


def heading(cell: Cell) -> Heading | None:
    """What a header cell names: the whole text, without its brackets, misspelt by one letter, or a phrase within it."""
    return _read(cell) if isinstance(cell, str) and len(cell) <= LONGEST else None


def settled(text: str, field: Field) -> Heading:
    """A header that people have said is `field`: believed before all others, with its own units."""
    return _with_units(field, SETTLED, text)


@lru_cache(maxsize=4096)
def _read(cell: str) -> Heading | None:
    bare = fold_header(_BRACKETS.sub(" ", cell)) or fold_header(cell)
    found = HEADERS.get(fold_header(cell)) or HEADERS.get(bare) or _share_of(bare)
    found = found or _misspelt(bare) or _phrase(bare)
    return _with_units(*found, cell) if found else None


def _share_of(bare: str) -> tuple[Field, int] | None:
    """`% done`, `Pct of estate covered`: a percentage, and the word for what it is of."""
    if not _PERCENT.search(bare):
        return None
    words = [word for word in bare.split() if not _PERCENT.search(word)]
    told = {" ".join(words), " ".join(word for word in words if word not in _SMALL)}
    return (Field.LEVEL, FAIR) if told & PERCENT_OF else None


def _misspelt(bare: str) -> tuple[Field, int] | None:
    if len(bare) <= _TELLING:
        return None
    near = process.extract(bare, HEADERS.keys(), scorer=OSA.distance, score_cutoff=1, limit=4)
    fields = {HEADERS[header] for header, _, _ in near}
    if len({field for field, _ in fields}) != 1:
        return None
    field, strength = max(fields, key=lambda found: found[1])
    return field, max(1, strength - 2)


def _phrase(bare: str) -> tuple[Field, int] | None:
    """The longest known header within a longer one; the words around it must not turn it into something else."""
    words = bare.split()
    if not 0 < len(words) <= _MOST_WORDS:
        return None
    for length in range(min(len(words) - 1, _LONGEST_PHRASE), 0, -1):
        for start in range(len(words) - length + 1):
            found = _PHRASES.get(" ".join(words[start : start + length]))
            rest = {*words[:start], *words[start + length :]}
            if found and not rest & NOT_OURS:
                field, strength = found
                return field, max(1, strength - (1 if length > 1 else 3))
    return (Field.REFERENCE, 1) if words[-1] in _IDS else None


def _with_units(field: Field, strength: int, cell: str) -> Heading:
    """`Implementation (%)` is a level, `Status (0-4)` a graded one."""
    text = plain(cell)
    numbered = _RANGE.search(text)
    full = float(numbered[1] or numbered[2]) if numbered and field in DEPLOYMENT else None
    if field is Field.MATURITY and full is None and _TIER.search(text):
        full = 4.0  # NIST's tiers
    percent = bool(_PERCENT.search(text))
    if percent and field is Field.STATUS and strength <= WEAK:
        field, strength = Field.LEVEL, 4
    graded = field is Field.MATURITY or bool(_GRADED.search(text))
    column = Column(percent=percent, full=full if full and full > 1 else None, graded=graded)
    return Heading(field=field, strength=strength, column=column)
