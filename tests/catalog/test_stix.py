"""Bundles made to measure, each with one trait that some release of ATT&CK has."""

import json

import pytest
from factories.catalog import (
    bundle,
    collection,
    link,
    matrix,
    mitigates,
    revoked_by,
    smallest,
    statement,
    tactic,
    technique,
    thing,
    uses,
)
from hypothesis import given
from hypothesis import strategies as st

from mitigap.catalog import stix
from mitigap.catalog.model import Catalogue, Domain, Fate, Group, Retired, Tactic
from mitigap.errors import CatalogueUnreadable, UserError

FOX = thing("G0001", "Quiet Fox")
T1, T2 = technique("T1001"), technique("T1002")
M1 = thing("M1001", "Locks")


def read(*objects: dict[str, object], name: str = "enterprise-attack-15.1.json") -> Catalogue:
    return stix.read(bundle(*objects), name)


def test_a_bundle_is_read_whole() -> None:
    first, second = tactic("TA0002", "execution"), tactic("TA0001", "initial-access")
    both = technique("T1003", "Both", "initial-access", "execution")
    fox = thing("G0001", "Quiet Fox", aliases=["Quiet Fox", "Vixen"], description="A fox.")
    tool, raid = thing("S0001", "Den"), thing("C0001", "Raid")
    found = read(
        *(second, first, matrix(first, second), both, fox, tool, raid, M1),
        *(uses(fox, both), uses(fox, tool), uses(tool, both), uses(raid, both), uses(raid, tool)),
        *(link("attributed-to", raid, fox), mitigates(M1, both)),
        statement("Copyright 2015-2024, The MITRE Corporation. MITRE ATT&CK is a registered trademark."),
    )
    assert list(found.tactics.values()) == [
        Tactic(id="TA0002", name="Name of TA0002", shortname="execution"),
        Tactic(id="TA0001", name="Name of TA0001", shortname="initial-access"),
    ]
    assert found.techniques["T1003"].tactics == ("TA0002", "TA0001")
    assert found.groups == {"G0001": Group(id="G0001", name="Quiet Fox", aliases=("Vixen",), description="A fox.")}
    assert found.uses == {"G0001": ("T1003",), "S0001": ("T1003",), "C0001": ("T1003",)}
    assert found.employs == {"G0001": ("S0001",), "C0001": ("S0001",)}
    assert found.attributed == {"G0001": ("C0001",)}
    assert found.mitigates == {"T1003": ("M1001",)}
    assert found.copyright == (
        "© 2024 The MITRE Corporation. "
        "This work is reproduced and distributed with the permission of The MITRE Corporation."
    )


@pytest.mark.parametrize("dead", [{"revoked": True}, {"x_mitre_deprecated": True}])
@pytest.mark.parametrize("place", ["source", "target", "link"])
def test_an_edge_needs_both_ends_and_itself_alive(place: str, dead: dict[str, bool]) -> None:
    fate = {each: dead if each == place else {} for each in ("source", "target", "link")}
    fox, gone = thing("G0002", **fate["source"]), technique("T1009", **fate["target"])
    found = stix.read(smallest(fox, gone, uses(fox, gone, **fate["link"])), "x-15.1.json")
    assert found.uses == {}


def test_null_flags_are_alive() -> None:
    fox = thing("G0002", revoked=None, x_mitre_deprecated=None)
    assert "G0002" in stix.read(smallest(fox), "x-15.1.json").groups


def test_old_mitigations_with_ids_of_techniques_are_nobody() -> None:
    old = {**thing("T1174", "Password Filter DLL Mitigation"), "type": "course-of-action", "id": "course-of-action--1"}
    live = {**thing("T1175", "Another Mitigation"), "type": "course-of-action", "id": "course-of-action--2"}
    target = technique("T1174", "Password Filter DLL")
    dead = {**old, "x_mitre_deprecated": True}
    found = stix.read(smallest(dead, live, target, mitigates(dead, target), mitigates(live, target)), "x-6.3.json")
    assert found.techniques["T1174"].name == "Password Filter DLL"
    assert (found.mitigations, found.retired_mitigations, found.mitigates) == ({}, {}, {})
    assert found.notes[1:] == ("Left out, for want of an ATT&CK id of their kind: Another Mitigation.",)


