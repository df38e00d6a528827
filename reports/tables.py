"""The workbook's tables, a row for each thing there is to filter and sort."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any

from openpyxl import Workbook

from mitigap.assessment.model import Assessment, Status, TechniqueResult
from mitigap.inventory.model import Control, Inventory, Issue
from reports import evidence, pages, palette, summary
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

CONTROLS = (
    Column(title="Location", width=16),
    Column(title="Control", width=46),
    Column(title="Mitigation IDs", width=15),
    Column(title="Status", width=16),
    Column(title="Level", width=10, kind=Kind.PERCENT, bar=True),
    Column(title="Owner", width=20),
    Column(title="Evidence", width=24),
    Column(title="Reviewed", width=12, kind=Kind.DATE),
    Column(title="Expires", width=12, kind=Kind.DATE),
    Column(title="Expired", width=10),
    Column(title="Notes", width=30),
    Column(title="Status as written", width=18),
    Column(title="Resolved by", width=13),
    Column(title="Reference", width=14),
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


def add(book: Workbook, report: Report) -> None:
    """Every table but the summary. What belongs to a group says which, where there are several."""
    known = Evidence(report.inventory)
    ranked = summary.weakest_first(report.assessments)
    several = len(ranked) > 1
    if several:
        _table(book, report, "Groups", GROUPS, map(_group, ranked))
    for title, columns, rows in (
        ("Techniques", TECHNIQUES, _techniques),
        ("Edges", EDGES, _edges),
        ("Recommendations", RECOMMENDATIONS, _recommendations),
    ):
        if report.many and title == "Edges":
            _table(book, report, title, EDGES, _edges_once(ranked, known))
            continue
        head = (_GROUP,) if several else ()
        most = FIRST if report.many and title == "Recommendations" else None
        found = (
            (each.group.name, *row) if several else row for each in ranked for row in islice(rows(each, known), most)
        )
        _table(book, report, title, (*head, *columns), found)
    as_of = date.fromisoformat(report.assessments[0].as_of)
    _table(book, report, "Controls", CONTROLS, _controls(report.inventory, as_of), tab="look")
    _table(book, report, "Issues", ISSUES, map(_issue, report.inventory.issues), tab="look")


def _table(
    book: Workbook,
    report: Report,
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Any]],
    *,
    tab: str = "calm",
) -> None:
    table = Table(book, title, columns, tab=_TABS[tab], heading=summary.title(report))
    for row in rows:
        table.add(*row)
    table.close()


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


def _controls(inventory: Inventory, as_of: date) -> Iterator[Sequence[Any]]:
    words: Mapping[Any, str] = palette.CONTROL_STATUSES
    return (_control(each, words.get(each.status, ""), as_of) for each in inventory.controls)


def _control(control: Control, status: str, as_of: date) -> Sequence[Any]:
    return (
        control.location,
        control.text,
        ", ".join(control.mitigations) or "unresolved",
        status or "not understood",
        control.level,
        control.owner,
        control.evidence,
        control.reviewed,
        control.expires,
        "expired" if control.expires and control.expires < as_of else "",
        control.notes,
        control.status_text,
        control.method.value if control.method else "",
        control.reference,
    )


def _issue(issue: Issue) -> Sequence[Any]:
    return (
        issue.location,
        issue.row,
        issue.severity.value,
        issue.code,
        issue.message,
        "\n".join(evidence.suggested(issue)),
    )
