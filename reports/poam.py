"""The gaps as an OSCAL plan of action and milestones: what is open, what it means, and what would close it.

An id is that of its subject: the same technique of the same inventory bears it in next month's plan too, so that a
program which keeps plans goes on with the item it has. The plan's own id stands for exactly these inputs.
"""

import json
from collections.abc import Iterable
from uuid import UUID, uuid5

from mitigap.assessment.model import Assessment
from reports import advice, poam_items, poam_words, provenance, summary, text
from reports.evidence import Evidence
from reports.poam_items import Open
from reports.poam_words import Node
from reports.report import Report

OSCAL = "1.2.0"

ROOT = UUID("6f5b9f0e-3f0e-5c53-9d0a-7d6a4e0e9c11")
"""Whatever Mitigap names in OSCAL is named below this."""


def render(report: Report) -> bytes:
    content = {"plan-of-action-and-milestones": _plan(report)}
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()


def _plan(report: Report) -> Node:
    found = tuple(poam_items.open_ones(report, _id(f"inventory {report.inventory.name}")))
    plan: Node = {
        "uuid": str(_id("\n".join(_inputs(report)))),
        "metadata": _metadata(report),
        "system-id": {
            "identifier-type": "http://ietf.org/rfc/rfc4122",
            "id": str(_id(f"system {report.inventory.name}")),
        },
    }
    return plan | (_open(report, found) if found else {"poam-items": [_nothing(report)]})


def _id(subject: str) -> UUID:
    return uuid5(ROOT, text.one_line(subject))


def _inputs(report: Report) -> Iterable[str]:
    """Everything that the plan follows from, apart from the words of a marking."""
    for each in report.assessments:
        rule = "/".join((each.policy.name, *(word for word in poam_words.SWITCHES if getattr(each.policy, word))))
        yield f"{each.catalog.digest} {each.inventory.digest} {each.group.id} {rule} {each.as_of} {each.engine}"


def _metadata(report: Report) -> Node:
    first = report.assessments[0]
    marking = report.branding.marking
    props = [{"name": "marking", "value": marking.value}] if marking else []
    props += [poam_words.prop(poam_words.token(term), fact) for term, fact in provenance.facts(report) if fact.strip()]
    return {
        "title": poam_words.line(
            f"{report.branding.title or 'Mitigap'}: plan of action and milestones, {_who(report)}"
        ),
        "last-modified": f"{first.as_of}T00:00:00Z",
        "version": first.as_of,
        "oscal-version": OSCAL,
        "props": props,
        "remarks": "\n\n".join((poam_words.ABOUT, *map(poam_words.line, provenance.copyrights(report)))),
    }


def _who(report: Report) -> str:
    found = report.assessments
    return summary.name(found[0]) if len(found) == 1 else f"{len(found)} groups"


def _open(report: Report, found: tuple[Open, ...]) -> Node:
    evidence = Evidence(report.inventory)
    gains = {each.id: each.gain for each in advice.shared(report.assessments, evidence)}
    day = report.assessments[0].as_of
    return {
        "observations": [poam_items.observation(each, evidence, day) for each in found],
        "risks": [poam_items.risk(each, gains) for each in found],
        "poam-items": [poam_items.item(each) for each in found],
    }


def _nothing(report: Report) -> Node:
    """OSCAL has no plan without an item: this one says that there is nothing to plan, and bears no risk."""
    return {
        "uuid": str(_id(f"nothing open {report.inventory.name}")),
        "title": "No technique is open",
        "description": f"There is nothing to plan. {' '.join(map(_stands, report.assessments))}",
        "props": [poam_words.prop("open-techniques", "0")],
    }


def _stands(assessment: Assessment) -> str:
    counts = assessment.counts
    told = f"{counts.techniques} used, {counts.covered} covered, {counts.unmitigable} that no mitigation stops"
    return poam_words.line(f"Techniques of {text.one_line(summary.name(assessment))}: {told}.")
