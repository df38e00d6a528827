"""Numbers that say how far a control is deployed: a column is read as a whole, never cell by cell."""

import re
from collections.abc import Sequence

import msgspec

from mitigap.inventory.book import Cell, Percent

PERCENT = re.compile(
    r"((?:^-)?\d+(?:[.,]\d+)?)\s*(?:%|percent\b|per cent\b|pct\b|prozent\b|pour ?cent\b|por ciento\b)", re.IGNORECASE
)
RATIO = re.compile(
    r"(?<![\w.,/-])(\d{1,3}(?:[.,]\d{3})+|\d{1,6})\s*(?:/|out of\b|of\b|von\b|sur\b|de\b)"
    r"\s*(\d{1,3}(?:[.,]\d{3})+|\d{1,6})(?![\d/-]|[.,]\d)",
    re.IGNORECASE,
)
_GROUPING = re.compile(r"[.,]")
_NUMBER = re.compile(r"[-+]?(?:\d+(?:[.,]\d+)?|[.,]\d+)")
_LEVEL = re.compile(
    r"(?:(?:maturity|level|lvl|stufe|niveau|nivel|tier|ml)\s*)+[:=]?\s*(\d+(?:[.,]\d+)?)", re.IGNORECASE
)
_LONE_LEVEL = re.compile(r"L\s?(\d)", re.IGNORECASE)
_NUMBERED = re.compile(r"(\d)\s*[-\u2013\u2014:.)=]\s*[^\W\d].*", re.DOTALL)


_DIGITS = 24
_FIVE, _TEN = 5.0, 10.0
_DECEMBER, _YEARS = 12, range(1990, 2100)


class Scale(msgspec.Struct, frozen=True, kw_only=True):
    """What a bare number in a column is a share of. `sure` is False where the column could be read another way.

    `mixed`: fractions stand among percentages, and what lies between 0 and 1 is one of them.
    """

    full: float
    sure: bool = True
    mixed: bool = False

    @property
    def words(self) -> str:
        if self.mixed:
            return "percentages, and those between 0 and 1 as fractions of 1"
        named = {1.0: "fractions of 1", 100.0: "percentages"}
        return named.get(self.full) or f"levels on a scale of 0 to {self.full:g}"


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """What a numeric column's header says: its unit is %, it names a scale (`(0-4)`), it speaks of levels or scores."""

    percent: bool = False
    full: float | None = None
    graded: bool = False


def number_in(cell: Cell) -> float | None:
    """A bare number, as a number or as text: `0.6`, `60`, `0,6`; not `60 %`, not a truth value."""
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float):
        return float(cell)
    if isinstance(cell, str) and len(cell) <= _DIGITS and _NUMBER.fullmatch(cell):
        return float(cell.replace(",", "."))
    return None


def grade_in(cell: Cell) -> float | None:
    """A level among words: `Level 3`, `3 - Defined`, `ML2`."""
    if not isinstance(cell, str):
        return None
    found = _LEVEL.match(cell) or _LONE_LEVEL.fullmatch(cell) or _NUMBERED.fullmatch(cell)
    return float(found[1].replace(",", ".")) if found else None


def stated_share(text: str) -> tuple[float | None, str]:
    """The one percentage or ratio that a text states, and the text without it; (None, text) where there are several."""
    for pattern, share in ((PERCENT, _of_hundred), (RATIO, _of_total)):
        found = list(pattern.finditer(text))
        if len(found) == 1:
            match = found[0]
            return share(match), f"{text[: match.start()]} {text[match.end() :]}"
        if found:
            return None, text
    return None, text


def share_of(cell: Cell, scale: Scale | None) -> float | None:
    """The share a cell states by a number alone; it may lie outside [0, 1], which is for the caller to refuse."""
    if isinstance(cell, Percent):
        return cell.value
    number = number_in(cell)
    if number is None:
        number = grade_in(cell)
    if number is None or scale is None:
        return None
    return number if scale.mixed and 0 < number < 1 else number / scale.full


def scale_of(numbers: Sequence[float], column: Column) -> Scale | None:
    """The scale of a column's bare numbers, None where it holds none."""
    if not numbers:
        return None
    top, broken = max(numbers), any(0 < number < 1 for number in numbers)
    if column.full is not None:
        return Scale(full=column.full)
    if column.graded and not column.percent:
        return _graded(top, broken=broken)
    if top <= 1:
        return Scale(full=1.0, sure=broken or not column.percent)
    if top <= _FIVE and not column.percent and not broken:
        return Scale(full=_FIVE, sure=False)
    return Scale(full=100.0, sure=not broken and top > _FIVE, mixed=broken)


def _graded(top: float, *, broken: bool) -> Scale:
    if top <= 1 and broken:
        return Scale(full=1.0)
    for full in (_FIVE, _TEN):
        if top <= full:
            return Scale(full=full, sure=full == _FIVE and top > 1 and not broken)
    return Scale(full=100.0, sure=not broken, mixed=broken)


def _of_hundred(match: re.Match[str]) -> float:
    return float(match[1].replace(",", ".")) / 100


def _of_total(match: re.Match[str]) -> float | None:
    """None for what only looks like a share: `03/2024` is a month, `24/7` all the time."""
    some, total = (int(_GROUPING.sub("", number)) for number in match.groups())
    if "/" in match[0] and (some > total or (some <= _DECEMBER and total in _YEARS)):
        return None
    return some / total if total else None
