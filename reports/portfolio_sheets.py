"""The workbook's sheets about many groups at once: overview, heat map, what the worst share, each group's own."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.formatting.rule import ColorScaleRule
from openpyxl.utils import get_column_letter

from mitigap.assessment.model import Status
from mitigap.assessment.portfolio import GroupPart, Portfolio
from reports import palette, portfolio_pages, summary
from reports.pens import Kind, Look, rgb
from reports.portfolio_pages import NAMED, Together, named
from reports.report import Report
from reports.sheets import Column, Entry, Page, Table

_HEAT = (
    ("num", 0, palette.LOOKS[Status.GAP].paper),
    ("num", 0.5, palette.LOOKS[Status.PARTIAL].paper),
    ("num", 1, palette.LOOKS[Status.COVERED].paper),
)

SHARED = (
    Column(title="Technique ID", width=13, kind=Kind.LINK),
    Column(title="Technique", width=36),
    Column(title="Status", width=13, status=True),
    Column(title="Coverage", width=12, kind=Kind.PERCENT, bar=True),
    Column(title="Worst-covered groups that use it", width=14, kind=Kind.NUMBER, bar=True),
    Column(title="Groups that use it", width=12, kind=Kind.NUMBER),
    Column(title="Which of the worst-covered", width=70),
)

OWN = (
    Column(title="Group ID", width=11, kind=Kind.LINK),
    Column(title="Group", width=28),
    Column(title="Weight", width=10),
    Column(title="Score", width=12, kind=Kind.PERCENT, bar=True),
    Column(title="Techniques", width=12, kind=Kind.NUMBER),
    Column(title="Shared with all", width=12, kind=Kind.NUMBER),
    Column(title="Used by no other", width=12, kind=Kind.NUMBER),
    Column(title="Gaps", width=10, kind=Kind.NUMBER),
    Column(title="Techniques that no other group here uses", width=60),
    Column(title="Its gaps", width=60),
)


def add(book: Workbook, report: Report) -> None:
    """Nothing where the report is of one group."""
    found = portfolio_pages.together(report)
    if found is None:
        return
    heading = summary.title(report)
    _overview(book, found, heading)
    _heat(book, found, heading)
    _table(book, "Shared techniques", SHARED, map(_shared, found.shared), heading)
    names = found.portfolio.names
    own = (_own(found.portfolio, each.group, names) for each in found.heat)
    _table(book, "Compared", OWN, own, heading)


def _overview(book: Workbook, found: Together, heading: str) -> None:
    page = Page(book, "Overview", (6, 40, 12, 12, 12, 70), tab=palette.ACCENT, heading=heading)
    page.sheet.sheet_view.showGridLines = False
    page.across(found.headline, Look.TITLE, 30)
    page.across(portfolio_pages.WEIGHTED, Look.QUIET)
    for fact in found.facts:
        page.across(fact, Look.STRONG)
    if found.worst:
        page.across(f"The worst-covered groups: {found.worst}.", Look.CAUTION)
    page.blank()
    page.across("What raises the weighted score most", Look.SECTION, 20)
    page.across(portfolio_pages.RAISES, Look.QUIET)
    titles = ("No.", "Mitigation", "ID", "Points", "Groups", "Fully covers")
    page.add(*(Entry(value=title, look=Look.HEADER) for title in titles))
    for each in found.raises:
        page.add(
            Entry(value=each.rank, kind=Kind.NUMBER),
            Entry(value=each.found.name, look=Look.STRONG),
            Entry(value=each.found.id, kind=Kind.LINK),
            Entry(value=each.found.gain, kind=Kind.POINTS, look=Look.STRONG),
            Entry(value=len(each.found.groups), kind=Kind.NUMBER),
            Entry(value=_ids(each.found.covers)),
        )


def _heat(book: Workbook, found: Together, heading: str) -> None:
    tactics = found.portfolio.tactics
    columns = (
        Column(title="Group", width=26),
        Column(title="Score", width=10, kind=Kind.PERCENT),
        *(Column(title=each.name, width=13, kind=Kind.PERCENT) for each in tactics),
    )
    table = Table(book, "Heat map", columns, tab=palette.ACCENT, heading=heading)
    for row in found.heat:
        table.add(f"{row.group.name} ({row.group.id})", row.group.score, *(each.coverage for each in row.cells))
    last = get_column_letter(len(columns))
    table.sheet.conditional_formatting.add(f"B2:{last}{max(table.rows, 2)}", _scale())
    table.close()
    table.sheet.freeze_panes = "C2"


def _scale() -> Any:
    """Shaded from none to full; the figure itself stands in every cell."""
    told: dict[str, Any] = {}
    for place, (kind, value, colour) in zip(("start", "mid", "end"), _HEAT, strict=True):
        told |= {f"{place}_type": kind, f"{place}_value": value, f"{place}_color": rgb(colour)}
    return ColorScaleRule(**told)  # type: ignore[no-untyped-call]


def _table(book: Workbook, title: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]], heading: str) -> None:
    table = Table(book, title, columns, tab=palette.ACCENT, heading=heading)
    for row in rows:
        table.add(*row)
    table.close()


def _shared(row: portfolio_pages.SharedRow) -> Sequence[Any]:
    technique = row.technique
    return (
        technique.id,
        technique.name,
        row.look.label,
        technique.coverage,
        len(row.worst),
        row.groups,
        ", ".join(row.worst),
    )


def _own(portfolio: Portfolio, group: GroupPart, names: Mapping[str, str]) -> Sequence[Any]:
    return (
        group.id,
        group.name,
        f"{group.weight:g}",
        group.score,
        group.counts.techniques,
        len(portfolio.common),
        len(group.unique),
        group.counts.gap,
        named([f"{each} {names[each]}" for each in group.unique]),
        named([f"{each} {names[each]}" for each in group.gaps]),
    )


def _ids(found: tuple[str, ...]) -> str:
    return named(found) if len(found) > NAMED else ", ".join(found)
