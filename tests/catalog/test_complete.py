"""A group document completed from a release: the words it lacks, never an edge."""

from pathlib import Path

from mitigap.catalog import builtin, seeds
from mitigap.catalog.complete import complete
from mitigap.catalog.model import Domain


def test_tactics_and_further_mitigations_come_from_the_release(seed_path: Path) -> None:
    document = seeds.read(seed_path.read_bytes(), seed_path.name)
    whole = complete(document, builtin.default())
    assert whole.techniques["T1189"].tactics == ("TA0001",)
    assert whole.mitigations["M1018"].name == "User Account Management"
    assert "M1018" not in document.mitigations


def test_the_edges_stay_the_documents_own(seed_path: Path) -> None:
    document = seeds.read(seed_path.read_bytes(), seed_path.name)
    whole = complete(document, builtin.default())
    assert (whole.uses, whole.mitigates, whole.digest) == (document.uses, document.mitigates, document.digest)


def test_a_release_of_another_domain_adds_nothing(seed_path: Path) -> None:
    document = seeds.read(seed_path.read_bytes(), seed_path.name, domain=Domain.ICS)
    assert complete(document, builtin.default()) is document
