"""The threat layer for ATT&CK Navigator: what the groups do, and how many of them do it, whatever is deployed."""

from collections.abc import Iterator

from mitigap.assessment.model import Assessment, TechniqueResult
from reports import figures, layers, summary
from reports.layers import Layer, Square
from reports.report import Report

ONE, MANY = "#F3C9B5", "#8C2D04"
"""Used by one group, used by as many as any technique here."""

NAMES_SHOWN = 12

Users = list[tuple[Assessment, TechniqueResult]]


def render(report: Report) -> bytes:
    found = layers.drawn(report)
    used = _users(found)
    most = max(map(len, used.values()), default=1)
    layer = Layer(
        name=f"{layers.who(found)}: techniques used",
        about=tuple(_about(found)),
        squares=tuple(_square(used[key], most) for key in sorted(used)),
        colours=(ONE, MANY),
        highest=most,
        legend=tuple(_legend(most)),
    )
    return layers.written(report, layer)


def _users(found: list[Assessment]) -> dict[str, Users]:
    """A group that was assessed twice counts once."""
    used: dict[str, dict[str, tuple[Assessment, TechniqueResult]]] = {}
    for assessment in found:
        for technique in assessment.techniques:
            used.setdefault(technique.id, {}).setdefault(assessment.group.id, (assessment, technique))
    return {key: [users[group] for group in sorted(users)] for key, users in used.items()}


def _about(found: list[Assessment]) -> Iterator[str]:
    yield f"What {layers.who(found)} used, as ATT&CK has it, whatever is deployed against it."
    yield "The score is the number of these groups that used the technique."


def _legend(most: int) -> Iterator[tuple[str, str]]:
    yield ("Used by one group", ONE if most > 1 else MANY)
    if most > 1:
        yield (f"Used by {figures.count(most, 'group')}", MANY)


def _square(users: Users, most: int) -> Square:
    part = 1.0 if most == 1 else (len(users) - 1) / (most - 1)
    return layers.square(users[0][1], _between(part), _comment(users), len(users))


def _comment(users: Users) -> Iterator[str]:
    yield f"Used by {figures.count(len(users), 'group')}."
    for assessment, technique in users[:NAMES_SHOWN]:
        through = f", through {', '.join(technique.via)}" if technique.via else ""
        yield f"{summary.name(assessment)}{through}"
    if len(users) > NAMES_SHOWN:
        yield f"and {len(users) - NAMES_SHOWN} more"


def _between(part: float) -> str:
    ends = zip(bytes.fromhex(ONE[1:]), bytes.fromhex(MANY[1:]), strict=True)
    return "#" + "".join(f"{round(low + (high - low) * part):02X}" for low, high in ends)
