"""The list of techniques against the graph: every disagreement with its line, and as a fault what cannot be settled."""

from collections.abc import Mapping

import msgspec

from mitigap import ids
from mitigap.catalog.drawing import Drawing
from mitigap.catalog.markdown import Item, Line, Parts


class Agreed(msgspec.Struct, kw_only=True):
    """What list and graph say together, in the list's order. `names` are those of techniques and mitigations."""

    group_id: str = ""
    group_name: str = ""
    names: dict[str, str] = {}
    uses: list[str] = []
    mitigates: dict[str, list[str]] = {}
    faults: list[Line] = []
    notes: list[Line] = []


def compare(parts: Parts, drawing: Drawing) -> Agreed:
    agreed = Agreed(faults=parts.faults + drawing.faults, notes=list(drawing.notes))
    listed = _listed(parts, agreed)
    _identity(parts, drawing, agreed)
    _presence(parts, drawing, agreed)
    _techniques(listed, drawing, agreed)
    for (technique, mitigation), line in drawing.mitigates.items():
        agreed.mitigates.setdefault(technique, []).append(mitigation)
        _name(mitigation, line, drawing, agreed)
    return agreed


def _listed(parts: Parts, agreed: Agreed) -> dict[str, Item]:
    listed: dict[str, Item] = {}
    for item in parts.items:
        former = listed.setdefault(item.id, item)
        if former is not item:
            agreed.notes.append((item.line, f"{item.id} is listed in line {former.line} already"))
    return listed


def _identity(parts: Parts, drawing: Drawing, agreed: Agreed) -> None:
    """Which group the document is about: one `ID:` line, which the graph must not contradict."""
    if not parts.ids:
        agreed.faults.append((1, "no line such as `## ID:G0077` says which group this document is about"))
        return
    (line, agreed.group_id), *others = parts.ids
    for other, group_id in others:
        agreed.faults.append((other, f"a second group, {group_id}, begins here; a document holds one"))
    if not ids.GROUP.fullmatch(agreed.group_id):
        agreed.faults.append((line, f'"{agreed.group_id}" is not the id of a group, which looks like G0077'))
    for node, drawn in drawing.groups.items():
        if ids.GROUP.fullmatch(node) and node != agreed.group_id:
            agreed.faults.append((drawn, f"the graph draws {node}, but line {line} says {agreed.group_id}"))
    _group_name(parts, drawing, agreed)


def _group_name(parts: Parts, drawing: Drawing, agreed: Agreed) -> None:
    line, drawn = next((drawing.labels[node] for node in drawing.groups if node in drawing.labels), (0, None))
    agreed.group_name = parts.title or drawn or agreed.group_id
    if drawn not in (None, agreed.group_name):
        names = f'the graph calls the group "{drawn}", the title "{agreed.group_name}"'
        agreed.notes.append((line, f"{names}; the title counts"))


def _presence(parts: Parts, drawing: Drawing, agreed: Agreed) -> None:
    """A missing or empty graph never means that nothing is mitigated."""
    if not parts.graphs:
        agreed.faults.append((1, "no Mermaid graph says which mitigations stop the techniques"))
    elif parts.items and not (drawing.uses or drawing.faults):
        line = parts.graphs[0][0][0] - 1 if parts.graphs[0] else 1
        agreed.faults.append((line, f"the graph draws no technique, but the list names {len(parts.items)}"))


def _techniques(listed: Mapping[str, Item], drawing: Drawing, agreed: Agreed) -> None:
    agreed.uses = list(dict.fromkeys([*listed, *drawing.uses]))
    for technique, item in listed.items():
        agreed.names[technique] = item.name or technique
        if technique not in drawing.uses:
            message = f"{technique} is listed, but the graph does not draw it; it counts as used"
            agreed.notes.append((item.line, message))
        line, label = drawing.labels.get(technique, (0, None))
        if label not in (None, item.name):
            names = f'"{label}" here and "{item.name}" in the list, line {item.line}'
            agreed.notes.append((line, f"{technique} is called {names}; the list counts"))
    for technique, line in drawing.uses.items():
        if technique in listed:
            continue
        _name(technique, line, drawing, agreed)
        if listed:
            agreed.notes.append((line, f"{technique} is drawn, but the list does not name it; it counts as used"))
    if drawing.uses and not listed:
        agreed.notes.append((1, "there is no list of techniques; those that the graph draws count as used"))
    _unused(drawing, agreed)


def _unused(drawing: Drawing, agreed: Agreed) -> None:
    faulty = {line for line, _ in agreed.faults}
    used = set(agreed.uses)
    for node, line in drawing.mentions.items():
        if ids.TECHNIQUE.fullmatch(node) and node not in used and line not in faulty:
            agreed.faults.append((line, f"{node} is neither listed nor drawn as used by the group"))


def _name(node: str, line: int, drawing: Drawing, agreed: Agreed) -> None:
    """A node's label, or its id with a note where the graph gives it none."""
    _, label = drawing.labels.get(node, (0, None))
    if label is None and node not in agreed.names:
        agreed.notes.append((line, f"{node} has no name in this document"))
    agreed.names[node] = label or node
