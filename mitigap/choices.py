"""What people have settled about a file or for a workspace: plain words that every floor and pillar knows."""

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec

from mitigap.errors import ChoicesRefused

FIELDS = (
    "mitigation_id",
    "mitigation",
    "control",
    "reference",
    "technique",
    "status",
    "level",
    "maturity",
    "applicable",
    "owner",
    "evidence",
    "notes",
    "reviewed",
    "expires",
    "due",
)
"""What a column may be said to hold: the reader's own words."""

STATUSES = ("implemented", "partial", "planned", "alternative", "not-applicable", "absent")

LONGEST_TEXT = 500
MOST_WORDS = 5_000
MOST_IDS = 20


class Choices(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """How one file is to be read where it was not, or not rightly, understood by itself.

    `sheet` and `header_row` say where the list is; 0 is a list without a header. `columns` maps fields to column
    letters, None where a field is not to be read; what is not named is recognised as ever. `names` maps texts to
    mitigation ids of `domain`, none where the text is no mitigation; `statuses` maps status words to one of STATUSES,
    `headers` header words to one of FIELDS.
    """

    sheet: str = ""
    header_row: int | None = None
    columns: Mapping[str, str | None] = {}
    domain: str = ""
    names: Mapping[str, tuple[str, ...]] = {}
    statuses: Mapping[str, str] = {}
    headers: Mapping[str, str] = {}


NONE = Choices()


def load(plain: Any) -> Choices:
    """Choices as they come from outside. ChoicesRefused names the first thing that is wrong with them."""
    try:
        told = msgspec.convert(plain, Choices)
    except msgspec.ValidationError as fault:
        raise ChoicesRefused(f"The choices cannot be read: {fault}.") from fault
    if faults := _faults(told):
        raise ChoicesRefused(faults[0])
    return told


def parse(text: str) -> Choices:
    """The same from JSON."""
    try:
        return load(msgspec.json.decode(text.encode("utf-8", "replace")))
    except (msgspec.DecodeError, RecursionError) as fault:
        raise ChoicesRefused("The choices are not JSON.") from fault


def dump(choices: Choices) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(choices)
    return plain


def digest(choices: Choices) -> str:
    """Equal choices have equal digests; empty where nothing was chosen."""
    if choices == NONE:
        return ""
    return f"sha256:{hashlib.sha256(msgspec.json.encode(choices, order='sorted')).hexdigest()}"


def over(known: Choices, told: Choices) -> Choices:
    """What was told for a file before what the workspace knows."""
    known = known if not told.domain or known.domain in ("", told.domain) else msgspec.structs.replace(known, names={})
    return msgspec.structs.replace(
        told,
        domain=told.domain or known.domain,
        names=_laid(known.names, told.names),
        statuses=_laid(known.statuses, told.statuses),
        headers=_laid(known.headers, told.headers),
    )


def folded(text: str) -> str:
    """A text beyond case and blanks: under this it is remembered, once."""
    return " ".join(text.split()).casefold()


def _laid(known: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    own = {folded(text) for text in told}
    return {text: meant for text, meant in known.items() if folded(text) not in own} | dict(told)


def _faults(told: Choices) -> list[str]:
    """Texts of other lengths, words that are none of ours, rows before the first."""
    texts = [*told.names, *told.statuses, *told.headers]
    unknown_fields = {*told.columns, *told.headers.values()} - {*FIELDS}
    unknown_statuses = {*told.statuses.values()} - {*STATUSES}
    ids = [each for found in told.names.values() for each in found]
    checks = (
        (len(texts) > MOST_WORDS, f"The choices name more than {MOST_WORDS:,} words."),
        (any(not folded(text) for text in texts), "The choices hold an empty text."),
        (any(len(text) > LONGEST_TEXT for text in texts), f"A text is longer than {LONGEST_TEXT} characters."),
        (bool(unknown_fields), f"“{min(unknown_fields, default='')}” is no field. Fields are {', '.join(FIELDS)}."),
        (bool(unknown_statuses), f"“{min(unknown_statuses, default='')}” is none of {', '.join(STATUSES)}."),
        (any(not _is_id(each) for each in ids), "A mitigation is named by its id, such as M1032."),
        (any(len(found) > MOST_IDS for found in told.names.values()), f"A text means at most {MOST_IDS} mitigations."),
        (told.header_row is not None and told.header_row < 0, "Rows are counted from 1; 0 stands for no header."),
    )
    return [fault for wrong, fault in checks if wrong]


def _is_id(text: str) -> bool:
    return len(text) == len("M1032") and text[0] == "M" and text[1:].isascii() and text[1:].isdigit()
