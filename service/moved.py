"""What moved between two sides, by group, as pages show it."""

from typing import Any

import msgspec

from service.filters import points

FORMATS = ("html", "xlsx", "md", "json")
FILES = {"xlsx": "Excel", "md": "Markdown", "json": "JSON", "html": "HTML"}


class Named(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str


class SideView(msgspec.Struct, frozen=True, kw_only=True):
    group: Named
    score: float | None


class StepView(msgspec.Struct, frozen=True, kw_only=True):
    cause: str
    delta: float | None


class DriftView(msgspec.Struct, frozen=True, kw_only=True):
    """As much of a stored drift as a page shows: nothing in it is interpreted here."""

    changed: bool
    base: SideView
    now: SideView
    delta: float | None
    steps: list[StepView]
    counts: dict[str, int]


def figures(body: bytes) -> list[dict[str, Any]]:
    """One line a group, out of the document `mitigap/drift/1` or a list of them."""
    return [_figure(each) for each in views(body)]


def views(body: bytes) -> list[DriftView]:
    found = msgspec.json.decode(body, type=DriftView | list[DriftView])
    return found if isinstance(found, list) else [found]


def _figure(drift: DriftView) -> dict[str, Any]:
    moved = {word: count for word, count in drift.counts.items() if count and word != "unchanged"}
    return {
        "group": drift.now.group,
        "before": drift.base.score,
        "after": drift.now.score,
        "delta": points(drift.delta),
        "changed": drift.changed,
        "steps": [(step.cause, points(step.delta)) for step in drift.steps],
        "moved": ", ".join(f"{count} {word}" for word, count in moved.items()),
    }
