"""Every group and technique of the full bundles against two reckonings that share nothing with ours."""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from mitreattack.stix20 import MitreAttackData

from mitigap.catalog import scope, stix
from mitigap.catalog.model import Catalogue
from mitigap.ids import DO_NOT_MITIGATE

pytestmark = [pytest.mark.bundles, pytest.mark.xdist_group("oracle")]

COUNTS = {
    "enterprise-attack-15.1": (148, 637, 43),
    "enterprise-attack-18.1": (172, 691, 44),
    "mobile-attack-18.1": (17, 124, 13),
    "ics-attack-18.1": (14, 83, 52),
}
Raw = dict[str, Any]
Sets = dict[str, set[str]]


@pytest.fixture(scope="module", params=COUNTS)
def both(request: pytest.FixtureRequest, bundle_path: Callable[[str], Path]) -> tuple[str, Catalogue, list[Raw]]:
    path = bundle_path(request.param)
    data = path.read_bytes()
    return request.param, stix.read(data, path.name), json.loads(data)["objects"]


def alive(each: Raw) -> bool:
    return each.get("revoked") is not True and each.get("x_mitre_deprecated") is not True


def attack_id(each: Raw) -> str:
    return next(r["external_id"] for r in each["external_references"] if r["source_name"].startswith("mitre-"))


def pairs(objects: Iterable[Raw], relation: str, source: str, target: str) -> set[tuple[str, str]]:
    """(source id, target id) of every live link of that name between live objects of those STIX types."""
    held = {each["id"]: each for each in objects if alive(each)}
    return {
        (attack_id(held[each["source_ref"]]), attack_id(held[each["target_ref"]]))
        for each in held.values()
        if each["type"] == "relationship"
        and each["relationship_type"] == relation
        and held.get(each["source_ref"], {}).get("type") in source.split()
        and held.get(each["target_ref"], {}).get("type") in target.split()
    }


def collected(found: Iterable[tuple[str, str]]) -> Sets:
    sets: Sets = defaultdict(set)
    for start, end in found:
        sets[start].add(end)
    return dict(sets)


def as_sets(edges: Mapping[str, tuple[str, ...]]) -> Sets:
    assert all(len(ends) == len(set(ends)) > 0 for ends in edges.values())
    return {start: set(ends) for start, ends in edges.items()}


def test_what_lives_is_counted(both: tuple[str, Catalogue, list[Raw]]) -> None:
    name, held, objects = both
    assert (len(held.groups), len(held.techniques), len(held.mitigations)) == COUNTS[name]
    for kind, found in (
        ("attack-pattern", held.techniques),
        ("intrusion-set", held.groups),
        ("campaign", held.campaigns),
        ("malware tool", held.software),
    ):
        live = [each for each in objects if each["type"] in kind.split() and alive(each)]
        assert {attack_id(each): each["name"] for each in live} == {i: each.name for i, each in found.items()}


def test_every_edge_is_there_and_no_other(both: tuple[str, Catalogue, list[Raw]]) -> None:
    _, held, objects = both
    users, software = "intrusion-set campaign malware tool", "malware tool"
    assert as_sets(held.uses) == collected(pairs(objects, "uses", users, "attack-pattern"))
    assert as_sets(held.employs) == collected(pairs(objects, "uses", "intrusion-set campaign", software))
    led = pairs(objects, "attributed-to", "campaign", "intrusion-set")
    assert as_sets(held.attributed) == collected((group, campaign) for campaign, group in led)
    stops = pairs(objects, "mitigates", "course-of-action", "attack-pattern")
    assert as_sets(held.mitigates) == collected((t, m) for m, t in stops if re.fullmatch(r"M\d{4}", m))


