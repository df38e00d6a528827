"""One group as a reader turns its pages: everything a template needs, in words and in order."""

import msgspec

from mitigap.assessment.model import Assessment, MitigationResult, Reason, Status, TechniqueResult
from reports import figures, palette, summary
from reports.advice import Advice, Named, advice, no_advice
from reports.evidence import Evidence, Line
from reports.palette import Look
from reports.report import Report
from reports.summary import TacticRow, Tally


class Edge(msgspec.Struct, frozen=True, kw_only=True):
    """One mitigation of one technique. `flags` are what a reader must know about its level."""

    id: str
    name: str
    level: float | None
    glyph: str
    flags: tuple[str, ...]
    lines: tuple[Line, ...]

    @property
    def level_text(self) -> str:
        return "n/a" if self.level is None else figures.percent(self.level)


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One technique. `reason` is empty unless nothing applies to it."""

    id: str
    name: str
    status: Status
    look: Look
    tactics: tuple[str, ...]
    via: tuple[str, ...]
    coverage: float | None
    edges: tuple[Edge, ...]
    reason: str

    @property
    def coverage_text(self) -> str:
        return figures.percent(self.coverage)


class Unstopped(msgspec.Struct, frozen=True, kw_only=True):
    """The techniques to which no mitigation applies, for one reason."""

    reason: str
    techniques: tuple[Named, ...]


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """`anchor` is unique among the pages of a report."""

    anchor: str
    id: str
    name: str
    headline: str
    rule: str
    ceiling: str
    edges: str
    score: float | None
    ceiling_share: str
    tallies: tuple[Tally, ...]
    tactics: tuple[TacticRow, ...]
    advice: tuple[Advice, ...]
    no_advice: str
    expired: tuple[Line, ...]
    rows: tuple[Row, ...]
    unstopped: tuple[Unstopped, ...]
    notes: tuple[str, ...]

    @property
    def score_text(self) -> str:
        return figures.percent(self.score)


def pages(report: Report) -> tuple[Page, ...]:
    """The weakest group first."""
    evidence = Evidence(report.inventory)
    ranked = summary.weakest_first(report.assessments)
    groups = [each.group.id for each in ranked]
    return tuple(
        _page(each, evidence, _anchor(each.group.id, groups[:index].count(each.group.id)))
        for index, each in enumerate(ranked)
    )


def _anchor(group: str, before: int) -> str:
    """The group's id; with a number where the report has had this group before."""
    return f"{group}-{before + 1}" if before else group


def _page(assessment: Assessment, evidence: Evidence, anchor: str) -> Page:
    return Page(
        anchor=anchor,
        id=assessment.group.id,
        name=assessment.group.name,
        headline=summary.headline(assessment),
        rule=summary.rule(assessment.policy),
        ceiling=summary.ceiling(assessment),
        edges=summary.edges(assessment),
        score=assessment.score,
        ceiling_share=f"{assessment.ceiling.techniques} of {assessment.ceiling.of}",
        tallies=summary.tallies(assessment),
        tactics=summary.tactics(assessment),
        advice=advice(assessment, evidence),
        no_advice=no_advice(assessment),
        expired=expired(assessment, evidence),
        rows=tuple(row(assessment, each, evidence) for each in summary.by_attention(assessment.techniques)),
        unstopped=unstopped(assessment),
        notes=assessment.notes,
    )


def row(assessment: Assessment, technique: TechniqueResult, evidence: Evidence) -> Row:
    """Its mitigations stand with the least deployed first, those that take no part last."""
    ranked = sorted(technique.mitigations, key=lambda each: (each.level is None, each.level or 0.0, each.id))
    return Row(
        id=technique.id,
        name=technique.name,
        status=technique.status,
        look=palette.LOOKS[technique.status],
        tactics=tuple(assessment.tactics.get(each, each) for each in technique.tactics),
        via=technique.via,
        coverage=technique.coverage,
        edges=tuple(_edge(each, evidence) for each in ranked),
        reason=palette.REASONS[technique.reason] if technique.reason else "",
    )


def _edge(mitigation: MitigationResult, evidence: Evidence) -> Edge:
    return Edge(
        id=mitigation.id,
        name=mitigation.name,
        level=mitigation.level,
        glyph=palette.LOOKS[as_status(mitigation.level)].glyph,
        flags=flags(mitigation),
        lines=evidence.behind(mitigation),
    )


def as_status(level: float | None) -> Status:
    known = {None: Status.UNMITIGABLE, 0.0: Status.GAP, 1.0: Status.COVERED}
    return known.get(level, Status.PARTIAL)


def flags(mitigation: MitigationResult) -> tuple[str, ...]:
    """What to know about one edge beside its level."""
    said = {
        "not applicable, takes no part": mitigation.level is None,
        "pre-compromise: nothing to deploy": mitigation.pre_compromise,
        "rests on an alternative control": mitigation.alternative,
        f"inherited from {mitigation.inherited_from}": mitigation.inherited_from is not None,
    }
    return tuple(words for words, holds in said.items() if holds)


def unstopped(assessment: Assessment) -> tuple[Unstopped, ...]:
    found: dict[Reason, list[Named]] = {}
    for each in assessment.techniques:
        if each.reason is not None:
            found.setdefault(each.reason, []).append(Named(id=each.id, name=each.name))
    return tuple(Unstopped(reason=palette.REASONS[reason], techniques=tuple(found[reason])) for reason in sorted(found))


def expired(assessment: Assessment, evidence: Evidence) -> tuple[Line, ...]:
    """The rows that would have counted here were their date not past, each once."""
    edges = dict.fromkeys(edge for each in assessment.techniques for edge in each.mitigations if edge.expired)
    return tuple(dict.fromkeys(line for edge in edges for line in evidence.behind(edge) if line.expired))