def test_repeated_edges_stand_once_where_they_first_stood() -> None:
    again = uses(FOX, T2, id="relationship--again")
    assert read(FOX, T1, T2, uses(FOX, T2), uses(FOX, T1), again).uses == {"G0001": ("T1002", "T1001")}


def test_relationships_of_one_id_with_other_ends_are_two() -> None:
    one, other = uses(FOX, T1, id="relationship--1"), uses(FOX, T2, id="relationship--1")
    assert read(FOX, T1, T2, one, other).uses == {"G0001": ("T1001", "T1002")}


def test_of_several_versions_the_last_modified_counts() -> None:
    old = technique("T1001", "Old", modified="2024-01-01T00:00:00Z")
    new = technique("T1001", "New", modified="2024-01-01T00:00:00.500Z")
    assert read(FOX, new, old).techniques["T1001"].name == "New"
    assert read(FOX, old, new).techniques["T1001"].name == "New"


def test_a_later_version_may_revoke_a_relationship() -> None:
    old = uses(FOX, T1, modified="2024-01-01T00:00:00Z")
    new = uses(FOX, T1, modified="2025-01-01T00:00:00Z", revoked=True)
    assert read(FOX, T1, old, new).uses == {}


def test_the_id_is_the_first_attack_id_of_its_kind() -> None:
    references = [
        {"source_name": "Symantec 2018", "external_id": "T1999"},
        {"source_name": "mitre-attack", "external_id": "CAPEC-13"},
        {"source_name": "mitre-mobile-attack", "external_id": "T1400"},
        {"source_name": "mitre-attack", "external_id": "T1401"},
        {"url": "https://attack.mitre.org"},
    ]
    odd = technique(
        "T1001", chain="mitre-mobile-attack", external_references=references, x_mitre_old_attack_id="MOB-T1"
    )
    assert list(read(FOX, odd).techniques) == ["T1400"]


def test_pre_attack_is_ignored() -> None:
    pre = technique("T1300", source="mitre-pre-attack", chain="mitre-pre-attack")
    found = stix.read(smallest(pre), "x-6.3.json")
    assert list(found.techniques) == ["T1001"]
    assert found.notes[1:] == ()


def test_a_live_technique_without_an_attack_id_is_named() -> None:
    odd = technique("T1002", "Odd", external_references=[{"source_name": "mitre-ics-attack", "external_id": "0T800"}])
    found = stix.read(smallest(odd), "x-8.0.json")
    assert found.notes[1:] == ("Left out, for want of an ATT&CK id of their kind: Odd.",)


def test_the_end_of_a_chain_of_successors_is_found() -> None:
    old, middle = thing("G0008", "Old", revoked=True, aliases=["Elder"]), thing("G0009", "Middle", revoked=True)
    found = read(T1, FOX, old, middle, revoked_by(middle, FOX), revoked_by(old, middle))
    assert found.retired_groups["G0008"] == Retired(
        id="G0008", name="Old", fate=Fate.REVOKED, replaced_by="G0001", aliases=("Elder",)
    )


def test_chains_that_end_dead_or_run_in_a_circle_have_no_successor() -> None:
    gone = technique("T1010", x_mitre_deprecated=True)
    dead = technique("T1011", revoked=True)
    one, two = technique("T1012", revoked=True), technique("T1013", revoked=True)
    links = (revoked_by(dead, gone), revoked_by(one, two), revoked_by(two, one), revoked_by(two, two))
    retired = read(FOX, T1, gone, dead, one, two, *links).retired_techniques
    assert {each.id: (each.fate, each.replaced_by) for each in retired.values()} == {
        "T1010": (Fate.DEPRECATED, None),
        "T1011": (Fate.REVOKED, None),
        "T1012": (Fate.REVOKED, None),
        "T1013": (Fate.REVOKED, None),
    }


