"""One open technique in a plan: what was observed, the risk with its remediations, and the item itself."""

from collections.abc import Iterator, Mapping
from uuid import UUID, uuid5

import msgspec

from mitigap.assessment.model import Assessment, MitigationResult, Status, TechniqueResult
from reports import figures, layers, links, summary
from reports.evidence import Evidence
from reports.palette import LOOKS
from reports.poam_words import Node, line, prop, reference
from reports.report import Report

LINES_SHOWN = 4
"""Control rows told as evidence for one mitigation; the workbook has them all."""

GROUPS_SHOWN = 12

ATTACK = "https://attack.mitre.org"

OPEN = frozenset({Status.GAP, Status.PARTIAL})


class Open(msgspec.Struct, frozen=True, kw_only=True):
    """A technique that is open, whose it is, and the id below which all of its parts are named."""

    technique: TechniqueResult
    groups: tuple[Assessment, ...]
    root: UUID

    def id(self, part: str) -> str:
        return str(uuid5(self.root, part))

    @property
    def name(self) -> str:
        return f"{self.technique.id} {self.technique.name}"

    @property
    def state(self) -> str:
        return f"{LOOKS[self.technique.status].label.lower()}, {figures.percent(self.technique.coverage)}"

    @property
    def missing(self) -> tuple[MitigationResult, ...]:
        return tuple(each for each in self.technique.mitigations if each.level not in {None, 1})


def open_ones(report: Report, root: UUID) -> Iterator[Open]:
    """Each technique once, whoever uses it: what needs attention most comes first."""
    users: dict[str, dict[str, Assessment]] = {}
    for assessment in report.assessments:
        for technique in assessment.techniques:
            users.setdefault(technique.id, {}).setdefault(assessment.group.id, assessment)
    for each in summary.by_attention(layers.worst(report.assessments)):
        if each.status in OPEN:
            groups = tuple(users[each.id][key] for key in sorted(users[each.id]))
            domain = groups[0].catalog.domain
            yield Open(technique=each, groups=groups, root=uuid5(root, f"{domain} {each.id}"))


def observation(found: Open, evidence: Evidence, day: str) -> Node:
    rows = [
        {"description": line(f"{edge.id} {edge.name}: {each}")}
        for edge in found.technique.mitigations
        for each in evidence.behind(edge)[:LINES_SHOWN]
    ]
    node: Node = {
        "uuid": found.id("observation"),
        "title": line(f"Coverage of {found.name}"),
        "description": line(f"Assessed as {found.state}. {_levels(found)}"),
        "props": [prop("status", found.technique.status), prop("coverage", str(found.technique.coverage))],
        "methods": ["EXAMINE"],
        "types": ["mitigation"],
        "collected": f"{day}T00:00:00Z",
    }
    return node | ({"relevant-evidence": rows} if rows else {})


def risk(found: Open, gains: Mapping[str, float]) -> Node:
    node: Node = {
        "uuid": found.id("risk"),
        "title": line(f"{found.name} can be used"),
        "description": line(f"{found.name} is {found.state}. {_users(found)}"),
        "statement": line(
            f"An attacker who uses {found.name} meets {_met(found)} of the mitigations that ATT&CK names."
        ),
        "status": "open",
    }
    if address := links.address(found.technique.id):
        node["threat-ids"] = [{"system": ATTACK, "href": address, "id": address}]
    if links_to := reference(found.technique.id):
        node["links"] = links_to
    if factors := [_factor(found, each) for each in found.technique.mitigations if each.level]:
        node["mitigating-factors"] = factors
    if steps := list(_remediations(found, gains)):
        node["remediations"] = steps
    return node | {"related-observations": [{"observation-uuid": found.id("observation")}]}


def item(found: Open) -> Node:
    node: Node = {
        "uuid": found.id("item"),
        "title": line(f"{found.name}: {found.state}"),
        "description": line(f"{_users(found)} {_to_do(found)}"),
        "props": [prop("technique", found.technique.id), prop("status", found.technique.status)],
        "related-observations": [{"observation-uuid": found.id("observation")}],
        "related-risks": [{"risk-uuid": found.id("risk")}],
    }
    links_to = reference(found.technique.id)
    return node | ({"links": links_to} if links_to else {})


def _factor(found: Open, edge: MitigationResult) -> Node:
    return {
        "uuid": found.id(f"factor {edge.id}"),
        "description": line(f"{edge.id} {edge.name} is in place, at {figures.percent(edge.level)}."),
    }


def _remediations(found: Open, gains: Mapping[str, float]) -> Iterator[Node]:
    """What raises the groups' score most comes first. Pre-compromise is none: nothing can be deployed for it."""
    can = [each for each in found.missing if not each.pre_compromise]
    for each in sorted(can, key=lambda each: (-gains.get(each.id, 0.0), each.id)):
        gain = gains.get(each.id)
        worth = f" Alone it is worth {figures.points(gain)} of the score." if gain else ""
        node: Node = {
            "uuid": found.id(f"remediation {each.id}"),
            "lifecycle": "recommendation",
            "title": line(f"Deploy {each.id} {each.name} in full"),
            "description": line(f"{each.id} {each.name} is at {figures.percent(each.level)} today.{worth}"),
            "props": [prop("mitigation", each.id), prop("level", str(each.level))],
        }
        links_to = reference(each.id)
        yield node | ({"links": links_to} if links_to else {})


def _users(found: Open) -> str:
    names = [summary.name(each) for each in found.groups[:GROUPS_SHOWN]]
    more = len(found.groups) - GROUPS_SHOWN
    return f"Used by {', '.join(names)}{f' and {more} more' if more > 0 else ''}."


def _levels(found: Open) -> str:
    return "; ".join(f"{each.id} {each.name}: {_level(each)}" for each in found.technique.mitigations) + "."


def _level(edge: MitigationResult) -> str:
    return "not applicable" if edge.level is None else figures.percent(edge.level)


def _met(found: Open) -> str:
    return "a part" if any(each.level for each in found.technique.mitigations) else "none"


def _to_do(found: Open) -> str:
    can = [f"{each.id} {each.name}" for each in found.missing if not each.pre_compromise]
    return f"To deploy in full: {', '.join(can)}." if can else "Nothing that is missing can be deployed."
