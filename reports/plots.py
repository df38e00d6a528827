"""The charts of the summary: techniques by status, coverage by tactic, first steps, the weakest groups."""

from typing import Any

from mitigap.assessment.model import Assessment
from reports import charts, figures, summary
from reports.charts import Bars
from reports.report import Report

MOST = 15
"""Bars that one chart holds and a reader can tell apart."""

_NARROW, _BROAD, _HIGH = 15.0, 19.0, 7.0


def statuses(sheet: Any, assessment: Assessment, first: int, place: str) -> None:
    """`first` is the row of the first tally on this sheet."""
    found = summary.tallies(assessment)
    said = ", ".join(f"{each.look.label.lower()} {each.number}" for each in found)
    bars = Bars(
        title="Techniques by status",
        words=f"{figures.count(assessment.counts.techniques, 'technique')} by status: {said}.",
        first=first,
        last=first + len(found) - 1,
        names=2,
        values=3,
        colours=[each.look.solid for each in found],
    )
    charts.draw(sheet, bars, place, width=_NARROW, height=_HIGH)


def tactics(sheet: Any, assessment: Assessment, first: int, place: str) -> None:
    """Nothing where no tactic has a coverage."""
    found = [each for each in summary.tactics(assessment) if each.coverage is not None][:MOST]
    if not found or not first:
        return
    said = ", ".join(f"{each.name} {figures.percent(each.coverage)}" for each in found)
    bars = Bars(
        title="Coverage by tactic",
        words=f"Coverage by tactic, the weakest first: {said}.",
        first=first,
        last=first + len(found) - 1,
        names=2,
        values=4,
        percent=True,
    )
    charts.draw(sheet, bars, place, width=_BROAD, height=_HIGH)


def steps(sheet: Any, first: int, last: int, place: str) -> None:
    """The first recommendations over all groups; nothing where there is none."""
    if last < first:
        return
    bars = Bars(
        title="First steps, in points",
        words="What each of the first steps adds to the groups' mean score, in points; the table beneath says it.",
        first=first,
        last=last,
        names=2,
        values=4,
    )
    charts.draw(sheet, bars, place, width=_NARROW, height=_HIGH)


def groups(sheet: Any, report: Report, place: str) -> None:
    """The weakest groups, from the sheet Groups; nothing where none has a score."""
    scored = [each for each in summary.weakest_first(report.assessments) if each.score is not None][:MOST]
    if not scored:
        return
    said = ", ".join(f"{each.group.name} {figures.percent(each.score)}" for each in scored)
    bars = Bars(
        title="Score of the weakest groups" if len(report.assessments) > len(scored) else "Score by group",
        words=f"Score by group, the weakest first: {said}.",
        first=2,
        last=len(scored) + 1,
        names=2,
        values=3,
        percent=True,
        sheet="Groups",
    )
    charts.draw(sheet, bars, place, width=_BROAD, height=_HIGH)