def test_every_group_has_its_techniques_and_they_their_safeguards(both: tuple[str, Catalogue, list[Raw]]) -> None:
    _, held, objects = both
    never = DO_NOT_MITIGATE[held.domain]
    uses = collected(pairs(objects, "uses", "intrusion-set", "attack-pattern"))
    stops = pairs(objects, "mitigates", "course-of-action", "attack-pattern")
    for group_id in held.groups:
        found = scope.techniques(held, group_id)
        assert set(found) == uses.get(group_id, set())
        for technique_id in found:
            expected = {m for m, t in stops if t == technique_id and m != never and m.startswith("M")}
            assert set(scope.safeguards(held, technique_id)) == expected
            assert scope.do_not_mitigate(held, technique_id) is ((never, technique_id) in stops)


def test_edges_stand_in_the_order_of_the_bundle(both: tuple[str, Catalogue, list[Raw]]) -> None:
    _, held, objects = both
    stix_ids = {each["id"]: attack_id(each) for each in objects if each["type"] in ("intrusion-set", "attack-pattern")}
    links = [each for each in objects if each["type"] == "relationship" and each["source_ref"] in stix_ids]
    for group_id in held.groups:
        order = [stix_ids.get(each["target_ref"]) for each in links if stix_ids[each["source_ref"]] == group_id]
        assert [each for each in order if each in held.uses.get(group_id, ())] == list(held.uses.get(group_id, ()))


def test_tactics_stand_in_the_order_of_the_matrix(both: tuple[str, Catalogue, list[Raw]]) -> None:
    _, held, objects = both
    (matrix,) = [each for each in objects if each["type"] == "x-mitre-matrix" and alive(each)]
    shortnames = {each["id"]: each["x_mitre_shortname"] for each in objects if each["type"] == "x-mitre-tactic"}
    order = [shortnames[ref] for ref in matrix["tactic_refs"]]
    assert [each.shortname for each in held.tactics.values()] == order
    for each in objects:
        if each["type"] == "attack-pattern" and alive(each):
            phases = sorted((phase["phase_name"] for phase in each["kill_chain_phases"]), key=order.index)
            found = held.techniques[attack_id(each)].tactics
            assert [held.tactics[tactic].shortname for tactic in found] == phases


def test_the_retired_are_what_is_dead_and_their_heirs_live(both: tuple[str, Catalogue, list[Raw]]) -> None:
    _, held, objects = both
    heirs = {e["source_ref"]: e["target_ref"] for e in objects if e.get("relationship_type") == "revoked-by"}
    by_ref = {each["id"]: each for each in objects}
    for kind, retired, living in (
        ("attack-pattern", held.retired_techniques, held.techniques),
        ("intrusion-set", held.retired_groups, held.groups),
    ):
        dead = [each for each in objects if each["type"] == kind and not alive(each)]
        assert {attack_id(each) for each in dead} - set(living) == set(retired)
        for each in dead:
            ref = each["id"]
            while ref in heirs:
                ref = heirs[ref]
            expected = attack_id(by_ref[ref]) if alive(by_ref[ref]) else None
            assert attack_id(each) in living or retired[attack_id(each)].replaced_by == expected


@pytest.mark.parametrize("name", ["enterprise-attack-15.1", "mobile-attack-18.1", "ics-attack-18.1"])
def test_mitres_own_library_says_the_same(name: str, bundle_path: Callable[[str], Path]) -> None:
    path = bundle_path(name)
    theirs, held = MitreAttackData(str(path)), stix.read(path.read_bytes(), path.name)
    groups = theirs.get_all_techniques_used_by_all_groups()
    mitigations = theirs.get_all_mitigations_mitigating_all_techniques()
    for group in theirs.get_groups(remove_revoked_deprecated=True):
        found = scope.techniques(held, attack_id(group), campaigns=True)
        assert set(found) == {attack_id(each["object"]) for each in groups.get(group["id"], ())}
    for technique in theirs.get_techniques(remove_revoked_deprecated=True):
        expected = {attack_id(each["object"]) for each in mitigations.get(technique["id"], ())}
        assert set(held.mitigates.get(attack_id(technique), ())) == expected
