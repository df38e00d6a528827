"""The scores of one run after the other, as they are drawn and told: by group, or from the lowest to the highest."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from statistics import median

import msgspec

from mitigap.store.schema import Job, State
from service import presenters
from service.filters import day, percent
from service.text import clean

MOST_LINES = 5
"""Groups that get a line each; of more, the lowest, the middle and the highest score are drawn."""
FIGURES_TOLD = 12
"""Of each line, the latest; the table has them all."""
LONGEST_NAME = 16

Scores = Mapping[str, float | None]


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """`at` is a moment in seconds; `catalogue` a short word for the release."""

    at: float
    on: date
    catalogue: str
    scores: Scores


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One score for each run, None where the run has none of it."""

    name: str
    scores: tuple[float | None, ...]

    @property
    def last(self) -> float | None:
        return next((each for each in reversed(self.scores) if each is not None), None)


class Trend(msgspec.Struct, frozen=True, kw_only=True):
    """Of the oldest run to the newest. `spread`: the lines are the lowest, the middle and the highest of many."""

    runs: tuple[Run, ...]
    lines: tuple[Line, ...]
    spread: bool = False


def trend(jobs: Iterable[Job]) -> Trend | None:
    """Of the runs that succeeded; None where none of them has a score."""
    done = _done(jobs)
    runs = tuple(map(_run, done))
    scored = [each for each in _names(done) if any(run.scores.get(each) is not None for run in runs)]
    if len(scored) > MOST_LINES:
        return Trend(runs=runs, lines=_spread(runs), spread=True)
    return _of(runs, scored, _names(done))


def repeated(jobs: Iterable[Job]) -> Trend | None:
    """Of assessments that were made for themselves: by the newest one's rule, of the groups assessed most often.

    None where no group has been assessed twice by that rule.
    """
    done = _done(jobs)
    alike = [each for each in done if each.summary["policy"] == done[-1].summary["policy"]]
    runs = [_run(each) for each in alike]
    times = Counter(group for run in runs for group, score in run.scores.items() if score is not None)
    chosen = [group for group, number in times.most_common(MOST_LINES) if number > 1]
    return _of(tuple(run for run in runs if run.scores.keys() & set(chosen)), chosen, _names(alike))


def words(found: Trend | None) -> str:
    """What the drawing would tell; nothing where there is none."""
    return told(found) if found else ""


def told(found: Trend) -> str:
    """The same in words: what the drawing's alternative text says."""
    first, last = found.runs[0], found.runs[-1]
    when = f"on {day(first.on)}" if first.on == last.on else f"from {day(first.on)} to {day(last.on)}"
    number = f"{len(found.runs)} runs" if len(found.runs) > 1 else "one run"
    return f"Score over {number} {when}. {' '.join(f'{each.name}: {_figures(each)}.' for each in found.lines)}"


def short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1].rstrip()}…"


def _done(jobs: Iterable[Job]) -> list[Job]:
    """The oldest first."""
    return sorted((each for each in jobs if each.state is State.SUCCEEDED), key=lambda each: each.created_at)


def _names(done: Sequence[Job]) -> dict[str, str]:
    return {group["id"]: clean(group["name"]) for each in done for group in each.summary["groups"]}


def _of(runs: tuple[Run, ...], groups: Sequence[str], names: Mapping[str, str]) -> Trend | None:
    lines = tuple(Line(name=names[each], scores=tuple(run.scores.get(each) for run in runs)) for each in groups)
    return Trend(runs=runs, lines=lines) if lines else None


def _run(job: Job) -> Run:
    summary = job.summary
    return Run(
        at=job.created_at.timestamp(),
        on=date.fromisoformat(summary["as_of"]),
        catalogue=summary["catalog"]["version"] or presenters.told(summary),
        scores={group["id"]: group["score"] for group in summary["groups"]},
    )


def _spread(runs: Sequence[Run]) -> tuple[Line, ...]:
    known = [[each for each in run.scores.values() if each is not None] for run in runs]
    rules: dict[str, Callable[[list[float]], float]] = {"Highest": max, "Median": median, "Lowest": min}
    return tuple(
        Line(name=name, scores=tuple(rule(each) if each else None for each in known)) for name, rule in rules.items()
    )


def _figures(line: Line) -> str:
    latest = line.scores[-FIGURES_TOLD:]
    before = "…, " if len(line.scores) > len(latest) else ""
    return before + ", ".join("none" if each is None else percent(each) for each in latest)