def test_a_chain_may_fork() -> None:
    gone, old = thing("M1090", x_mitre_deprecated=True), thing("M1091", revoked=True)
    found = read(FOX, T1, M1, gone, old, revoked_by(old, gone), revoked_by(old, M1))
    assert found.retired_mitigations["M1091"].replaced_by == "M1001"


def test_an_id_that_lives_is_not_retired() -> None:
    former = technique("T1001", "Former", id="attack-pattern--former", revoked=True)
    assert read(FOX, former, T1).retired_techniques == {}


def test_a_successor_is_of_the_same_kind() -> None:
    old = thing("M1091", revoked=True)
    assert read(FOX, T1, old, revoked_by(old, T1)).retired_mitigations["M1091"].replaced_by is None


def test_names_are_made_plain() -> None:
    found = read(thing("G0001", " Quiet\n\u0000Fox "), T1)
    assert found.groups["G0001"].name == "Quiet \ufffdFox"


@pytest.mark.parametrize(
    ("chain", "source", "domain"),
    [
        ("mitre-attack", "mitre-attack", Domain.ENTERPRISE),
        ("mitre-mobile-attack", "mitre-mobile-attack", Domain.MOBILE),
        ("mitre-ics-attack", "mitre-attack", Domain.ICS),
    ],
)
def test_the_domain_is_told_by_the_techniques(chain: str, source: str, domain: Domain) -> None:
    assert read(FOX, technique("T1001", chain=chain, source=source)).domain is domain


def test_the_domain_field_is_believed_before_the_kill_chain() -> None:
    assert read(FOX, technique("T1001", x_mitre_domains=["ics-attack"])).domain is Domain.ICS


def test_without_phases_the_matrix_tells_the_domain() -> None:
    bare = technique("T1001", kill_chain_phases=[])
    assert read(FOX, bare, matrix(domain="mobile-attack")).domain is Domain.MOBILE
    with pytest.raises(CatalogueUnreadable, match="does not say which domain"):
        read(FOX, bare)
    assert stix.read(bundle(FOX, bare), "x-15.1.json", domain="ics-attack").domain is Domain.ICS


TWO_DOMAINS = bundle(
    FOX,
    technique("T1001", x_mitre_domains=["enterprise-attack"]),
    technique("T1400", chain="mitre-mobile-attack"),
    thing("M1001", x_mitre_domains=["mobile-attack"]),
    thing("M1002"),
)


def test_two_domains_at_once_are_a_question() -> None:
    with pytest.raises(CatalogueUnreadable, match=r"mobile-attack at once.*such as enterprise-attack"):
        stix.read(TWO_DOMAINS, "x-15.1.json")


def test_the_domain_asked_for_is_cut_out() -> None:
    mobile = stix.read(TWO_DOMAINS, "x-15.1.json", domain="mobile-attack")
    assert (list(mobile.techniques), list(mobile.mitigations)) == (["T1400"], ["M1001", "M1002"])
    enterprise = stix.read(TWO_DOMAINS, "x-15.1.json", domain="enterprise-attack")
    assert (list(enterprise.techniques), list(enterprise.mitigations)) == (["T1001"], ["M1002"])


@pytest.mark.parametrize("domain", ["ics-attack", "Enterprise"])
def test_a_domain_that_is_not_there_is_refused(domain: str) -> None:
    with pytest.raises(CatalogueUnreadable, match="ics-attack"):
        stix.read(TWO_DOMAINS, "x-15.1.json", domain=domain)


def test_a_shared_technique_leaves_the_domain_clear() -> None:
    shared = technique("T1002", x_mitre_domains=["enterprise-attack", "ics-attack"])
    found = read(FOX, T1, shared, thing("G0002", x_mitre_domains=["ics-attack"]))
    assert found.domain is Domain.ENTERPRISE
    assert set(found.groups) == {"G0001", "G0002"}


