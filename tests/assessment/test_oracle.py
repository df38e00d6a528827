"""Every group of every bundle against a second reckoning, written from the raw STIX objects and nothing of ours."""

import json
import random
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from factories.assessment import TODAY, an_inventory

from mitigap.assessment.assess import several
from mitigap.assessment.model import Assessment
from mitigap.assessment.policy import POLICIES, named
from mitigap.catalog import stix

DO_NOT = {"enterprise-attack": "M1055", "mobile-attack": "M1059", "ics-attack": "M0816"}
RULES = {"mean": lambda values: sum(values) / Fraction(len(values)), "any": max, "all": min}

BUNDLES = [
    ("enterprise-attack-15.1", 148),
    ("enterprise-attack-18.1", 172),
    ("ics-attack-18.1", 14),
    ("mobile-attack-18.1", 17),
]


class Truth:
    """One bundle, looked through with plain loops."""

    def __init__(self, path: Path) -> None:
        self.domain = path.name.rpartition("-")[0]
        live = [each for each in json.loads(path.read_bytes())["objects"] if is_live(each)]
        self.ids = {each["id"]: attack_id(each) for each in live if each["type"] != "relationship"}
        self.links = [
            (each["relationship_type"], each["source_ref"], each["target_ref"])
            for each in live
            if each["type"] == "relationship" and each["source_ref"] in self.ids and each["target_ref"] in self.ids
        ]

    def pairs(self, kind: str, source: str, target: str) -> set[tuple[str, str]]:
        return {
            (self.ids[a], self.ids[b])
            for link, a, b in self.links
            if link == kind and a.startswith(source + "--") and b.startswith(target + "--")
        }

    def mapping(self) -> dict[str, dict[str, set[str]]]:
        """Group to technique to mitigations, "do not mitigate" still among them."""
        mitigates = self.pairs("mitigates", "course-of-action", "attack-pattern")
        return {
            group: {
                technique: {mitigation for mitigation, against in mitigates if against == technique}
                for user, technique in self.pairs("uses", "intrusion-set", "attack-pattern")
                if user == group
            }
            for group in {self.ids[each] for each in self.ids if each.startswith("intrusion-set--")}
        }

    def carried(self) -> dict[str, dict[str, set[str]]]:
        """Group to technique to the software and campaigns that bring it, those of its campaigns included."""
        users = ("malware", "tool")
        brings = set().union(*(self.pairs("uses", each, "attack-pattern") for each in (*users, "campaign")))
        employs = set().union(
            *(self.pairs("uses", user, each) for user in ("intrusion-set", "campaign") for each in users)
        )
        found: dict[str, dict[str, set[str]]] = {}
        led = self.pairs("attributed-to", "campaign", "intrusion-set")
        own = self.mapping()
        for group in own:
            campaigns = {campaign for campaign, of in led if of == group}
            carriers = campaigns | {what for user, what in employs if user in {group, *campaigns}}
            for carrier, technique in brings:
                if carrier in carriers and technique not in own[group]:
                    found.setdefault(group, {}).setdefault(technique, set()).add(carrier)
        return found


def is_live(each: dict[str, Any]) -> bool:
    return not each.get("revoked") and not each.get("x_mitre_deprecated")


def attack_id(each: dict[str, Any]) -> str:
    return next((ref["external_id"] for ref in each.get("external_references", []) if "external_id" in ref), "")


def reckon(
    domain: str, mapping: dict[str, set[str]], levels: dict[str, float | None], rule: str
) -> tuple[dict[str, Fraction | None], Fraction | None]:
    coverage: dict[str, Fraction | None] = {}
    for technique, mitigations in mapping.items():
        counted = []
        for mitigation in mitigations:
            level = levels.get(mitigation, 0.0)
            if mitigation != DO_NOT[domain] and level is not None:
                counted.append(Fraction(str(level)))
        coverage[technique] = RULES[rule](counted) if counted else None
    known = [value for value in coverage.values() if value is not None]
    return coverage, (sum(known) / len(known) if known else None)


