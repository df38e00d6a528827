"""The workbook's tables, a row for each thing there is to filter and sort."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import msgspec
from openpyxl import Workbook

from mitigap.assessment.model import Assessment, Status, TechniqueResult
from mitigap.inventory.model import Issue
from reports import controls, evidence, gaps, matrix, pages, palette, summary
from reports.advice import FIRST, Named, advice
from reports.evidence import Evidence
from reports.pens import Kind
from reports.report import Report
from reports.sheets import Column, Table

GROUPS = (
    Column(title="Group ID", width=11, kind=Kind.LINK),
    Column(title="Group", width=28),
    Column(title="Score", width=12, kind=Kind.PERCENT, bar=True),
    *(Column(title=look.label, width=12, kind=Kind.NUMBER) for look in palette.LOOKS.values()),
    Column(title="Techniques", width=12, kind=Kind.NUMBER),
    Column(title="Links", width=10, kind=Kind.NUMBER),
    Column(title="Mitigations can reach", width=14, kind=Kind.NUMBER),
    Column(title="Without pre-compromise", width=14, kind=Kind.NUMBER),
    Column(title="First recommendation", width=46),
)

TECHNIQUES = (
    Column(title="Technique ID", width=13, kind=Kind.LINK),
    Column(title="Technique", width=34),
    Column(title="Tactics", width=26),
    Column(title="Status", width=13, status=True),
    Column(title="Coverage", width=12, kind=Kind.PERCENT, bar=True),
    Column(title="Mitigations", width=12, kind=Kind.NUMBER),
    Column(title="Not fully deployed", width=48),
    Column(title="Why no mitigation applies", width=40),
    Column(title="Used through", width=14),
)

EDGES = (
    Column(title="Technique ID", width=13),
    Column(title="Technique", width=32),
    Column(title="Technique's status", width=13, status=True),
    Column(title="Mitigation ID", width=13),
    Column(title="Mitigation", width=34),
    Column(title="Level", width=10, kind=Kind.PERCENT, bar=True),
    Column(title="Remarks", width=26),
    Column(title="Rows behind it", width=70),
)

RECOMMENDATIONS = (
    Column(title="No.", width=6, kind=Kind.NUMBER),
    Column(title="Mitigation ID", width=13, kind=Kind.LINK),
    Column(title="Mitigation", width=34),
    Column(title="Gain in points", width=12, kind=Kind.POINTS, bar=True),
    Column(title="Score after", width=12, kind=Kind.PERCENT),
    Column(title="Fully covers", width=40),
    Column(title="Improves", width=48),
    Column(title="Today in the inventory", width=52),
)

UNRESOLVED = (
    Column(title="Location", width=18),
    Column(title="Control", width=50),
    Column(title="Owner", width=20),
    Column(title="Why it counts for nothing", width=70),
    Column(title="May mean", width=52),
)

ISSUES = (
    Column(title="Location", width=18),
    Column(title="Row", width=8, kind=Kind.NUMBER),
    Column(title="Severity", width=11),
    Column(title="Code", width=18),
    Column(title="Message", width=70),
    Column(title="May mean", width=52),
)

_GROUP = Column(title="Group", width=18)

_TABS = {"calm": palette.ACCENT, "look": palette.LOOKS[Status.PARTIAL].solid, "quiet": "#98A1AE"}


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """A sheet to come: its rows are made as they are written."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]] = ()
    tab: str = "calm"

    def draw(self, book: Workbook, report: Report) -> None:
        if self.title == controls.SHEET:
            controls.sheet(book, report, tab=_TABS[self.tab])
            return
        heading = summary.title(report)
        table = Table(book, self.title, self.columns, tab=_TABS[self.tab], heading=heading)
        for row in self.rows:
            table.add(*row)
        table.close()


def add(book: Workbook, report: Report) -> None:
    for each in planned(report):
        each.draw(book, report)


