"""What Mitigap knows without being told."""

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from importlib import resources
from pathlib import Path

import pytest
from factories.catalog import catalogue

from mitigap.catalog import builtin, document, find, lookup, scope, seeds, stix
from mitigap.catalog.model import Catalogue, Domain


def test_the_default_is_enterprise_18_1() -> None:
    held = builtin.default()
    assert held.label == "enterprise-attack@18.1"
    assert (len(held.groups), len(held.techniques), len(held.mitigations)) == (172, 691, 44)
    assert held.copyright == (
        "© 2025 The MITRE Corporation. "
        "This work is reproduced and distributed with the permission of The MITRE Corporation."
    )
    assert held.notes == lookup.NOTES


def test_leafminer_has_51_edges_in_it() -> None:
    held = builtin.default()
    leafminer, note = find.group(held, "raspite")
    assert (leafminer.id, note) == ("G0077", None)
    used = scope.techniques(held, "G0077")
    assert sum(len(scope.safeguards(held, each)) for each in used) == 51


def test_the_digest_is_of_the_files_read_in_the_order_of_their_names() -> None:
    folder = Path(str(resources.files(builtin.PACKAGE)))
    read = sorted(path for path in folder.glob("*.json") if not path.name.startswith("detection-objects"))
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in read)).hexdigest()
    assert builtin.default().digest == f"sha256:{digest}"


def test_it_is_read_once() -> None:
    assert builtin.default() is builtin.default()


def test_what_a_lookup_lists_twice_or_dead_stands_once_and_alive(tmp_path: Path) -> None:
    def edge(relation: str, source: str, target: str) -> dict[str, str]:
        return {"relationship_type": relation, "source_ref": source, "target_ref": target}

    def thing(ref: str, attack_id: str, **more: object) -> dict[str, object]:
        return {"stix_id": ref, "external_id": attack_id, "name": f"Name of {attack_id}", **more}

    one, two = thing("attack-pattern--1", "T1001", tactics=["execution"]), thing("attack-pattern--2", "T1002")
    fox, old = thing("intrusion-set--1", "G0001"), thing("intrusion-set--2", "G0002", revoked=True)
    used = edge("uses", "intrusion-set--1", "attack-pattern--1")
    dead = edge("uses", "intrusion-set--1", "attack-pattern--2")
    files: dict[str, object] = {
        "attack-patterns": {"attack_patterns": [one, {**two, "deprecated": True}]},
        "groups-campaigns": {"groups_campaigns": [fox, old]},
        "infrastructure": {
            "collections": [{"version": "18.1"}],
            "tactics": [thing("x-mitre-tactic--1", "TA0002", shortname="execution")],
            "matrices": [{"tactic_refs": ["x-mitre-tactic--1"]}],
        },
        "relationships": {
            "relationships": [used, used, dead, edge("revoked-by", "intrusion-set--2", "intrusion-set--1")]
        },
        "detection-objects": "not read",
    }
    for name, content in files.items():
        (tmp_path / f"{name}-lookup-v18.1.json").write_text(json.dumps(content))
    held = lookup.read(tmp_path, "made")
    assert held.uses == {"G0001": ("T1001",)}
    assert held.techniques["T1001"].tactics == ("TA0002",)
    assert held.retired_groups["G0002"].replaced_by == "G0001"
    assert (held.version, held.domain) == ("18.1", Domain.ENTERPRISE)


def test_the_seeds_are_whole_and_bear_mitres_line() -> None:
    leafminer = builtin.seeds()[0]
    assert [each.source for each in builtin.seeds()] == ["G0077-leafminer.md"]
    assert leafminer.copyright.startswith("© 2024 The MITRE Corporation. ")
    assert leafminer.notes == ("Tactics and the names of further mitigations are those of enterprise-attack@18.1.",)


def test_seeds_are_found_inside_an_installed_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "mitigap"
    (package / "seeds").mkdir(parents=True)
    (package / "seeds" / "README.md").write_text("No group.")
    (package / "seeds" / "G0001.md").write_text(seeds.write(catalogue({"G0001": ("T1001",)}), "G0001"))
    monkeypatch.setattr(builtin.mitigap, "__file__", str(package / "__init__.py"))
    assert [each.source for each in builtin.seeds.__wrapped__()] == ["G0001.md"]


def test_a_compiled_catalogue_loads_well_below_reading_its_source() -> None:
    compiled = document.dump(builtin.default())
    assert least(lambda: document.load(compiled)) < least(builtin.default.__wrapped__) / 2


def least(call: Callable[[], object]) -> float:
    """Seconds, the quickest of three: a busy machine must not fail a test."""
    return min(timed(call) for _ in range(3))


def timed(call: Callable[[], object]) -> float:
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun


def unordered(edges: Mapping[str, tuple[str, ...]]) -> dict[str, set[str]]:
    return {start: set(ends) for start, ends in edges.items()}


EDGES = ("uses", "employs", "attributed", "mitigates")
OWN = ("digest", "source", "notes", "groups", "guidance", *EDGES)
"""Where package and bundle may differ: in their bytes, in the order of edges, in descriptions cut short."""


@pytest.mark.bundles
def test_the_default_equals_the_bundle(bundle_path: Callable[[str], Path]) -> None:
    path = bundle_path("enterprise-attack-18.1")
    held, whole = builtin.default(), stix.read(path.read_bytes(), path.name)
    for field in set(Catalogue.__struct_fields__) - set(OWN):
        assert getattr(held, field) == getattr(whole, field), field
    for field in EDGES:
        assert unordered(getattr(held, field)) == unordered(getattr(whole, field)), field
    assert {i: (g.name, g.aliases) for i, g in held.groups.items()} == {
        i: (g.name, g.aliases) for i, g in whole.groups.items()
    }
    for group_id, group in held.groups.items():
        assert whole.groups[group_id].description.startswith(group.description.removesuffix("..."))
    for technique, said in held.guidance.items():
        assert said.keys() == whole.guidance[technique].keys()
        for mitigation, words in said.items():
            assert words.endswith(" …") or words == whole.guidance[technique][mitigation]