def expected(domain: str, mapping: dict[str, set[str]], levels: dict[str, float | None], rule: str) -> dict[str, Any]:
    """The figures of the contract's document, by scoring everything anew for every candidate."""
    never = DO_NOT[domain]
    coverage, score = reckon(domain, mapping, levels, rule)
    edges = [(technique, each) for technique in mapping for each in mapping[technique] if each != never]
    offers = []
    for each in sorted({mitigation for _, mitigation in edges} - {"M1056"}):
        if levels.get(each, 0.0) is None:
            continue
        then, risen = reckon(domain, mapping, {**levels, each: 1.0}, rule)
        if score is None or risen == score:
            continue
        moved = sorted(technique for technique in mapping if then[technique] != coverage[technique])
        covers = [technique for technique in moved if then[technique] == 1]
        offers.append((score - risen, each, covers, [technique for technique in moved if technique not in covers]))
    return {
        "score": None if score is None else float(score),
        "techniques": [
            (
                each,
                None if coverage[each] is None else float(coverage[each]),
                *verdict(mapping[each], coverage[each], never),
            )
            for each in sorted(mapping)
        ],
        "edges": sorted((technique, each, levels.get(each, 0.0)) for technique, each in edges),
        "ceiling": (
            len({technique for technique, _ in edges}),
            len(mapping),
            len({technique for technique, each in edges if each != "M1056"}),
        ),
        "recommendations": [(each, float(-gain), covers, improves) for gain, each, covers, improves in sorted(offers)],
    }


def verdict(mitigations: set[str], coverage: Fraction | None, never: str) -> tuple[str, str | None]:
    if coverage is not None:
        return {0: "gap", 1: "covered"}.get(coverage, "partial"), None
    if mitigations - {never}:
        return "unmitigable", "not-applicable"
    return "unmitigable", "do-not-mitigate" if mitigations else "none"


def told(result: Assessment) -> dict[str, Any]:
    return {
        "score": result.score,
        "techniques": [(each.id, each.coverage, each.status, each.reason) for each in result.techniques],
        "edges": [(each.id, edge.id, edge.level) for each in result.techniques for edge in each.mitigations],
        "ceiling": (result.ceiling.techniques, result.ceiling.of, result.ceiling.without_pre_compromise),
        "recommendations": [
            (each.id, each.gain, list(each.covers), list(each.improves)) for each in result.recommendations
        ],
    }


def random_levels(chance: random.Random, mitigations: list[str]) -> dict[str, float | None]:
    """Some absent, some not applicable, some in full, the rest at any two decimals."""
    drawn = {}
    for each in mitigations:
        kind = chance.random()
        if kind < 0.75:
            drawn[each] = (
                None if kind < 0.1 else 1.0 if kind < 0.4 else 0.0 if kind < 0.5 else chance.randrange(101) / 100
            )
    return drawn


@pytest.mark.bundles
@pytest.mark.parametrize(("name", "groups"), BUNDLES)
def test_every_group_agrees_with_the_raw_objects(bundle_path: Callable[[str], Path], name: str, groups: int) -> None:
    path = bundle_path(name)
    truth = Truth(path)
    domain, _, version = name.rpartition("-")
    catalogue = stix.read(path.read_bytes(), path.name, version=version, domain=domain)
    mapping = truth.mapping()
    assert len(mapping) == groups == len(catalogue.groups)

    mitigations = sorted(catalogue.mitigations)
    chance = random.Random(name)
    for policy in POLICIES.values():
        levels = random_levels(chance, mitigations)
        results = several(catalogue, sorted(mapping), an_inventory(levels), policy=policy, as_of=TODAY)
        for result in results:
            assert told(result) == expected(domain, mapping[result.group.id], levels, policy.name)
            assert result.counts.edges == sum(len(each.mitigations) for each in result.techniques)


@pytest.mark.bundles
def test_techniques_through_software_and_campaigns_agree_with_the_raw_objects(
    bundle_path: Callable[[str], Path],
) -> None:
    path = bundle_path("enterprise-attack-15.1")
    truth = Truth(path)
    catalogue = stix.read(path.read_bytes(), path.name)
    direct, carried = truth.mapping(), truth.carried()
    policy = named("mean", software=True, campaigns=True)

    for result in several(catalogue, sorted(direct), an_inventory({}), policy=policy, as_of=TODAY):
        found = {each.id: each.via for each in result.techniques}
        through = {each: tuple(sorted(via)) for each, via in carried.get(result.group.id, {}).items()}
        assert found == dict.fromkeys(direct[result.group.id], ()) | through