def planned(report: Report) -> Iterator[Planned]:
    """Every table but the summary. What belongs to a group says which, where there are several."""
    known = Evidence(report.inventory)
    ranked = summary.weakest_first(report.assessments)
    several = len(ranked) > 1
    if several:
        yield Planned(title="Groups", columns=GROUPS, rows=map(_group, ranked))
    head = (gaps.GROUPS,) if several else ()
    yield Planned(title="Gaps", columns=(*head, *gaps.COLUMNS), rows=gaps.rows(report, known))
    most = FIRST if report.many else None
    yield _planned(ranked, "Recommendations", RECOMMENDATIONS, lambda each: islice(_recommendations(each, known), most))
    for each in matrix.matrices(report):
        yield Planned(title=each.title, columns=each.columns, rows=each.rows)
    yield _planned(ranked, "Techniques", TECHNIQUES, lambda each: _techniques(each, known))
    if report.many:
        yield Planned(title="Edges", columns=EDGES, rows=_edges_once(ranked, known))
    else:
        yield _planned(ranked, "Edges", EDGES, lambda each: _edges(each, known))
    yield Planned(title=controls.SHEET, columns=controls.COLUMNS, tab="look")
    yield Planned(title="Unresolved", columns=UNRESOLVED, rows=_unresolved(report), tab="look")
    yield Planned(title="Issues", columns=ISSUES, rows=map(_issue, report.inventory.issues), tab="look")


Rows = Callable[[Assessment], Iterator[Sequence[Any]]]


def _planned(ranked: Sequence[Assessment], title: str, columns: Sequence[Column], rows: Rows) -> Planned:
    """One table over all groups, each row with the name of its own where there are several."""
    if len(ranked) == 1:
        return Planned(title=title, columns=columns, rows=rows(ranked[0]))
    found = ((each.group.name, *row) for each in ranked for row in rows(each))
    return Planned(title=title, columns=(_GROUP, *columns), rows=found)


def _group(assessment: Assessment) -> Sequence[Any]:
    counts, ceiling = assessment.counts, assessment.ceiling
    first = assessment.recommendations[:1]
    return (
        assessment.group.id,
        assessment.group.name,
        assessment.score,
        *(each.number for each in summary.tallies(assessment)),
        counts.techniques,
        counts.edges,
        ceiling.techniques,
        ceiling.without_pre_compromise,
        " ".join(f"{each.id} {each.name}" for each in first),
    )


def _techniques(assessment: Assessment, known: Evidence) -> Iterator[Sequence[Any]]:
    for technique in summary.by_attention(assessment.techniques):
        row = pages.row(assessment, technique, known)
        missing = (f"{each.id} {each.name} ({each.level_text})" for each in row.edges if each.level not in {None, 1})
        yield (
            row.id,
            row.name,
            ", ".join(row.tactics),
            row.look.label,
            row.coverage,
            len(row.edges),
            "\n".join(missing),
            row.reason,
            ", ".join(row.via),
        )


def _edges(assessment: Assessment, known: Evidence) -> Iterator[Sequence[Any]]:
    for technique in summary.by_attention(assessment.techniques):
        yield from _edges_of(assessment, technique, known)


def _edges_once(assessments: Iterable[Assessment], known: Evidence) -> Iterator[Sequence[Any]]:
    """What stands against a technique is the same for every group that uses it."""
    found = {technique.id: (each, technique) for each in assessments for technique in each.techniques}
    for assessment, technique in (found[key] for key in sorted(found)):
        yield from _edges_of(assessment, technique, known)


def _edges_of(assessment: Assessment, technique: TechniqueResult, known: Evidence) -> Iterator[Sequence[Any]]:
    row = pages.row(assessment, technique, known)
    for edge in row.edges:
        behind = "\n".join(evidence.brief(edge.lines)) or "no row in the inventory"
        remarks = "; ".join(edge.flags)
        yield (row.id, row.name, row.look.label, edge.id, edge.name, edge.level, remarks, behind)


def _recommendations(assessment: Assessment, known: Evidence) -> Iterator[Sequence[Any]]:
    for each in advice(assessment, known):
        yield (
            each.rank,
            each.id,
            each.name,
            each.gain,
            each.after,
            _names(each.covers),
            _names(each.improves),
            "\n".join(evidence.brief(each.today)) or "no row in the inventory",
        )


def _names(found: Iterable[Named]) -> str:
    return "\n".join(f"{each.id} {each.name}" for each in found)


def _unresolved(report: Report) -> Iterator[Sequence[Any]]:
    found = evidence.puzzles(report.inventory)
    for each in found:
        yield each.location, each.text, each.owner, "\n".join(each.messages), "\n".join(each.suggestions)
    if not found:
        yield "none", "Every row of the inventory names a mitigation.", "", "", ""


def _issue(issue: Issue) -> Sequence[Any]:
    return (
        issue.location,
        issue.row,
        issue.severity.value,
        issue.code,
        issue.message,
        "\n".join(evidence.suggested(issue)),
    )
