"""Rows that add up the others: they are no controls, and must not tell how the others are to be read."""

import re

from mitigap.inventory.book import Cell
from mitigap.inventory.words import fold

_TOTAL = re.compile(
    r"(?:(?:grand|sub|overall) ?)?(?:totals?|summary|sum|average|count|overall|gesamt|summe|somme|moyenne)"
    r"(?: (?:of|controls?|mitigations?|safeguards?|measures?|rows?|items?|implemented|partial|partially|planned|not"
    r"|applicable|in|place|score|coverage|maturity|number|all|compliance|status|de|des|controles|\d+|%|\d+%))*"
)
_LONGEST = 80


def is_total(cell: Cell) -> bool:
    return isinstance(cell, str) and len(cell) <= _LONGEST and bool(_TOTAL.fullmatch(fold(cell)))
