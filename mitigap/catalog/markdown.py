"""The parts of a group document, each with its line: front matter, name, id, description, list, graph."""

import re
from collections.abc import Iterator, Sequence

import msgspec

from mitigap.catalog import text

Line = tuple[int, str]


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One technique of the list."""

    line: int
    id: str
    name: str


class Parts(msgspec.Struct, kw_only=True):
    """A document taken apart. Faults are (line, message); `graphs` are the numbered lines inside each fence."""

    matter: dict[str, Line] = {}
    title: str | None = None
    ids: list[Line] = []
    description: list[str] = []
    items: list[Item] = []
    graphs: list[list[Line]] = []
    faults: list[Line] = []


_NEWLINE = re.compile(r"\r\n|\r|\n")
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]*(.*)")
_ID = re.compile(r"ID[ \t]*:[ \t]*(\S*)", re.IGNORECASE)
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})[ \t]*(\w*)")
_MATTER = re.compile(r"([A-Za-z_][\w\-]*)[ \t]*:[ \t]*(.*)")
_TARGET = re.compile(r"(?:\S*/)?techniques/(T\d{4})(?:[/.](\d{3}))?/?")
_SHIELDED = re.compile(r"[ \t]*\\(?=#|```|~~~|\\)")
_STRUCTURAL = re.compile(r"[ \t]*(?=#|```|~~~|\\)")


def take_apart(document: str) -> Parts:
    parts = Parts()
    lines = list(enumerate(_NEWLINE.split(document), start=1))
    _body(lines[_front_matter(lines, parts) :], parts)
    return parts


def _front_matter(lines: Sequence[Line], parts: Parts) -> int:
    """How many lines the front matter takes. Only plain `key: value` lines are understood, the rest is left alone."""
    if lines[0][1].rstrip() != "---":
        return 0
    for number, line in lines[1:]:
        if line.rstrip() == "---":
            return number
        if found := _MATTER.fullmatch(line.rstrip()):
            parts.matter[found[1].lower()] = (number, _short(found[2].strip().strip("\"'")))
    parts.faults.append((1, "the front matter is not closed by a line `---`"))
    return 0


def _body(lines: Sequence[Line], parts: Parts) -> None:
    section = ""
    remaining = iter(lines)
    for number, line in remaining:
        if fence := _FENCE.match(line):
            block = _fenced(number, fence[1], remaining, parts)
            if fence[2].lower() == "mermaid":
                parts.graphs.append(block)
            section = ""
        elif heading := _HEADING.fullmatch(line):
            section = _heading(number, heading, parts)
        elif section == "description":
            parts.description.append(unshielded(line))
        elif section == "techniques":
            _item(number, line, parts)


def _fenced(opened: int, fence: str, lines: Iterator[Line], parts: Parts) -> list[Line]:
    block: list[Line] = []
    for number, line in lines:
        if line.strip().startswith(fence) and not line.strip().strip(fence[0]):
            return block
        block.append((number, line))
    parts.faults.append((opened, f"what begins here is not closed by a line `{fence}`; is the file cut short?"))
    return block


def _heading(number: int, heading: re.Match[str], parts: Parts) -> str:
    """Note what a heading says; returns which section it opens."""
    words = heading[2].strip()
    if parts.title is None and len(heading[1]) == 1 and not parts.ids:
        parts.title = text.name(words) or None
        return ""
    if identified := _ID.fullmatch(words):
        parts.ids.append((number, _short(identified[1])))
        return "description"
    return "techniques" if words.lower().startswith("techniques") else ""


def _short(value: str) -> str:
    """A value that may end in a message: on one line and of a size to be read."""
    return text.name(value)[:60]


def _item(number: int, line: str, parts: Parts) -> None:
    """One line of the list. A bullet that names no technique is a fault; prose between bullets is nobody's."""
    words = line.strip()
    if words[:1] not in ("*", "-", "+") or not words[1:2].isspace():
        return
    label, _, target = words[1:].strip().rpartition("](")
    found = _TARGET.fullmatch(target.removesuffix(")"))
    if not (label.startswith("[") and target.endswith(")") and found):
        message = "this item should name a technique like `* [Tool](techniques/T1588/002)`"
        parts.faults.append((number, message))
        return
    technique_id = f"{found[1]}.{found[2]}" if found[2] else found[1]
    parts.items.append(Item(line=number, id=technique_id, name=text.name(label[1:])))


def shielded(line: str) -> str:
    """A line of a description that cannot be taken for a heading or a fence."""
    found = _STRUCTURAL.match(line)
    return f"{found[0]}\\{line[found.end() :]}" if found else line


def unshielded(line: str) -> str:
    found = _SHIELDED.match(line)
    return line[: found.end() - 1] + line[found.end() :] if found else line
