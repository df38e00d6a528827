"""A share as people read it: nothing is called 100 % or 0 % unless it is exactly that."""

ABSENT = "—"
"""Where there is no number to show."""


def percent(share: float | None) -> str:
    """`62 %`; `99.9 %`, `0.4 %` and `<0.1 %` near the ends, which only 1 and 0 themselves reach."""
    if share is None:
        return ABSENT
    whole = nearest(share * 100)
    if share in {0, 1} or 0 < whole < 100:  # noqa: PLR2004 - of a hundred
        return f"{whole} %"
    tenths = nearest(share * 1000)
    if tenths == 0:
        return "<0.1 %"
    return f"{tenths / 10:.1f} %" if tenths < 1000 else ">99.9 %"  # noqa: PLR2004 - tenths of a hundred


def nearest(number: float) -> int:
    """Halves go up, as a reader expects and a spreadsheet does."""
    return int(number + 0.5)
