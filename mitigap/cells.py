"""Other people's text in a spreadsheet's cells: never a formula, never what cannot be written (SECURITY R7, R8)."""

import re

Cell = str | int | float | None

CELL_LIMIT = 32_767
"""Characters a spreadsheet cell can hold."""

CUT = "… (cut)"

BOM = b"\xef\xbb\xbf"
"""Before CSV: without it Excel reads the file in the machine's old code page. `utf-8-sig` never sees it."""

_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(17))
    + "]"
)
_LINE_ENDS = re.compile("\r\n?|[\x85\u2028\u2029]")
_FORMULA = re.compile(r"\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]|[\t\r]")
_FORMULA_INSIDE = re.compile(r"""([;\t\r\n][\s"]*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])""")
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")


def safe(cell: Cell) -> Cell:
    """For CSV: text that a spreadsheet might calculate gets an apostrophe in front; numbers stay numbers."""
    if not isinstance(cell, str):
        return cell
    words = disarmed(fitted(cell))
    return f"'{words}" if looks_like_formula(words) and not is_number(words) else words


def clean(text: str) -> str:
    """Controls, lone surrogates and non-characters become U+FFFD; line ends become a plain newline.

    The importer has done so already: this is for what came another way.
    """
    if text.isprintable():
        return text
    return _UNPRINTABLE.sub("\ufffd", _LINE_ENDS.sub("\n", text))


def fitted(text: str) -> str:
    """Clean, and no longer than a cell can hold; a cut is shown."""
    text = clean(text)
    return text if len(text) <= CELL_LIMIT else text[: CELL_LIMIT - len(CUT)] + CUT


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet that guesses might calculate it: = + - @ TAB CR, full-width forms too, after blanks too."""
    return not text[:1].isalnum() and _FORMULA.match(text) is not None


def disarmed(text: str) -> str:
    """An apostrophe before what would be a formula where a program splits the line at ; or TAB instead of a comma."""
    return _FORMULA_INSIDE.sub(r"\1'", text)


def is_number(text: str) -> bool:
    """`-5`, `+3.2` and `-5,1`: harmless although they begin like a formula."""
    return _NUMBER.fullmatch(text) is not None
