"""Many groups as a reader turns their pages: the heat map, what the worst share, what raises all, each group's own."""

from collections.abc import Iterator, Mapping

import msgspec

from mitigap.assessment.portfolio import Cell, GroupPart, Portfolio, Raise, Shared, Tally, TechniquePart
from reports import figures, palette
from reports.evidence import Evidence, Line
from reports.palette import Look
from reports.report import Report

SHARED = 15
"""Techniques that the worst-covered groups share, told on a page; the workbook has them all."""
NAMED = 6
"""Groups that are named in one line; more are counted."""
BANDS = ((0.25, "heat-1"), (0.5, "heat-2"), (0.75, "heat-3"), (1.0, "heat-4"))
"""Below each bound, and how that is shaded; the figure itself stands in every cell."""

WEIGHTED = "The mean of the groups' scores by their weights, over those that have a score."
HEAT = (
    "Mean coverage of each group's techniques of each tactic, and how many techniques that are. The weakest group "
    "first; a technique of two tactics counts in both; — where none can be mitigated, empty where there is none."
)
RAISES = "Each gain is exact: what that step alone adds to today's weighted score over all groups."


class HeatCell(msgspec.Struct, frozen=True, kw_only=True):
    """`band` shades it; empty text where the group has no technique of the tactic."""

    band: str
    text: str
    number: int
    coverage: float | None


class HeatRow(msgspec.Struct, frozen=True, kw_only=True):
    group: GroupPart
    cells: tuple[HeatCell, ...]

    @property
    def score_text(self) -> str:
        return figures.percent(self.group.score)


class SharedRow(msgspec.Struct, frozen=True, kw_only=True):
    """`worst` are the groups' names; `groups` counts all that use it."""

    technique: TechniquePart
    look: Look
    worst: tuple[str, ...]
    groups: int

    @property
    def coverage_text(self) -> str:
        return figures.percent(self.technique.coverage)


class RaiseRow(msgspec.Struct, frozen=True, kw_only=True):
    rank: int
    found: Raise
    of: int

    @property
    def gain_text(self) -> str:
        return figures.points(self.found.gain)


class Together(msgspec.Struct, frozen=True, kw_only=True):
    """What stands on a page about several groups at once; `lines` are the rows behind each mitigation."""

    portfolio: Portfolio
    headline: str
    facts: tuple[str, ...]
    heat: tuple[HeatRow, ...]
    shared: tuple[SharedRow, ...]
    raises: tuple[RaiseRow, ...]
    worst: str
    lines: Mapping[str, tuple[Line, ...]]


def together(report: Report) -> Together | None:
    """None where the report is of one group."""
    return None if report.portfolio is None else _together(report.portfolio, _lines(report))


def _together(portfolio: Portfolio, lines: Mapping[str, tuple[Line, ...]]) -> Together:
    names = {each.id: each.name for each in portfolio.groups}
    return Together(
        portfolio=portfolio,
        headline=headline(portfolio),
        facts=tuple(facts(portfolio)),
        heat=heat(portfolio),
        shared=shared(portfolio),
        raises=tuple(
            RaiseRow(rank=rank, found=each, of=sum(one.score is not None for one in portfolio.groups))
            for rank, each in enumerate(portfolio.mitigations, start=1)
        ),
        worst=named([names[each] for each in portfolio.worst]),
        lines=lines,
    )


def _lines(report: Report) -> dict[str, tuple[Line, ...]]:
    """The inventory's rows behind each mitigation."""
    evidence = Evidence(report.inventory)
    edges = {
        edge.id: edge for each in report.assessments for technique in each.techniques for edge in technique.mitigations
    }
    return {key: evidence.behind(edge) for key, edge in edges.items()}


def headline(portfolio: Portfolio) -> str:
    if portfolio.score is None:
        return "Nothing to assess in any of them"
    return f"Weighted score over all groups: {figures.percent(portfolio.score)}"


def facts(portfolio: Portfolio) -> Iterator[str]:
    """The groups' techniques together, and those that all of them use."""
    yield f"Together they use {told(portfolio.union)}."
    if portfolio.intersection.techniques:
        yield f"All of them use {told(portfolio.intersection)}."
    else:
        yield "There is no technique that all of them use."
    heavier = [f"{each.name} {each.weight:g}" for each in portfolio.groups if each.weight != 1]
    if heavier:
        yield f"Weights: {figures.listed(tuple(heavier))}; every other group weighs 1."


def told(tally: Tally) -> str:
    """`12 techniques: 3 gap, 4 partial, 2 covered, 3 unmitigable; mean coverage 40 %`."""
    numbers = {"gap": tally.gap, "partial": tally.partial, "covered": tally.covered, "unmitigable": tally.unmitigable}
    parts = ", ".join(f"{number} {word}" for word, number in numbers.items() if number)
    mean = "" if tally.coverage is None else f"; mean coverage {figures.percent(tally.coverage)}"
    return f"{figures.count(tally.techniques, 'technique')}: {parts}{mean}"


def heat(portfolio: Portfolio) -> tuple[HeatRow, ...]:
    """The weakest group first, those without a score last."""
    known = {(each.group, each.tactic): each for each in portfolio.heat}
    ranked = sorted(portfolio.groups, key=lambda each: (each.score is None, each.score or 0.0, each.id))
    return tuple(
        HeatRow(group=group, cells=tuple(_cell(known.get((group.id, tactic.id))) for tactic in portfolio.tactics))
        for group in ranked
    )


def _cell(found: Cell | None) -> HeatCell:
    if found is None:
        return HeatCell(band="", text="", number=0, coverage=None)
    tally = found.tally
    return HeatCell(
        band=band(tally.coverage),
        text=figures.percent(tally.coverage),
        number=tally.techniques,
        coverage=tally.coverage,
    )


def band(coverage: float | None) -> str:
    if coverage is None:
        return "heat-none"
    if coverage == 0:
        return "heat-0"
    return next((name for bound, name in BANDS if coverage < bound), "heat-5" if coverage == 1 else "heat-4")


def shared(portfolio: Portfolio) -> tuple[SharedRow, ...]:
    techniques = {each.id: each for each in portfolio.techniques}
    names = {each.id: each.name for each in portfolio.groups}
    return tuple(_shared(each, techniques, names) for each in portfolio.shared)


def _shared(each: Shared, techniques: Mapping[str, TechniquePart], names: Mapping[str, str]) -> SharedRow:
    technique = techniques[each.id]
    return SharedRow(
        technique=technique,
        look=palette.LOOKS[technique.status],
        worst=tuple(names[one] for one in each.worst),
        groups=len(technique.groups),
    )


def named(words: list[str] | tuple[str, ...]) -> str:
    """As many as fit in one line, the rest counted."""
    if len(words) <= NAMED:
        return figures.listed(tuple(words)) if words else ""
    return f"{', '.join(words[:NAMED])} and {len(words) - NAMED} more"
