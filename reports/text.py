"""Other people's text on our paper: what may not be printed is replaced, what would mislead is shown."""

import re

from mitigap.cells import clean

_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def marked(text: str) -> str:
    """Clean, and with every control that turns the direction of text made visible: `[U+202E]`."""
    return _BIDI.sub(lambda found: f"[U+{ord(found[0]):04X}]", clean(text))


def one_line(text: str) -> str:
    """Marked, on a single line."""
    return " ".join(marked(text).split())
