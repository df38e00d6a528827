"""Nodes and edges of a Mermaid flowchart, read by ourselves: a picture is never handed to a browser to be trusted."""

import re
from collections.abc import Iterable, Iterator

import msgspec

from mitigap.catalog import label, text


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """One mention of a node, with its label where this mention bears one."""

    line: int
    id: str
    label: str | None = None


class Edge(msgspec.Struct, frozen=True, kw_only=True):
    line: int
    source: str
    target: str


class Fault(msgspec.Struct, frozen=True):
    line: int
    message: str


class Graph(msgspec.Struct, kw_only=True):
    """What one or several blocks draw, in their order. `faults` are the lines that could not be read."""

    nodes: list[Node] = []
    edges: list[Edge] = []
    faults: list[Fault] = []


LONGEST_LINE = 2_000
"""Characters. The longest line of ATT&CK's own groups has some 150."""
MOST_EDGES = 1_000
"""Drawn by one arrow of one line: `A & B --> C & D` are four, and a few kilobytes could be millions."""

_HEADER = re.compile(r"(?:flowchart(?:-elk)?|graph)(?:[ \t]+(?:TB|TD|BT|RL|LR|[<>^v]))?(?=[ \t]*(?:;|$))")
_IGNORED = re.compile(
    r"(?:(?:end|subgraph|classDef|class|style|click|linkStyle|direction)(?=[ \t]+[^\s\-=~<]|[ \t]*(?:;|$))"
    r'|acc(?:Title|Descr)[ \t]*:)(?:"[^"]*"|[^;"])*'
)
"""Statements that draw nothing; an edge from a node of such a name is not among them."""

_ID = re.compile(r"\w+(?:[.\-]\w+)*")
_CLASS = re.compile(r":::[\w\-]+")
_SPACE = re.compile(r"[ \t]*")
_SEMICOLON = re.compile(r"[ \t]*;")
_AMPERSAND = re.compile(r"[ \t]*&")

_TAIL = r"(?:<|[xo](?=--|==|-\.))?"
_HEAD = r"(?:>|[xo](?=[\s|&]|$))"
_ARROW = re.compile(rf"{_TAIL}(?:-{{2,}}{_HEAD}|-{{3,}}|={{2,}}{_HEAD}|={{3,}}|-\.+-{_HEAD}?)|(?P<layout>~{{3,}})")
_OPENING = re.compile(rf"{_TAIL}(--|==|-\.)")
_CLOSING = {
    "--": re.compile(rf"-{{2,}}{_HEAD}?"),
    "==": re.compile(rf"={{2,}}{_HEAD}?"),
    "-.": re.compile(rf"\.+-{_HEAD}?"),
}
"""How an arrow ends that carries its text in the middle: `A -- text --> B`."""
_PIPED = re.compile(r'[ \t]*\|(?:[^"|]|"[^"]*")*+\|')


def parse(lines: Iterable[tuple[int, str]], graph: Graph) -> bool:
    """Add to `graph` what one block of numbered lines draws. False where the block is empty."""
    statements = _statements(lines)
    number, line = next(statements, (0, ""))
    if not line:
        return False
    header = _HEADER.match(line)
    if header is None:
        graph.faults.append(Fault(number, "a Mermaid graph begins with a line such as `flowchart LR`"))
        return True
    _Line(number, line).read(header.end(), graph)
    for number, line in statements:
        _Line(number, line).read(0, graph)
    return True


def _statements(lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """The lines that say something: Mermaid's own front matter, comments and blank lines left out."""
    inside_front_matter = False
    begun = False
    for number, line in lines:
        statement = line.strip()
        if statement == "---" and (inside_front_matter or not begun):
            inside_front_matter = not inside_front_matter
        elif statement and not inside_front_matter and not statement.startswith("%%"):
            begun = True
            yield number, statement


class _Unreadable(Exception):
    """Here stands something that is neither a node nor an edge."""


class _Line:
    """A reader's place in one line. A line that cannot be read to its end adds one fault, and nothing else."""

    def __init__(self, number: int, line: str) -> None:
        self.number = number
        self.line = line
        self.at = 0
        self.nodes: list[Node] = []
        self.edges: list[Edge] = []

    def read(self, start: int, graph: Graph) -> None:
        self.at = start
        try:
            self._statements()
        except _Unreadable:
            graph.faults.append(Fault(self.number, f"this cannot be read as nodes and edges: {_cut(self.line)}"))
            return
        graph.nodes.extend(self.nodes)
        graph.edges.extend(self.edges)

    def _statements(self) -> None:
        if len(self.line) > LONGEST_LINE:
            raise _Unreadable
        while self._more():
            self._statement()
            if self._more() and self.line[self.at] != ";":
                raise _Unreadable
            while self._take(_SEMICOLON):
                pass

    def _more(self) -> bool:
        """Whether anything but a comment is left."""
        self._take(_SPACE)
        return self.at < len(self.line) and not self.line.startswith("%%", self.at)

    def _statement(self) -> None:
        if self._take(_IGNORED) or self.line[self.at] == ";":
            return
        sources = self._nodes()
        while (drawn := self._arrow()) is not None:
            targets = self._nodes()
            if len(sources) * len(targets) > MOST_EDGES:
                raise _Unreadable
            if drawn:
                self.edges += [Edge(line=self.number, source=s, target=t) for s in sources for t in targets]
            sources = targets

    def _nodes(self) -> list[str]:
        found = [self._node()]
        while self._take(_AMPERSAND):
            found.append(self._node())
        return found

    def _node(self) -> str:
        self._take(_SPACE)
        named = self._take(_ID)
        if named is None:
            raise _Unreadable
        self.nodes.append(Node(line=self.number, id=named[0], label=self._label()))
        self._take(_CLASS)
        return named[0]

    def _label(self) -> str | None:
        for pattern in label.PATTERNS:
            if found := self._take(pattern):
                return label.plain(found)
        return None

    def _arrow(self) -> bool | None:
        """True for an edge, False for a link that only moves nodes about, None where there is neither."""
        self._take(_SPACE)
        if whole := self._take(_ARROW):
            self._take(_PIPED)
            return not whole["layout"]
        opening = self._take(_OPENING)
        if opening is None:
            return None
        closing = _CLOSING[opening[1]].search(self.line, self.at)
        if closing is None:
            raise _Unreadable
        self.at = closing.end()
        return True

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.match(self.line, self.at)
        if found:
            self.at = found.end()
        return found


def _cut(line: str) -> str:
    shown = text.clean(line)
    return f"{shown[:80]}…" if shown[80:] else shown
