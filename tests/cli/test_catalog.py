"""`mitigap catalog`: what is imported once is there for every command, by label and by digest."""

import json
from pathlib import Path
from typing import Any

import pytest
from factories.catalog import bundle, technique, thing, uses

from cli.catalog import domain_of
from cli.main import main
from mitigap.catalog.model import Domain

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MITIGAP_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def other_seed(tmp_path: Path, seed_path: Path) -> Path:
    """A group document that is not among ours."""
    path = tmp_path / "other.md"
    path.write_text(seed_path.read_text().replace("Leafminer", "Pottering").replace("G0077", "G9999"))
    return path


def listed(capfd: Captured) -> list[Any]:
    capfd.readouterr()
    assert main(["catalog", "list", "--json"]) == 0
    document = json.loads(capfd.readouterr().out)
    assert document["schema"] == "mitigap/catalogs/1"
    rows: list[Any] = document["catalogs"]
    return rows


def test_what_comes_with_us_is_listed_and_no_database_is_made(folder: Path, capfd: Captured) -> None:
    assert [(each["label"], each["origin"]) for each in listed(capfd)] == [
        ("enterprise-attack@18.1", "builtin"),
        ("G0077-leafminer.md", "seeds"),
    ]
    assert not folder.exists()


def test_an_imported_document_is_told_listed_and_used(other_seed: Path, capfd: Captured) -> None:
    assert main(["catalog", "import", str(other_seed)]) == 0
    told = capfd.readouterr().out
    assert "1 groups, 17 techniques" in told
    row = listed(capfd)[-1]
    assert (row["source"], row["origin"], row["groups"]) == ("other.md", "imported", 1)
    assert row["digest"] in told
    assert main(["group", "show", "Pottering", "--catalog", row["digest"][7:19]]) == 0
    assert capfd.readouterr().out.startswith("G9999 Pottering")


def test_importing_twice_changes_nothing(other_seed: Path, capfd: Captured) -> None:
    assert main(["catalog", "import", str(other_seed), str(other_seed)]) == 0
    assert len(listed(capfd)) == 3


def test_a_folder_is_imported_and_what_cannot_be_read_is_told(tmp_path: Path, seed_path: Path, capfd: Captured) -> None:
    held = tmp_path / "held"
    held.mkdir()
    (held / "README.md").write_text("About these files")
    (held / "broken.json").write_text("{")
    (held / "good.md").write_bytes(seed_path.read_bytes() + b"\n")
    assert main(["catalog", "import", str(held)]) == 2
    told = capfd.readouterr()
    assert "good.md" in told.out
    assert told.err.startswith("mitigap: broken.json")
    assert "README" not in told.err


def test_an_empty_folder_is_told(tmp_path: Path, capfd: Captured) -> None:
    (tmp_path / "held").mkdir()
    assert main(["catalog", "import", str(tmp_path / "held")]) == 2
    assert "holds no bundle" in capfd.readouterr().err


def test_a_release_that_is_not_said_must_be_told(tmp_path: Path, capfd: Captured) -> None:
    bundle = tmp_path / "bundle.json"
    bundle.write_text(json.dumps({"type": "bundle", "id": "bundle--1", "objects": []}))
    assert main(["catalog", "import", str(bundle)]) == 2
    assert capfd.readouterr().err.startswith("mitigap: ")


@pytest.mark.bundles
def test_a_release_is_found_by_its_label(bundle_path: Any, capfd: Captured) -> None:
    assert main(["catalog", "import", str(bundle_path("enterprise-attack-15.1"))]) == 0
    assert "148 groups" in capfd.readouterr().out
    assert main(["group", "show", "G0077", "--catalog", "enterprise-attack@15.1"]) == 0
    assert "by 45 edges" in capfd.readouterr().out


@pytest.mark.parametrize("word", ["ics-attack", "ICS", "ics"])
def test_a_domain_may_be_named_as_its_catalogues_are(word: str) -> None:
    assert domain_of(word) is Domain.ICS


def test_a_domain_that_is_none_is_refused_with_the_three(other_seed: Path, capfd: Captured) -> None:
    assert main(["catalog", "import", str(other_seed), "--domain", "cloud"]) == 2
    assert "enterprise-attack, mobile-attack, ics-attack" in capfd.readouterr().err


def test_a_file_that_is_given_another_release_says_which_it_had(tmp_path: Path, capfd: Captured) -> None:
    """What goes by the old label would no longer be found."""
    path = tmp_path / "bundle.json"
    path.write_bytes(bundle(group := thing("G0001"), used := technique("T1001"), uses(group, used)))
    assert main(["catalog", "import", str(path), "--version", "10.1"]) == 0
    assert "until now" not in capfd.readouterr().out
    assert main(["catalog", "import", str(path), "--version", "10.2"]) == 0
    assert "The same file was enterprise-attack@10.1 until now." in capfd.readouterr().out
