"""What a drift report is made of: one group's page, and each kind of thing that stands on it, in words."""

import msgspec

from reports.evidence import Line


class Box(msgspec.Struct, frozen=True, kw_only=True):
    """One number to see first; `look` is the status whose colours it borrows."""

    number: int
    label: str
    meaning: str
    glyph: str
    look: str


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One cause's part of the score's change."""

    label: str
    delta: float | None
    delta_text: str
    before_text: str
    after_text: str
    because: str


class Technique(msgspec.Struct, frozen=True, kw_only=True):
    """`reasons` are sentences, `link` leads to the technique's page at ATT&CK."""

    id: str
    name: str
    move: str
    glyph: str
    look: str
    before_text: str
    after_text: str
    delta: float | None
    delta_text: str
    reasons: tuple[str, ...]


class Level(msgspec.Struct, frozen=True, kw_only=True):
    """One mitigation whose level changed, with the rows behind it on either side."""

    id: str
    name: str
    before_text: str
    after_text: str
    causes: str
    techniques: int
    before: tuple[Line, ...]
    after: tuple[Line, ...]


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the inventory that is new, gone or other than it was."""

    kind: str
    cause: str
    place: str
    text: str
    owner: str
    mitigations: tuple[str, ...]
    state: str
    said: tuple[str, ...]


class RanOut(msgspec.Struct, frozen=True, kw_only=True):
    line: Line
    mitigations: tuple[str, ...]
    on: str


class Link(msgspec.Struct, frozen=True, kw_only=True):
    technique: str
    technique_name: str
    mitigation: str
    mitigation_name: str
    kind: str
    cause: str
    why: str
    level_text: str


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """`anchor` is unique among the pages of a report."""

    anchor: str
    id: str
    name: str
    headline: str
    base: str
    now: str
    before: float | None
    after: float | None
    delta: float | None
    before_text: str
    after_text: str
    delta_text: str
    boxes: tuple[Box, ...]
    counts: str
    parts: tuple[Part, ...]
    techniques: tuple[Technique, ...]
    levels: tuple[Level, ...]
    rows: tuple[Changed, ...]
    others: str
    expiries: tuple[RanOut, ...]
    links: tuple[Link, ...]
    policies: tuple[str, ...]

    @property
    def moved(self) -> bool:
        """Whether there is more to tell of the group than what is said of all."""
        return any((self.techniques, self.levels, self.rows, self.expiries, self.links))
