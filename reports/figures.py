"""Numbers as people read them: nothing is called 100 % or 0 % unless it is exactly that."""

from mitigap.shares import ABSENT, nearest, percent

__all__ = ["ABSENT", "MINUS", "change", "count", "hundredths", "listed", "percent", "percent_format", "points"]

MINUS = "\N{MINUS SIGN}"
"""As wide as the plus, and no hyphen to break a line at."""


def percent_format(share: float) -> str:
    """The spreadsheet format in which a cell that holds `share` reads as `percent` writes it."""
    text = percent(share)
    if text.startswith(("<", ">")):
        return f'"{text}"'
    return '0.0" "%' if "." in text else '0" "%'


def hundredths(share: float) -> float:
    """On the scale of a hundred, with two decimals; only 0 and 1 themselves reach the ends."""
    if share in {0, 1}:
        return share * 100
    return min(max(round(share * 100, 2), 0.01), 99.99)


def points(gain: float) -> str:
    """`+12.0 points`: what a share of the score is worth on the scale of a hundred."""
    tenths = nearest(gain * 1000)
    return f"+{tenths / 10:.1f} points" if tenths else "less than +0.1 points"


def change(delta: float) -> str:
    """`+12.0 points` or the same with a minus: how far a share has moved on the scale of a hundred."""
    if delta == 0:
        return "±0 points"
    tenths = nearest(abs(delta) * 1000)
    return f"{'+' if delta > 0 else MINUS}{tenths / 10 if tenths else '<0.1'} points"


def count(number: int, noun: str) -> str:
    """`1 technique`, `2 techniques`, `12,000 rows`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def listed(words: tuple[str, ...]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last