def test_tactics_outside_the_matrix_follow_it() -> None:
    late, early = tactic("TA0001", "late"), tactic("TA0002", "early")
    dead = matrix(late, x_mitre_deprecated=True, id="x-mitre-matrix--dead")
    assert list(read(FOX, T1, late, early, dead, matrix(early)).tactics) == ["TA0002", "TA0001"]


def test_the_collection_tells_the_version() -> None:
    assert stix.read(smallest(collection("15.1")), "bundle.json").version == "15.1"


@pytest.mark.parametrize(
    ("objects", "reason"),
    [
        ((thing("G0001"),), "no live ATT&CK techniques"),
        ((technique("T1001"),), "no live ATT&CK groups"),
        ((thing("G0001"), technique("T1001", revoked=True)), "no live ATT&CK techniques"),
        ((), "no live ATT&CK techniques"),
    ],
)
def test_a_bundle_with_nothing_to_assess_is_refused(objects: tuple[dict[str, object], ...], reason: str) -> None:
    with pytest.raises(CatalogueUnreadable, match=reason):
        read(*objects)


BROKEN = {
    "empty": b"",
    "cut": smallest()[:-9],
    "list": b"[]",
    "no objects": b'{"type": "bundle"}',
    "not a bundle": b'{"type": "report", "objects": []}',
    "objects a map": b'{"type": "bundle", "objects": {}}',
    "no type": b'{"type": "bundle", "objects": [{"id": "x--1"}]}',
    "no id": b'{"type": "bundle", "objects": [{"type": "attack-pattern"}]}',
    "numbers for names": smallest(technique("T1002", name=5)),  # type: ignore[arg-type]
    "references a map": smallest(technique("T1002", external_references={})),
    "not a number": b'{"type": "bundle", "objects": NaN}',
    "deep": b'{"type": "bundle", "objects": ' + b"[" * 100_000,
    "deep unread": b'{"type": "bundle", "objects": [], "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "broken UTF-8": b'{"type": "bundle", "objects": [{"type": "\xff\xff", "id": "1"}]}',
    "broken UTF-16": b"\xff\xfe{",
    "nameless": smallest(technique("T1002", name=" ")),
    "no ends": smallest({"type": "relationship", "id": "relationship--1", "relationship_type": "uses"}),
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN.keys())
def test_what_is_no_bundle_is_refused_in_one_sentence(data: bytes) -> None:
    with pytest.raises(CatalogueUnreadable) as refusal:
        stix.read(data, "odd-15.1.json")
    assert "odd-15.1.json" in refusal.value.message
    assert "\n" not in refusal.value.message


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_other_encodings_of_json_are_read(encoding: str) -> None:
    assert stix.read(smallest().decode().encode(encoding), "x-15.1.json").version == "15.1"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(["T1001", "uses"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["source_name", "name"]), inner),
    max_leaves=5,
)
FIELDS = st.sampled_from(
    [
        *("name", "aliases", "external_references", "kill_chain_phases", "revoked", "x_mitre_domains"),
        *("source_ref", "target_ref", "relationship_type", "definition", "tactic_refs", "x_mitre_version", "modified"),
    ]
)
OBJECTS = st.builds(
    lambda kind, more: {"type": kind, "id": f"{kind}--1", **more},
    st.sampled_from(["attack-pattern", "intrusion-set", "relationship", "x-mitre-matrix", "x-mitre-collection"]),
    st.dictionaries(FIELDS, VALUES, max_size=4),
)


@given(st.binary(max_size=200))
def test_arbitrary_bytes_raise_nothing_but_our_errors(data: bytes) -> None:
    with pytest.raises(UserError):
        stix.read(data, "x-15.1.json")


@given(st.lists(OBJECTS, max_size=4))
def test_arbitrary_objects_raise_nothing_but_our_errors(objects: list[dict[str, object]]) -> None:
    data = json.loads(smallest())
    data["objects"] += objects
    try:
        found = stix.read(json.dumps(data).encode(), "x-15.1.json")
    except UserError:
        return
    assert "T1001" in found.techniques
