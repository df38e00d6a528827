"""What every test may ask for: the founding document, and the full ATT&CK bundles where ../shared is at hand."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["servers"]

# A property holds or not however busy the machine is: how long an example takes is for the benchmarks.
settings.register_profile("mitigap", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("mitigap")

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "data"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    absent = pytest.mark.skip(reason="needs the full ATT&CK bundles of ../shared")
    for item in items:
        if item.get_closest_marker("bundles") and not SHARED.is_dir():
            item.add_marker(absent)


@pytest.fixture(scope="session")
def seed_path() -> Path:
    return ROOT / "seeds" / "G0077-leafminer.md"


@pytest.fixture(scope="session")
def bundle_path() -> Callable[[str], Path]:
    """`bundle_path("enterprise-attack-15.1")`; a test that asks for it bears the `bundles` mark."""
    return lambda name: SHARED / "attack" / f"{name}.json"


@pytest.fixture(scope="session")
def shared_inventories() -> Path:
    return SHARED / "inventories"
