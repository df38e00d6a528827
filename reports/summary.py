"""The sentences, totals and orders that every format shares: how an assessment is told."""

from collections.abc import Iterable

import msgspec

from mitigap.assessment.model import Assessment, PolicyRef, Status, TechniqueResult
from reports import figures
from reports.palette import LOOKS, Look
from reports.report import Report

NOTHING = "Nothing to assess"

_SWITCHES = {
    "software": "techniques the group uses through software are included",
    "campaigns": "techniques of its campaigns are included",
    "inherit": "sub-techniques inherit their parent's mitigations (derived, not in ATT&CK)",
}


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """How many techniques have one status, and the share of all they are."""

    status: Status
    look: Look
    number: int
    share: float


class TacticRow(msgspec.Struct, frozen=True, kw_only=True):
    """One tactic's techniques by status, and their mean coverage where any of them can be covered."""

    id: str
    name: str
    coverage: float | None
    techniques: int
    numbers: dict[Status, int]


def name(assessment: Assessment) -> str:
    """`Leafminer (G0077)`."""
    return f"{assessment.group.name} ({assessment.group.id})"


def headline(assessment: Assessment) -> str:
    if assessment.score is None:
        return f"{assessment.group.name}: {NOTHING.lower()}"
    return f"{assessment.group.name}: {figures.percent(assessment.score)} of what ATT&CK can mitigate is covered"


def rule(policy: PolicyRef) -> str:
    """The policy by name, its rule, and the switches that are on."""
    switched = [words for switch, words in _SWITCHES.items() if getattr(policy, switch)]
    return " ".join([f"Policy “{policy.name}”: {policy.rule}", *(f"Here {words}." for words in switched)])


def ceiling(assessment: Assessment) -> str:
    """How far ATT&CK's mitigations could go at best."""
    found = assessment.ceiling
    if found.of == 0:
        return "This catalogue lists no technique for this group."
    reach = f"ATT&CK mitigations can reach {found.techniques} of {figures.count(found.of, 'technique')}"
    bare = found.without_pre_compromise
    return f"{reach}." if bare == found.techniques else f"{reach} ({bare} without pre-compromise)."


def edges(assessment: Assessment) -> str:
    """What the four counts rest on."""
    counts = assessment.counts
    return (
        f"{figures.count(counts.techniques, 'technique')}, "
        f"{figures.count(counts.edges, 'link')} between a technique and a mitigation."
    )


def tallies(assessment: Assessment) -> tuple[Tally, ...]:
    """The four counts, the most pressing first."""
    counts = assessment.counts
    return tuple(
        Tally(
            status=status,
            look=look,
            number=getattr(counts, status.value),
            share=getattr(counts, status.value) / (counts.techniques or 1),
        )
        for status, look in LOOKS.items()
    )


def by_attention(techniques: Iterable[TechniqueResult]) -> tuple[TechniqueResult, ...]:
    """Gaps, then partial ones with the least coverage first, then covered ones; by id within."""
    ranks = {status: rank for rank, status in enumerate(LOOKS)}
    return tuple(sorted(techniques, key=lambda each: (ranks[each.status], each.coverage or 0.0, each.id)))


def weakest_first(assessments: Iterable[Assessment]) -> tuple[Assessment, ...]:
    """By score; groups that have none come last."""
    return tuple(sorted(assessments, key=lambda each: (each.score is None, each.score or 0.0, each.group.id)))


def tactics(assessment: Assessment) -> tuple[TacticRow, ...]:
    """The weakest first; a technique of two tactics counts in both."""
    rows = (_tactic(assessment, key) for key in sorted(assessment.tactics))
    return tuple(sorted(rows, key=lambda each: (each.coverage is None, each.coverage or 0.0, each.id)))


def _tactic(assessment: Assessment, tactic: str) -> TacticRow:
    found = [each for each in assessment.techniques if tactic in each.tactics]
    known = [each.coverage for each in found if each.coverage is not None]
    return TacticRow(
        id=tactic,
        name=assessment.tactics[tactic],
        coverage=sum(known) / len(known) if known else None,
        techniques=len(found),
        numbers={status: sum(each.status is status for each in found) for status in LOOKS},
    )


def title(report: Report) -> str:
    """What a window or a document is called."""
    if len(report.assessments) > 1:
        return f"{len(report.assessments)} groups: gap report"
    return f"{name(report.assessments[0])}: gap report"


def overview(report: Report) -> str:
    """The headline over several groups."""
    ranked = weakest_first(report.assessments)
    scored = [each for each in ranked if each.score is not None]
    groups = figures.count(len(ranked), "group")
    if not scored:
        return f"{groups}: {NOTHING.lower()}"
    weakest, best = scored[0], scored[-1]
    return (
        f"{groups}: coverage from {figures.percent(weakest.score)} ({weakest.group.name}) "
        f"to {figures.percent(best.score)} ({best.group.name})"
    )
