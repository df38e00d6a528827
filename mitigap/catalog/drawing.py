"""What a graph says once its nodes are known for what they are: the group, its techniques, their mitigations."""

import re

import msgspec

from mitigap import ids
from mitigap.catalog.markdown import Line
from mitigap.catalog.mermaid import Edge, Graph

_TECHNIQUE = re.compile(r"(T\d{4})(?:[._-](\d{3}))?", re.IGNORECASE)


class Drawing(msgspec.Struct, kw_only=True):
    """`uses` holds the line of each edge from the group, `mitigates` of each edge by (technique, mitigation).

    `mentions` holds every node's first line, `labels` its first label with that label's line. `groups` are the
    nodes that stand for the group: more than one is a fault.
    """

    groups: dict[str, int] = {}
    uses: dict[str, int] = {}
    mitigates: dict[tuple[str, str], int] = {}
    mentions: dict[str, int] = {}
    labels: dict[str, Line] = {}
    faults: list[Line] = []
    notes: list[Line] = []


def of(graph: Graph) -> Drawing:
    drawing = Drawing(faults=[(fault.line, fault.message) for fault in graph.faults])
    for edge in graph.edges:
        _edge(edge, drawing)
    for node in graph.nodes:
        _mention(_canonical(node.id), node.line, node.label, drawing)
    _stray(drawing)
    return drawing


def _canonical(node_id: str) -> str:
    """`T1003.001` for `T1003_001` as well: older Mermaid took no dot in a node's id."""
    if found := _TECHNIQUE.fullmatch(node_id):
        return ".".join(filter(None, found.groups())).upper()
    return node_id.upper() if ids.MITIGATION.fullmatch(node_id.upper()) else node_id


def _kind(node_id: str) -> str:
    if ids.TECHNIQUE.fullmatch(node_id):
        return "technique"
    return "mitigation" if ids.MITIGATION.fullmatch(node_id) else "group"


def _edge(edge: Edge, drawing: Drawing) -> None:
    source, target = _canonical(edge.source), _canonical(edge.target)
    ends = (_kind(source), _kind(target))
    former = None
    if ends == ("group", "technique"):
        drawing.groups.setdefault(source, edge.line)
        former = drawing.uses.setdefault(target, edge.line)
    elif ends == ("technique", "mitigation"):
        former = drawing.mitigates.setdefault((source, target), edge.line)
    else:
        rule = "an edge runs from the group to a technique or from a technique to a mitigation"
        drawing.faults.append((edge.line, f"{rule}, not from {source} to {target}"))
    if former not in (None, edge.line):
        drawing.notes.append((edge.line, f"the edge from {source} to {target} stands in line {former} already"))


def _mention(node_id: str, line: int, label: str | None, drawing: Drawing) -> None:
    drawing.mentions.setdefault(node_id, line)
    if ids.GROUP.fullmatch(node_id):
        drawing.groups.setdefault(node_id, line)
    if label is None:
        return
    first, former = drawing.labels.setdefault(node_id, (line, label))
    if former != label:
        message = f'{node_id} is called "{label}" here and "{former}" in line {first}; the first counts'
        drawing.notes.append((line, message))


def _stray(drawing: Drawing) -> None:
    """Faults of the whole: mitigations of nothing, and more groups than one."""
    faulty = {line for line, _ in drawing.faults}
    drawn = {mitigation for _, mitigation in drawing.mitigates}
    for node_id, line in drawing.mentions.items():
        if _kind(node_id) == "mitigation" and node_id not in drawn and line not in faulty:
            drawing.faults.append((line, f"{node_id} belongs to no technique"))
    first, *others = drawing.groups or [""]
    for other in others:
        message = f"{other} is a second group beside {first}; a document holds one"
        drawing.faults.append((drawing.groups[other], message))
