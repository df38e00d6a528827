"""A Mermaid node's label: out of its brackets when reading, into them when writing."""

import html
import re

from mitigap.catalog import text

_SHAPES = (
    ("(((", ")))", "()"),
    ("((", "))", "()"),
    ("([", "])", "[]"),
    ("(", ")", "()"),
    ("[[", "]]", "[]"),
    ("[(", ")]", "[]"),
    ("[/", "/]", "[]"),
    ("[/", "\\]", "[]"),
    ("[\\", "\\]", "[]"),
    ("[\\", "/]", "[]"),
    ("[", "]", "[]"),
    ("{{", "}}", "{}"),
    ("{", "}", "{}"),
    (">", "]", "[]"),
)
"""Opening, closing, and what an unquoted label between them cannot hold. The first that fits is taken."""

PATTERNS = tuple(
    re.compile(
        rf'{re.escape(opening)}[ \t]*+(?:"([^"]*)"[ \t]*+|([^"{re.escape(barred)}]*)){re.escape(closing)}',
    )
    for opening, closing, barred in _SHAPES
)
"""One for each shape. Group 1 is a quoted label, group 2 a bare one."""

_ENTITY = re.compile(r"#(\w{1,10});")
_BREAK = re.compile(r"<br */?>", re.IGNORECASE)
_TELLING = re.compile(r'[\[\]{}"|<>;#`]|^[(/\\]')
_TELLING_IN_QUOTES = re.compile(r'["<>#`]')


def plain(found: re.Match[str]) -> str | None:
    """The label that one of PATTERNS found: entities resolved, line breaks as spaces, None where it is empty."""
    inside = found[1] if found[1] is not None else found[2]
    bare = _BREAK.sub(" ", inside).strip().strip("`")
    return text.name(_ENTITY.sub(_resolve, bare)) or None


def _resolve(entity: re.Match[str]) -> str:
    word = entity[1]
    return html.unescape(f"&#{word};" if word.isdecimal() else f"&{word};")


def bracketed(label: str) -> str:
    """The label between square brackets, in quotes only where it would be misread without them."""
    if not _TELLING.search(label):
        return f"[{label}]"
    escaped = _TELLING_IN_QUOTES.sub(lambda found: f"#{ord(found[0])};", label)
    return f'["{escaped}"]'
