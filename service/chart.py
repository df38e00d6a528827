"""Where each line, dot and word of a trend's drawing stands, in the units of its picture."""

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import msgspec

from service import trend
from service.filters import day, percent
from service.trend import Line, Run, Trend

SMALLEST_SPAN = 0.2
MOST_ROWS = 6
BETWEEN_DATES = 92
BETWEEN_MARKS = 56
LINE_HEIGHT = 18
INSET = 14


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """A picture's size and the margins around its plot; `beside`: each line's name stands at its end, else below."""

    width: int
    height: int
    left: int = 46
    right: int
    top: int = 26
    bottom: int = 34
    beside: bool


WIDE = Layout(width=960, height=236, right=176, beside=True)
NARROW = Layout(width=380, height=250, right=40, beside=False)
LAYOUTS: Mapping[str, Layout] = {"wide": WIDE, "narrow": NARROW}


class Tick(msgspec.Struct, frozen=True, kw_only=True):
    at: float
    label: str


class Curve(msgspec.Struct, frozen=True, kw_only=True):
    """`look` is a class of the drawing's style; `path` is broken where a run has no score."""

    look: str
    path: str
    dots: tuple[tuple[float, float], ...]
    label: str
    label_y: float


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """`rows` are shares, `columns` days, `marks` the runs from which on another release was used."""

    layout: Layout
    height: int
    label_x: float
    rows: tuple[Tick, ...]
    columns: tuple[Tick, ...]
    marks: tuple[Tick, ...]
    band: str
    curves: tuple[Curve, ...]
    told: str


class _Scale(msgspec.Struct, frozen=True, kw_only=True):
    layout: Layout
    lowest: float
    highest: float
    step: float
    first: float
    last: float

    def x(self, at: float) -> float:
        """A run that is alone stands in the middle."""
        begin, end = self.layout.left + INSET, self.layout.width - self.layout.right - INSET
        if self.last == self.first:
            return (begin + end) / 2
        return round(begin + (end - begin) * (at - self.first) / (self.last - self.first), 1)

    def y(self, share: float) -> float:
        begin, end = self.layout.height - self.layout.bottom, self.layout.top
        return round(begin + (end - begin) * (share - self.lowest) / (self.highest - self.lowest), 1)


def chart(found: Trend, layout: Layout) -> Chart:
    scale = _scale(found, layout)
    plots = [_plot(each, found.runs, scale) for each in found.lines]
    labels = _labels(found.lines, scale)
    return Chart(
        layout=layout,
        height=layout.height + (0 if layout.beside else LINE_HEIGHT * len(found.lines)),
        label_x=layout.width - layout.right + 4 if layout.beside else layout.left + INSET,
        rows=tuple(_rows(scale)),
        columns=_columns(found.runs, scale),
        marks=_marks(found.runs, scale),
        band=_band(plots) if found.spread else "",
        curves=tuple(
            Curve(
                look=f"line{number}" if not found.spread else ("edge", "middle", "edge")[number],
                path=_path(plot),
                dots=tuple(dot for dot in plot if dot),
                label=f"{trend.short(line.name)} {percent(line.last)}",
                label_y=labels[number],
            )
            for number, (line, plot) in enumerate(zip(found.lines, plots, strict=True))
        ),
        told=trend.told(found),
    )


Plot = Sequence[tuple[float, float] | None]


def _scale(found: Trend, layout: Layout) -> _Scale:
    """From one round share to another, never closer together than makes a small move look large."""
    known = [each for line in found.lines for each in line.scores if each is not None]
    low, high = min(known), max(known)
    missing = max(0.0, SMALLEST_SPAN - (high - low)) / 2
    step = 0.1 if high - low + 2 * missing <= (MOST_ROWS - 2) * 0.1 else 0.2
    lowest = max(0.0, math.floor(round((low - missing) / step, 6)) * step)
    highest = min(1.0, math.ceil(round((high + missing) / step, 6)) * step)
    return _Scale(
        layout=layout,
        lowest=lowest,
        highest=highest,
        step=step,
        first=found.runs[0].at,
        last=found.runs[-1].at,
    )


def _plot(line: Line, runs: Sequence[Run], scale: _Scale) -> Plot:
    return [
        None if share is None else (scale.x(run.at), scale.y(share))
        for run, share in zip(runs, line.scores, strict=True)
    ]


def _path(plot: Plot) -> str:
    said, pen = [], "M"
    for dot in plot:
        if dot:
            said.append(f"{pen}{dot[0]:g} {dot[1]:g}")
        pen = "L" if dot else "M"
    return "".join(said)


def _band(plots: Sequence[Plot]) -> str:
    """The area between the first line and the last, over the runs that have both."""
    upper, lower = ([dot for dot in plot if dot] for plot in (plots[0], plots[-1]))
    return " ".join(f"{x:g},{y:g}" for x, y in [*upper, *reversed(lower)])


def _rows(scale: _Scale) -> Iterator[Tick]:
    for number in range(round((scale.highest - scale.lowest) / scale.step) + 1):
        share = round(scale.lowest + number * scale.step, 6)
        yield Tick(at=scale.y(share), label=percent(share))


def _columns(runs: Sequence[Run], scale: _Scale) -> tuple[Tick, ...]:
    """The newest run's day always, the others' where there is room."""
    kept: list[Tick] = []
    for run in reversed(runs):
        tick = Tick(at=scale.x(run.at), label=day(run.on))
        if not kept or kept[-1].at - tick.at >= BETWEEN_DATES:
            kept.append(tick)
    return tuple(reversed(kept))


def _marks(runs: Sequence[Run], scale: _Scale) -> tuple[Tick, ...]:
    kept: list[Tick] = []
    for before, run in pairwise(runs):
        tick = Tick(at=scale.x(run.at), label=trend.short(run.catalogue))
        if before.catalogue != run.catalogue and (not kept or tick.at - kept[-1].at >= BETWEEN_MARKS):
            kept.append(tick)
    return tuple(kept)


def _labels(lines: Sequence[Line], scale: _Scale) -> list[float]:
    """Beside each line's end, moved apart where they would overlap; or one below the other under the plot."""
    if not scale.layout.beside:
        return [scale.layout.height + LINE_HEIGHT * number + 4.0 for number in range(len(lines))]
    wanted = [scale.y(line.last or 0.0) for line in lines]
    placed = list(wanted)
    lowest = float(scale.layout.top)
    for number in sorted(range(len(lines)), key=lambda each: wanted[each]):
        placed[number] = max(wanted[number], lowest)
        lowest = placed[number] + LINE_HEIGHT
    return _lifted(placed, scale.layout.height - scale.layout.bottom)


def _lifted(placed: list[float], bottom: float) -> list[float]:
    """Back up above the bottom of the plot, from the lowest on."""
    for number in sorted(range(len(placed)), key=lambda each: -placed[each]):
        placed[number] = min(placed[number], bottom)
        bottom = placed[number] - LINE_HEIGHT
    return placed
