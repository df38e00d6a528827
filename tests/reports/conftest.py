"""The reports that several tests look at, and the golden files they are compared with."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from factories import drift_reports
from factories import reports as made

from mitigap.assessment.drift import Drift
from mitigap.catalog import builtin
from reports.report import Report

GOLDEN = Path(__file__).resolve().parent.parent / "data" / "golden"


@pytest.fixture
def golden() -> Callable[[str, str], None]:
    """`golden(name, text)`: equal to the file of that name. `make golden` writes the files instead."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if os.environ.get("MITIGAP_GOLDEN") == "write":
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        assert text == path.read_bytes().decode()

    return compare


@pytest.fixture(scope="session")
def leafminer() -> Report:
    """The register against Leafminer, of the catalogue that comes with Mitigap."""
    return made.a_report(builtin.default(), "G0077")


@pytest.fixture(scope="session")
def three() -> Report:
    """One group covered, one with gaps, one against which nothing can be done."""
    return made.a_report(made.three_groups(), "G0001", "G0002", "G0003")


@pytest.fixture(scope="session")
def drift() -> tuple[Drift, ...]:
    """Leafminer over a release and a quarter, with three causes at work."""
    return drift_reports.leafminer()


@pytest.fixture(scope="session")
def drifts() -> tuple[Drift, ...]:
    """One group that is worse and one that has not moved."""
    return drift_reports.two_groups()
