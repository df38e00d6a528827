"""A group's techniques and mitigations as a Mermaid flowchart, as group documents draw them, coloured by status.

Colour never stands alone: what a colour says is written on the arrow that leads to the node. The graph is one that
`mitigap.catalog.seeds` reads.
"""

import re
from collections.abc import Iterable, Iterator

from mitigap.assessment.model import Status
from mitigap.catalog import label
from reports import text
from reports.pages import Edge, Page, Row, as_status
from reports.palette import LOOKS

MOST_EDGES, MOST_CHARACTERS = 500, 50_000
"""What Mermaid draws at most, unless a page raises it."""

LONGEST_LABEL = 200
IDS_A_LINE = 100

_TELLING = re.compile(r"[^\w ,/'()\-]")


def lines(page: Page) -> tuple[str, ...]:
    """The block's lines without its fence: all of it, else what is open, else none where that is too much as well."""
    for rows in (page.rows, [each for each in page.rows if each.status in {Status.GAP, Status.PARTIAL}]):
        found = tuple(_lines(page.name, sorted(rows, key=lambda each: each.id)))
        edges = sum(1 + len(each.edges) for each in rows)
        if rows and edges <= MOST_EDGES and sum(map(len, found)) + len(found) <= MOST_CHARACTERS:
            return found
    return ()


def is_whole(page: Page, drawn: tuple[str, ...]) -> bool:
    """Whether every technique is in what was drawn."""
    return sum(line.startswith("group[") for line in drawn) == len(page.rows)


def _lines(group: str, rows: Iterable[Row]) -> Iterator[str]:
    rows = tuple(rows)
    yield "flowchart LR"
    for row in rows:
        yield f"group{_label(group)} -->|{_said(row)}| {row.id}{_label(row.name)}"
    for row in rows:
        for edge in sorted(row.edges, key=lambda each: each.id):
            yield f"{row.id}{_label(row.name)} -->|{_spoken(edge.level_text)}| {edge.id}{_label(edge.name)}"
    yield from _classes(rows)


def _said(row: Row) -> str:
    """`Partial 57 %`."""
    return row.look.label if row.coverage is None else f"{row.look.label} {_spoken(row.coverage_text)}"


def _spoken(share: str) -> str:
    """An arrow's text cannot hold the signs that arrows are made of."""
    return share.replace("<", "under ").replace(">", "over ")


def _classes(rows: tuple[Row, ...]) -> Iterator[str]:
    edges: dict[str, Edge] = {edge.id: edge for row in rows for edge in row.edges}
    for status, look in LOOKS.items():
        found = [row.id for row in rows if row.status is status]
        found += sorted(key for key, edge in edges.items() if as_status(edge.level) is status)
        if found:
            yield f"classDef {status} fill:{look.paper},stroke:{look.solid},color:{look.ink}"
        for start in range(0, len(found), IDS_A_LINE):
            yield f"class {','.join(found[start : start + IDS_A_LINE])} {status}"


def _label(name: str) -> str:
    """In brackets; what Mermaid, or the page around it, might take for more than a letter is spelled as a number."""
    words = text.one_line(name)
    if len(words) > LONGEST_LABEL:
        words = words[: LONGEST_LABEL - 1] + "…"
    if not _TELLING.search(words):
        return label.bracketed(words)
    return f'["{_TELLING.sub(lambda found: f"#{ord(found[0])};", words)}"]'
