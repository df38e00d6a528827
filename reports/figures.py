"""Numbers as people read them: nothing is called 100 % or 0 % unless it is exactly that."""

ABSENT = "—"
"""Where there is no number to show."""

MINUS = "\N{MINUS SIGN}"
"""As wide as the plus, and no hyphen to break a line at."""


def percent(share: float | None) -> str:
    """`62 %`; `99.9 %`, `0.4 %` and `<0.1 %` near the ends, which only 1 and 0 themselves reach."""
    if share is None:
        return ABSENT
    whole = _nearest(share * 100)
    if share in {0, 1} or 0 < whole < 100:  # noqa: PLR2004 - of a hundred
        return f"{whole} %"
    tenths = _nearest(share * 1000)
    if tenths == 0:
        return "<0.1 %"
    return f"{tenths / 10:.1f} %" if tenths < 1000 else ">99.9 %"  # noqa: PLR2004 - tenths of a hundred


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
    tenths = _nearest(gain * 1000)
    return f"+{tenths / 10:.1f} points" if tenths else "less than +0.1 points"


def change(delta: float) -> str:
    """`+12.0 points` or the same with a minus: how far a share has moved on the scale of a hundred."""
    if delta == 0:
        return "±0 points"
    tenths = _nearest(abs(delta) * 1000)
    return f"{'+' if delta > 0 else MINUS}{tenths / 10 if tenths else '<0.1'} points"


def count(number: int, noun: str) -> str:
    """`1 technique`, `2 techniques`, `12,000 rows`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def listed(words: tuple[str, ...]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


def _nearest(number: float) -> int:
    """Halves go up, as a reader expects and a spreadsheet does."""
    return int(number + 0.5)
