"""Real files from public repositories: for each, what a correct reading is."""

from collections import Counter
from pathlib import Path

import msgspec
import pytest

from mitigap.errors import FileRefused
from mitigap.inventory.model import Inventory, Status, Vocabulary
from mitigap.inventory.read import read

pytestmark = pytest.mark.bundles


@pytest.fixture(scope="module")
def enterprise() -> Vocabulary:
    """All of Enterprise ATT&CK 18.1, so that the real names have every chance to be found where they should not be."""
    from mitigap.assessment import vocabulary  # noqa: PLC0415 - loads the catalogue, for these tests alone
    from mitigap.catalog import builtin  # noqa: PLC0415

    return vocabulary.of(builtin.default())


class Reader(msgspec.Struct):
    folder: Path
    words: Vocabulary

    def __call__(self, name: str) -> Inventory:
        return read((self.folder / name).read_bytes(), name, self.words)


@pytest.fixture
def reader(shared_inventories: Path, enterprise: Vocabulary) -> Reader:
    return Reader(shared_inventories, enterprise)


def test_a_statement_of_applicability_is_read_and_none_of_it_counts(reader: Reader) -> None:
    """ISO 27001: every status word is readable, no control is one of ATT&CK's, whatever its title."""
    found = reader("iso27001-soa-controls.csv")
    assert len(found.controls) == 93
    assert Counter(control.status for control in found.controls) == {
        Status.IMPLEMENTED: 53, Status.PARTIAL: 25, Status.ABSENT: 11, Status.NOT_APPLICABLE: 4,
    }  # fmt: skip
    assert len(found.unresolved) == 93
    assert {issue.code for issue in found.issues} == {"unresolved"}
    assert found.columns == {
        "reference": "A", "mitigation": "C", "status": "D", "owner": "E", "evidence": "F", "reviewed": "G",
    }  # fmt: skip
    first = found.controls[0]
    assert (first.reference, first.owner, str(first.reviewed)) == ("A.5.1", "Head of Engineering", "2026-03-01")
    assert all(control.expires is None for control in found.controls)  # a next review is no expiry


def test_a_configuration_scan_is_read_and_none_of_it_counts(reader: Reader) -> None:
    """ScubaGear: pass and fail are statuses, the controls are CISA's own."""
    found = reader("scuba-ScubaResults.csv")
    assert Counter(control.status for control in found.controls) == {
        Status.IMPLEMENTED: 57, Status.ABSENT: 26, Status.NOT_APPLICABLE: 9,
    }  # fmt: skip
    assert len(found.unresolved) == 92


@pytest.mark.parametrize(
    ("name", "sheet", "rows"),
    [
        ("azure-security-benchmark-v3.0.xlsx", "Azure Security Benchmark v3", 85),
        ("cnscc-controls_catalog.csv", "CSV", 345),
        ("agentic-risk-Controls.xlsx", "Controls", 88),
    ],
)
def test_a_catalogue_of_other_controls_is_listed_as_unresolved(
    reader: Reader, name: str, sheet: str, rows: int
) -> None:
    """No column says what is deployed, prose under "Control Implementation" and a "Level" of 0 to 2 do not either."""
    found = reader(name)
    assert (found.sheet, len(found.controls), len(found.unresolved)) == (sheet, rows, rows)
    assert {control.level for control in found.controls} == {None}
    assert found.issues[0].code == "missing-status"
    assert not {"status", "level", "maturity"} & found.columns.keys()


@pytest.mark.parametrize(
    ("name", "says"),
    [
        (
            "enterprise-attack-v15.1-mitigations.xlsx",
            "sheet “mitigations”: it lists ATT&CK mitigations, but no column says",
        ),
        ("ctid-attack-10.1-to-nist800-53-r4.tsv", "it lists ATT&CK mitigations, but no column says"),
        ("ctid-nist800-53-r5-attack-12.1.xlsx", "sheet “Mappings”: it is about ATT&CK techniques"),
        ("dettectinator-import_techniques.xlsx", "it is about ATT&CK techniques"),
        ("dettect-techniques-endpoints.yaml", "DeTT&CT"),
        ("navigator-Bear_APT.json", "Navigator layer"),
    ],
)
def test_what_does_not_say_what_is_deployed_is_refused(reader: Reader, name: str, says: str) -> None:
    with pytest.raises(FileRefused, match=says):
        reader(name)


def test_detection_rules_are_refused(reader: Reader) -> None:
    rules = sorted((reader.folder / "sigma").glob("*.yml"))
    assert len(rules) == 4
    for rule in rules:
        with pytest.raises(FileRefused, match="Sigma detection rule"):
            reader(f"sigma/{rule.name}")


def test_every_file_has_its_reading_stated_here(shared_inventories: Path) -> None:
    here = Path(__file__).read_text(encoding="utf-8")
    files = [each.name for each in shared_inventories.iterdir() if each.is_file() and each.name != "README.md"]
    assert [name for name in files if name not in here] == []
