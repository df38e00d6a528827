"""The founding example: one group, three sources."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from factories.assessment import TODAY, an_inventory

from mitigap.assessment.assess import assess
from mitigap.assessment.model import Assessment, Ceiling
from mitigap.assessment.policy import POLICIES
from mitigap.catalog import builtin, load, seeds, stix
from mitigap.catalog.model import Catalogue

LEVELS = {"M1017": 1.0, "M1026": 0.5, "M1027": 0.7, "M1032": None, "M1040": 1.0, "M1041": 1.0, "M1049": 0.25}


def leafminer(catalogue: Catalogue) -> Assessment:
    return assess(catalogue, "Leafminer", an_inventory(LEVELS), policy=POLICIES["mean"], as_of=TODAY)


def test_the_document_has_17_techniques_and_45_edges(seed_path: Path) -> None:
    result = leafminer(seeds.read(seed_path.read_bytes(), seed_path.name))

    assert (result.counts.techniques, result.counts.edges, result.counts.unmitigable) == (17, 45, 2)
    assert result.ceiling == Ceiling(techniques=15, of=17, without_pre_compromise=14)


def test_release_18_1_draws_51_edges() -> None:
    assert leafminer(builtin.default()).counts.edges == 51


@pytest.mark.bundles
def test_the_document_and_release_15_1_give_the_same_result(
    seed_path: Path, bundle_path: Callable[[str], Path]
) -> None:
    bundle = bundle_path("enterprise-attack-15.1")

    document = leafminer(load.read(seed_path.read_bytes(), seed_path.name))
    release = leafminer(stix.read(bundle.read_bytes(), bundle.name))

    assert msgspec.structs.replace(document, catalog=release.catalog) == release
