"""`mitigap group`: lists, single groups, and the document that a group can be written as."""

import json
from pathlib import Path

import pytest

from cli.main import main

Captured = pytest.CaptureFixture[str]


def test_the_list_names_every_group(capfd: Captured) -> None:
    assert main(["group", "list", "--json"]) == 0
    document = json.loads(capfd.readouterr().out)
    leafminer = next(each for each in document["groups"] if each["id"] == "G0077")
    assert document["schema"] == "mitigap/groups/1"
    assert len(document["groups"]) > 150
    assert leafminer == {
        "id": "G0077",
        "name": "Leafminer",
        "aliases": ["Raspite"],
        "techniques": 17,
        "mitigable": 15,
    }


@pytest.mark.parametrize("name", ["G0077", "g0077", "leafminer", "RASPITE"])
def test_a_group_answers_to_id_name_and_alias(name: str, capfd: Captured) -> None:
    assert main(["group", "show", name]) == 0
    assert capfd.readouterr().out.startswith("G0077 Leafminer (Raspite), enterprise-attack@18.1\n")


def test_the_only_group_of_a_document_need_not_be_named(seed_path: Path, capfd: Captured) -> None:
    assert main(["group", "show", "--catalog", str(seed_path)]) == 0
    assert "17 techniques, 15 of them mitigable, by 45 edges" in capfd.readouterr().out


def test_a_group_is_written_as_the_document_it_was_read_from(
    seed_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert main(["group", "show", "G0077", "--catalog", str(seed_path), "--format", "md"]) == 0
    assert capfdbinary.readouterr().out == seed_path.read_bytes()


def test_a_technique_without_mitigations_says_why(capfd: Captured) -> None:
    assert main(["group", "show", "G0077"]) == 0
    lines = {line.split()[0]: line for line in capfd.readouterr().out.splitlines()[3:]}
    assert lines["T1018"].endswith("  none")


@pytest.mark.bundles
def test_a_former_group_is_followed_with_a_note(bundle_path: object, capfd: Captured) -> None:
    path = str(bundle_path("enterprise-attack-15.1"))  # type: ignore[operator]
    assert main(["group", "show", "G0058", "--catalog", path]) == 0
    told = capfd.readouterr()
    assert told.out.startswith("G0059 Magic Hound")
    assert "G0058 (Charming Kitten) is revoked" in told.err
