"""From ATT&CK 15.1 to 18.1 with a real inventory: every cause apart, every link checked against the raw objects."""

import json
import time
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from factories.assessment import TODAY, a_control, an_inventory
from factories.drift import changed

from mitigap.assessment.assess import assess
from mitigap.assessment.diff import diff, preview, several
from mitigap.assessment.drift import Cause, Drift, Kind, Why
from mitigap.assessment.policy import POLICIES
from mitigap.assessment.subject import Subject
from mitigap.catalog import stix

FIVE = ("G0007", "G0016", "G0032", "G0049", "G0077")
LEVELS = {"M1017": 1.0, "M1018": 0.3, "M1026": 0.5, "M1027": 0.7, "M1032": None, "M1040": 1.0, "M1049": 0.25}

pytestmark = pytest.mark.bundles


@pytest.fixture(scope="module")
def old(bundle_path: Callable[[str], Path]) -> Subject:
    return a_subject(bundle_path("enterprise-attack-15.1"))


@pytest.fixture(scope="module")
def new(bundle_path: Callable[[str], Path]) -> Subject:
    return a_subject(bundle_path("enterprise-attack-18.1"))


def a_subject(bundle: Path) -> Subject:
    return Subject(
        catalogue=stix.read(bundle.read_bytes(), bundle.name),
        group_id="G0077",
        inventory=an_inventory(LEVELS),
        policy=POLICIES["mean"],
        as_of=TODAY,
    )


@pytest.fixture(scope="module")
def raw(bundle_path: Callable[[str], Path]) -> dict[str, dict[str, set[tuple[str, str]]]]:
    """Release to group to its pairs of technique and mitigation, by plain loops over the objects."""
    return {each: pairs(bundle_path(f"enterprise-attack-{each}")) for each in ("15.1", "18.1")}


def pairs(bundle: Path) -> dict[str, set[tuple[str, str]]]:
    objects = [each for each in json.loads(bundle.read_bytes())["objects"] if live(each)]
    ids = {
        each["id"]: each["external_references"][0]["external_id"]
        for each in objects
        if each["type"] in {"attack-pattern", "course-of-action", "intrusion-set"}
    }
    links = [
        (each["relationship_type"], ids[each["source_ref"]], ids[each["target_ref"]])
        for each in objects
        if each["type"] == "relationship" and each["source_ref"] in ids and each["target_ref"] in ids
    ]
    stops = {(technique, by) for kind, by, technique in links if kind == "mitigates" and by != "M1055"}
    uses = {(group, technique) for kind, group, technique in links if kind == "uses"}
    return {group: {(technique, by) for technique, by in stops if (group, technique) in uses} for group, _ in uses}


def live(each: dict[str, Any]) -> bool:
    return not each.get("revoked") and not each.get("x_mitre_deprecated")


def exact(drift: Drift) -> dict[Cause, Fraction]:
    found = {each.cause: Fraction(each.exact) for each in drift.steps if each.exact}
    assert sum(found.values()) == Fraction(drift.exact or "0")
    return found


@pytest.mark.parametrize("group", FIVE)
def test_an_unchanged_inventory_drifts_by_the_catalogue_alone(
    old: Subject, new: Subject, raw: dict[str, dict[str, set[tuple[str, str]]]], group: str
) -> None:
    drift = diff(changed(old, group_id=group), changed(new, group_id=group))

    assert drift.changed
    assert exact(drift).keys() == {Cause.CATALOGUE}
    assert (drift.rows, drift.mitigations, drift.expiries, drift.policy) == ((), (), (), None)
    assert {each.cause for each in drift.edges} == {Cause.CATALOGUE}
    assert {each.cause for one in drift.techniques for each in one.steps} <= {Cause.CATALOGUE}
    before, after = raw["15.1"][group], raw["18.1"][group]
    told = {kind: {(each.technique, each.mitigation) for each in drift.edges if each.kind is kind} for kind in Kind}
    assert (told[Kind.ADDED], told[Kind.REMOVED]) == (after - before, before - after)
    names = {**old.catalogue.mitigations, **new.catalogue.mitigations}
    assert all(each.mitigation_name == names[each.mitigation].name for each in drift.edges)


@pytest.mark.parametrize("group", FIVE)
def test_a_changed_control_as_well_is_told_apart(old: Subject, new: Subject, group: str) -> None:
    better = an_inventory(LEVELS | {"M1026": 1.0, "M1032": 0.5})
    base = changed(old, group_id=group)

    both = diff(base, changed(new, group_id=group, inventory=better), bridge=an_inventory(LEVELS))

    found = exact(both)
    assert found.keys() == {Cause.CATALOGUE, Cause.INVENTORY}
    assert found[Cause.CATALOGUE] == exact(preview(base, new.catalogue))[Cause.CATALOGUE]
    alone = diff(changed(new, group_id=group), changed(new, group_id=group, inventory=better))
    assert exact(alone) == {Cause.INVENTORY: found[Cause.INVENTORY]}
    assert {each.after.location for each in both.rows if each.after} == {"Controls!4", "Controls!6"}
    assert {each.id for each in both.mitigations} == {"M1026", "M1032"}


def test_four_causes_at_once_add_up(old: Subject, new: Subject) -> None:
    expiring = an_inventory(LEVELS, a_control(20, "M1021", 1.0, expires=date(2027, 1, 31)))
    now = changed(new, group_id="G0016", inventory=expiring, policy=POLICIES["any"], as_of=date(2027, 2, 1))

    drift = diff(changed(old, group_id="G0016"), now)

    assert exact(drift).keys() == {Cause.CATALOGUE, Cause.POLICY, Cause.INVENTORY, Cause.EXPIRY}
    assert [each.row.location for each in drift.expiries] == ["Controls!20"]
    scores = [
        assess(each.catalogue, "G0016", each.inventory, policy=each.policy, as_of=each.as_of).score
        for each in (old, now)
    ]
    assert [drift.base.score, drift.now.score] == scores


def test_what_was_revoked_is_told_with_what_replaces_it(old: Subject, new: Subject) -> None:
    """ATT&CK 17 made DLL Side-Loading a part of T1574.001."""
    drift = diff(changed(old, group_id="G0019"), changed(new, group_id="G0019"))

    gone = {each.id: each.related for each in drift.techniques if each.why is Why.REVOKED and each.after is None}
    come = {each.id: each.related for each in drift.techniques if each.why is Why.REVOKED and each.before is None}
    assert gone == {"T1574.002": ("T1574.001",)}
    assert come == {"T1574.001": ("T1574.002",)}


def test_every_group_of_the_old_release(old: Subject, new: Subject, raw: dict[str, Any]) -> None:
    """19 keep their mapping, as far as techniques and their links go."""
    begun = time.process_time()
    found = list(several(old, new, sorted(old.catalogue.groups)))

    assert time.process_time() - begun < 5
    assert len(found) == 148
    assert all(exact(each).keys() <= {Cause.CATALOGUE} for each in found)
    assert sum(not each.changed for each in found) == 19
    for each in found:
        group = each.base.group.id
        told = {kind: {(one.technique, one.mitigation) for one in each.edges if one.kind is kind} for kind in Kind}
        before, after = (raw[release].get(group, set()) for release in ("15.1", "18.1"))
        assert (told[Kind.ADDED], told[Kind.REMOVED]) == (after - before, before - after)
