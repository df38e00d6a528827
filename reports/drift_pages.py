"""One group's drift as a reader turns its pages: everything a template needs, in words and in order."""

from collections.abc import Iterable

from mitigap.assessment.drift import (
    Cause,
    Drift,
    EdgeChange,
    Kind,
    MitigationChange,
    Move,
    Row,
    RowChange,
    Step,
    TechniqueChange,
)
from reports import drift_words, figures
from reports.drift_parts import Box, Changed, Level, Link, Page, Part, RanOut, Technique
from reports.evidence import Line


def pages(drifts: Iterable[Drift]) -> tuple[Page, ...]:
    """The greatest fall first; those without a number to compare come after, then by id."""
    ranked = sorted(drifts, key=lambda each: (each.delta is None, each.delta or 0.0, each.now.group.id))
    return tuple(_page(each, f"{each.now.group.id}-{place}") for place, each in enumerate(ranked, start=1))


def _page(drift: Drift, anchor: str) -> Page:
    return Page(
        anchor=anchor,
        id=drift.now.group.id,
        name=drift.now.group.name,
        headline=drift_words.headline(drift),
        base=drift_words.side(drift.base),
        now=drift_words.side(drift.now),
        before=drift.base.score,
        after=drift.now.score,
        delta=drift.delta,
        before_text=figures.percent(drift.base.score),
        after_text=figures.percent(drift.now.score),
        delta_text=drift_words.points(drift.delta),
        boxes=_boxes(drift),
        counts=drift_words.counts(drift),
        parts=tuple(_part(drift, each) for each in drift.steps),
        techniques=tuple(_technique(drift, each) for each in drift.techniques),
        levels=tuple(map(_level, drift.mitigations)),
        rows=tuple(map(_row, drift.rows)),
        others=drift_words.others(drift),
        expiries=tuple(
            RanOut(line=_line(each.row), mitigations=each.row.mitigations, on=drift_words.expiry(each))
            for each in drift.expiries
        ),
        links=tuple(_link(drift, each) for each in drift.edges),
        policies=drift_words.policies(drift),
    )


_BOXES = {
    Move.WORSE: "coverage has fallen",
    Move.ADDED: "techniques that were not in scope",
    Move.REMOVED: "techniques out of scope now",
    Move.BETTER: "coverage has risen",
}


def _boxes(drift: Drift) -> tuple[Box, ...]:
    return tuple(
        Box(
            number=getattr(drift.counts, move.value),
            label=drift_words.MOVES[move],
            meaning=meaning,
            glyph=drift_words.MOVE_GLYPHS[move],
            look=drift_words.MOVE_LOOKS[move].value,
        )
        for move, meaning in _BOXES.items()
    )


def _part(drift: Drift, step: Step) -> Part:
    return Part(
        label=drift_words.CAUSES[step.cause],
        delta=step.delta,
        delta_text=drift_words.points(step.delta),
        before_text=figures.percent(step.before),
        after_text=figures.percent(step.after),
        because=drift_words.because(drift, step.cause),
    )


def _technique(drift: Drift, change: TechniqueChange) -> Technique:
    return Technique(
        id=change.id,
        name=change.name,
        move=drift_words.MOVES[change.move],
        glyph=drift_words.MOVE_GLYPHS[change.move],
        look=drift_words.MOVE_LOOKS[change.move].value,
        before_text="not used" if change.before is None else _coverage(change.before.coverage),
        after_text="not used" if change.after is None else _coverage(change.after.coverage),
        delta=change.delta,
        delta_text=drift_words.points(change.delta),
        reasons=tuple(_reasons(drift, change)),
    )


def _reasons(drift: Drift, change: TechniqueChange) -> Iterable[str]:
    """Presence first, then each link that came or went, then the mitigations whose level moved."""
    yield from drift_words.presence(drift, change)
    if change.cause is None:
        for each in drift.edges:
            if each.technique == change.id:
                link = f"{each.mitigation} {each.mitigation_name} ({level(each.level)})"
                yield f"Link {drift_words.KINDS[each.kind]}: {link}"
    for moved in drift.mitigations:
        if moved.id in change.mitigations:
            yield f"{moved.id} {moved.name}: {level(moved.before)} → {level(moved.after)} ({_causes(moved.steps)})"
    if any(each.cause is Cause.POLICY for each in change.steps):
        yield f"Policy: {drift_words.because(drift, Cause.POLICY)}"
    if len(change.steps) > 1:
        yield f"In parts: {', '.join(map(_told, change.steps))}"


def _told(step: Step) -> str:
    return f"{drift_words.CAUSES[step.cause].lower()} {drift_words.points(step.delta)}"


def _level(change: MitigationChange) -> Level:
    return Level(
        id=change.id,
        name=change.name,
        before_text=level(change.before),
        after_text=level(change.after),
        causes=_causes(change.steps),
        techniques=len(change.techniques),
        before=_lines(change.rows_before),
        after=_lines(change.rows_after),
    )


def _row(change: RowChange) -> Changed:
    shown = change.after or change.before
    if shown is None:
        raise ValueError("A changed row stands on one side at least.")
    states = [drift_words.state(each) for each in (change.before, change.after) if each]
    return Changed(
        kind=drift_words.KINDS[change.kind],
        cause=drift_words.CAUSES[change.cause],
        place=shown.location,
        text=shown.text,
        owner=shown.owner,
        mitigations=shown.mitigations,
        state=" → ".join(dict.fromkeys(states)),
        said=drift_words.row(change),
    )


def _link(drift: Drift, change: EdgeChange) -> Link:
    return Link(
        technique=change.technique,
        technique_name=change.technique_name,
        mitigation=change.mitigation,
        mitigation_name=change.mitigation_name,
        kind="new" if change.kind is Kind.ADDED else "gone",
        cause=drift_words.CAUSES[change.cause],
        why=drift_words.edge(drift, change),
        level_text=level(change.level),
    )


def level(value: float | None) -> str:
    return "n/a" if value is None else figures.percent(value)


def _coverage(value: float | None) -> str:
    return "not mitigable" if value is None else figures.percent(value)


def _causes(steps: tuple[Step, ...]) -> str:
    return figures.listed(tuple(drift_words.CAUSES[each.cause].lower() for each in steps))


def _lines(rows: tuple[Row, ...]) -> tuple[Line, ...]:
    """Those that count most come first."""
    return tuple(map(_line, sorted(rows, key=lambda each: (each.expired, -(each.level or 0.0)))))


def _line(row: Row) -> Line:
    return Line(
        location=row.location,
        text=row.text,
        state=drift_words.state(row),
        owner=row.owner,
        expired=f"expired on {row.expires}, counts 0" if row.expired else "",
    )
