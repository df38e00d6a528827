"""Status words read: what one cell of a status column says, whichever framework's words it uses."""

import re
from enum import StrEnum
from functools import lru_cache

import msgspec
from rapidfuzz import fuzz, process

from mitigap.inventory.model import Status
from mitigap.inventory.scales import stated_share
from mitigap.inventory.status_words import IN_PROGRESS, SIGNS, WORDS
from mitigap.inventory.words import bag, fold

LEVELS = {
    Status.IMPLEMENTED: 1.0,
    Status.ALTERNATIVE: 1.0,
    Status.PARTIAL: 0.5,
    Status.PLANNED: 0.0,
    Status.ABSENT: 0.0,
}
"""How much a status counts where no percentage says more; not-applicable takes no part and has none."""

_SQUEEZABLE = 7
_SQUEEZED = {
    word.replace(" ", ""): status for word, status in WORDS.items() if len(word) >= _SQUEEZABLE and " " in word
}
_BRACKETS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]|\{([^{}]*)\}")
_BREAK = re.compile(r"[;:|(\[,\n\t!]|\s-\s|[\u2013\u2014]|\.(?:\s|$)")
_NO_BUT = re.compile(
    r"\b(?:no|without|keine|sans|sin) (?:known |open )?(?:exception|finding|gap|issue|deviation|remark)s?\b",
    re.IGNORECASE,
)
_GOES_ON = bag(
    "q1 q2 q3 q4 h1 h2 fy end early mid late "
    "for on in by since at across as from until to via with w using per yet now till through during fur seit auf im am "
    "bei durch bis mit pour sur depuis par avec para desde por con en"
)
_SOME = bag(
    "some most mostly part parts partly partial partially half few several many majority limited pilot subset certain "
    "only exception exceptions exclusions limitations gaps except excluding "
    "teilweise einige manche nur ausser partiel certains partiellement "
    "seulement sauf parcial parcialmente algunos solo excepto"
)
_TAKES_BACK = bag(
    "not no never none without but however pending planned missing disabled broken fails failed off outdated expired "
    "todo tbd nicht kein keine ohne aber non pas mais sans sin pero"
)
_CODED = re.compile(r"[(\[]?(?:\d{1,2}|[A-Za-z])\s*[-\u2013\u2014:.)\]=]+\s*(?=\S)")
_BOXES = re.compile(r"([\u2610-\u2612\u2705\u2713\u2714]|\[[xX ]?\])")
_SEVERAL = 5  # texts around two boxes, and the boxes
_UNTICKED = {"\u2610", "[]", "[ ]"}
_COUNTED = bag(
    "of all the servers server hosts host systems system endpoints endpoint users user devices device clients machines "
    "zu at ca circa about approx approximately around roughly etwa rund environ env "
    "accounts sites assets workstations laptops applications apps coverage covered rollout progress complete completion"
)
_SPLITTABLE = 200  # longer texts are prose, and no status


class Kind(StrEnum):
    EMPTY = "empty"
    KNOWN = "known"
    UNSAID = "unsaid"
    UNKNOWN = "unknown"


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What a text says. `share` is a percentage stated in the same breath; `under_way` a start that may be counted.

    UNSAID is a word for not knowing ("TBD"); UNKNOWN one that is not in our tables.
    """

    kind: Kind
    status: Status | None = None
    share: float | None = None
    under_way: bool = False


EMPTY = Reading(kind=Kind.EMPTY)
UNKNOWN = Reading(kind=Kind.UNKNOWN)
UNSAID = Reading(kind=Kind.UNSAID)


@lru_cache(maxsize=4096)
def read(text: str) -> Reading:
    """One text of a status column; a lone `x` is UNKNOWN here, since only the whole column can tell what it means."""
    boxes = _BOXES.split(text[:_SPLITTABLE])
    if len(boxes) >= _SEVERAL and all(map(str.strip, boxes[2::2])):
        return _ticked(boxes)
    signs, rest = _signs(text)
    if not any(map(str.isalnum, rest)):
        return UNSAID if "?" in rest else signs or EMPTY
    reading = _words(rest)
    if signs and reading.kind is Kind.KNOWN:
        return min(signs, reading, key=_weight)
    return reading


def _ticked(parts: list[str]) -> Reading:
    """`☐ Implemented ☒ Planned`, a form's boxes: what is ticked counts, and of several the lowest."""
    pairs = zip(parts[1::2], parts[2::2], strict=True)
    said = [_words(text.strip()) for box, text in pairs if box not in _UNTICKED]
    return min(said, key=_weight, default=UNSAID) if all(each.kind is Kind.KNOWN for each in said) else UNKNOWN


