"""Text as it may be stored, shown and written again: no controls, no halves of characters, one kind of line end."""

import re

_PLANE_ENDS = "".join(chr(plane << 16 | 0xFFFE) + chr(plane << 16 | 0xFFFF) for plane in range(17))
_UNFIT = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef{_PLANE_ENDS}]")
_LINE_END = re.compile("\r\n?|[\u2028\u2029]")

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def text(raw: str) -> str:
    """Line ends become LF; other controls, lone surrogates and non-characters become U+FFFD."""
    if raw.isprintable():  # one quick look; true of nearly every cell
        return raw
    return _UNFIT.sub(REPLACEMENT, _LINE_END.sub("\n", raw))


def cell(raw: str) -> str | None:
    """A cell's text without blanks at its ends, None where nothing is left."""
    return text(raw).strip() or None


def label(raw: str, most: int = 80) -> str:
    """One short line, for a file's or a sheet's name in a sentence."""
    line = " ".join(text(raw).split())
    return line if len(line) <= most else f"{line[: most - 1]}…"
