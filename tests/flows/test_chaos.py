"""The fault suite's short form; `make chaos` is the long one. Both modes are hurt, and nothing is lost or doubled."""

import pytest
from chaos import embedded, production

pytestmark = [pytest.mark.xdist_group("chaos"), pytest.mark.timeout(600)]

EVERY_KIND = (
    "worker killed",
    "Redis restarted empty",
    "web killed",
    "PostgreSQL stopped for seconds",
    "worker frozen past its lease",
    "worker's child killed",
    "beat killed",
)


def test_production_stack_loses_and_doubles_nothing() -> None:
    told = production.Run(jobs=30, seed=1, every=(0.3, 1), first=EVERY_KIND, lease=1.5)()
    assert told.well, "\n".join(told.lines())
    assert (told.verdict.accepted, told.verdict.results) == (30, 30)
    assert set(told.injected) >= set(EVERY_KIND)


def test_embedded_house_loses_and_doubles_nothing() -> None:
    told = embedded.Run(jobs=24, seed=1, every=(0.3, 2.5), kills=2)()
    assert told.well, "\n".join(told.lines())
    assert (told.verdict.accepted, told.verdict.results) == (24, 24)