def known_words(text: str, limit: int = 3) -> list[str]:
    """The known words nearest to one that is not."""
    found = process.extract(fold(text)[:60], WORDS.keys(), scorer=fuzz.ratio, limit=limit, score_cutoff=65)
    return [word for word, _, _ in found]


def _signs(text: str) -> tuple[Reading | None, str]:
    stripped = text.replace("\N{VARIATION SELECTOR-16}", "").strip()
    if stripped[:1] not in SIGNS or (stripped[:1] in "+~" and len(stripped) > 1):
        return None, text
    return Reading(kind=Kind.KNOWN, status=SIGNS[stripped[0]]), stripped[1:]


def _words(text: str) -> Reading:
    if len(text) > _SPLITTABLE:
        return UNKNOWN
    whole = _exact(text)
    if whole.kind is Kind.UNKNOWN and (code := _CODED.match(text)):
        whole = _exact(text[code.end() :])
    if whole.kind is not Kind.UNKNOWN:
        return whole
    share, rest = stated_share(text)
    if share is None:
        return _remarked(rest)
    words = [word for word in fold(rest).split() if word not in _COUNTED]
    if not words:
        return Reading(kind=Kind.KNOWN, share=share)
    said = _remarked(rest)
    return _with_share(_exact(" ".join(words)) if said.kind is Kind.UNKNOWN else said, share)


def _with_share(reading: Reading, share: float) -> Reading:
    """`80 % implemented` is one statement: partial, at that share."""
    if reading.status in {Status.IMPLEMENTED, Status.PARTIAL} or reading.under_way:
        return Reading(kind=Kind.KNOWN, share=share)
    return msgspec.structs.replace(reading, share=share)


def _exact(text: str) -> Reading:
    word = fold(text)
    for table, form in ((WORDS, word), (_SQUEEZED, word.replace(" ", ""))):
        if form in table:
            status = table[form]
            return Reading(kind=Kind.KNOWN, status=status, under_way=word in IN_PROGRESS) if status else UNSAID
    return UNKNOWN


def _remarked(text: str) -> Reading:
    """`Implemented (all servers)`: the word counts, unless the remark takes some of it back."""
    exact = _exact(text)
    if exact.kind is not Kind.UNKNOWN:
        return exact
    remarks = [next(filter(None, groups), "") for groups in _BRACKETS.findall(text)]
    base, tail = _head(_BRACKETS.sub(" ", text))
    for remark in filter(None, [*remarks, tail]):
        base = _weighed(base, remark)
    return base


def _head(text: str) -> tuple[Reading, str]:
    """The status word a text begins with, and what follows it."""
    cut = _BREAK.search(text.strip())
    first, tail = (text.strip()[: cut.start()], text.strip()[cut.end() :]) if cut else (text, "")
    exact = _exact(first)
    if exact.kind is not Kind.UNKNOWN:
        return exact, tail
    tokens = fold(first).split()
    for length in range(len(tokens) - 1, 0, -1):
        found = _exact(" ".join(tokens[:length]))
        if found.kind is not Kind.UNKNOWN:
            after = tokens[length]
            goes_on = after in _GOES_ON or after[0].isdigit() or (after in _SOME and found.status is Status.IMPLEMENTED)
            return (found, f"{' '.join(tokens[length:])} {tail}") if goes_on else (UNKNOWN, "")
    return UNKNOWN, ""


def _weighed(base: Reading, remark: str) -> Reading:
    if base.status not in {Status.IMPLEMENTED, Status.ALTERNATIVE}:
        return base
    said = _exact(remark)
    if said.status is Status.NOT_APPLICABLE:
        return UNKNOWN
    if said.kind is Kind.KNOWN:
        return min(base, said, key=_weight)
    tokens = set(fold(_NO_BUT.sub(" ", remark)).split())
    if tokens & _TAKES_BACK:
        return UNKNOWN
    return Reading(kind=Kind.KNOWN, status=Status.PARTIAL) if tokens & _SOME else base


def _weight(reading: Reading) -> float:
    return LEVELS.get(reading.status, 0.0) if reading.status else 0.0
