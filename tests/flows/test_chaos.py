"""The fault suite's short form; `make chaos` is the long one. Both modes are hurt, and nothing is lost or doubled."""

import pytest
from chaos import disk, embedded, production

pytestmark = [pytest.mark.xdist_group("chaos"), pytest.mark.timeout(600)]

EVERY_KIND = (
    "worker killed",
    "Redis restarted empty",
    "web killed",
    "PostgreSQL stopped for seconds",
    "worker frozen past its lease",
    "worker's child killed",
    "beat killed",
    "clock jumped forwards",
    *(["disk full for seconds"] if disk.can_be_had() else ()),
    "clock jumped backwards",
    "clock jumped forwards",
)
ALL_OF_A_HOUSE = (
    embedded.FORWARDS,
    embedded.WORKER,
    *([embedded.FULL] if disk.can_be_had() else ()),
    embedded.TREE,
    embedded.FORWARDS,
)


def test_production_stack_loses_and_doubles_nothing() -> None:
    told = production.Run(jobs=30, seed=1, every=(0.3, 1), first=EVERY_KIND, lease=1.5, most=14)()
    assert told.well, "\n".join(told.lines())
    assert (told.verdict.accepted, told.verdict.results) == (30, 30)
    assert set(told.injected) >= set(EVERY_KIND)
    assert told.verdict.notifications == 2 * told.verdict.runs > 0


def test_embedded_house_loses_and_doubles_nothing() -> None:
    told = embedded.Run(jobs=24, seed=1, every=(0.3, 2), kills=2, first=ALL_OF_A_HOUSE, most=7)()
    assert told.well, "\n".join(told.lines())
    assert (told.verdict.accepted, told.verdict.results) == (24, 24)
    assert told.verdict.notifications == 2 * told.verdict.runs > 0
