"""`mitigap serve`, killed as a whole tree again and again, and started again on what it had."""

import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec
from api import Api
from chaos import launcher, verdict
from chaos.audience import Audience, audience
from chaos.clocks import Clocks
from chaos.crowd import Crowd
from chaos.disk import Disk, disk
from chaos.verdict import Report
from composition import free_port
from houses import PROGRAM, House, alive, kill
from servers import short_folder, until

SETTINGS = {"MITIGAP_ATTEMPTS": "50"}  # here it is not the file that kills the worker
TREE, LAUNCHER, WORKER = "whole tree killed", "launcher killed", "worker killed"
FORWARDS, BACKWARDS, FULL = "clock jumped forwards", "clock jumped backwards", "disk full for seconds"
WEIGHTS = {TREE: 6, LAUNCHER: 3, WORKER: 3, FORWARDS: 3, BACKWARDS: 2, FULL: 3}
KILLS = (TREE, LAUNCHER, WORKER)
LONGEST_FULL = 3.0


class Run:
    """One run: orders come in, the tree is killed `kills` times at least, and all is judged.

    `first` come first; after `most` faults it is left in peace, however slow the machine.
    """

    def __init__(
        self,
        *,
        jobs: int,
        seed: int,
        every: tuple[float, float],
        kills: int,
        first: tuple[str, ...] = (),
        most: int = 10_000,
    ) -> None:
        self.most = most
        self.jobs = jobs
        self.chance = random.Random(seed)
        self.every = every
        self.kills = kills
        self.first = list(first)
        self.port = free_port()
        self.injected: Counter[str] = Counter()
        self.settings = dict(SETTINGS)

    def __call__(self, *, patience: float = 300) -> Report:
        with (
            short_folder("chaos-") as folder,
            audience(self.chance) as hearing,
            disk(folder / "data") as small,
        ):
            clocks = Clocks(folder / "clocks", self.chance)
            self.settings |= {**hearing.settings, **launcher.PLACES, **clocks.settings}
            return self._judged(folder / "data", Around(hearing=hearing, clocks=clocks, small=small), patience)

    def _judged(self, folder: Path, around: "Around", patience: float) -> Report:
        house = self._house(folder)
        token = _token(folder)
        around.hearing.subscribe(Api(house.url, token, timeout=30))
        began = time.monotonic()
        crowd = Crowd(lambda: Api(house.url, token, timeout=30), self.jobs)
        try:
            house = self._hurt_until(house, around, lambda: crowd.served and not self.first and self._enough)
            _end(folder, around.clocks.stop(), patience)
        finally:
            crowd.go()
            _end_with(house, house.family())
        return Report(
            seconds=time.monotonic() - began,
            injected=self.injected,
            tries=crowd.tries,
            refused=crowd.refused,
            verdict=verdict.reach(url(folder), crowd.accepted, around.hearing),
        )

    @property
    def _enough(self) -> bool:
        return sum(self.injected[each] for each in KILLS) >= self.kills

    def _hurt_until(self, house: House, around: "Around", done: Callable[[], bool]) -> House:
        while not done():
            fault_at = time.monotonic() + self.chance.uniform(*self.every)
            while time.monotonic() < fault_at and not done():
                time.sleep(0.05)
            if not done() and self.injected.total() < self.most:
                what = self.first.pop(0) if self.first else self._any(around)
                self.injected[what] += 1
                house = self._hurt(house, around, what)
        return house

    def _any(self, around: "Around") -> str:
        weights = {**WEIGHTS, **({} if around.small else {FULL: 0})}
        return self.chance.choices([*weights], [*weights.values()])[0]

    def _hurt(self, house: House, around: "Around", what: str) -> House:
        if what in KILLS:
            return self._kill(house, what)
        how = {FORWARDS: around.clocks.forwards, BACKWARDS: around.clocks.backwards, FULL: lambda: self._fill(around)}
        how[what]()
        return house

    def _kill(self, house: House, what: str) -> House:
        if what == WORKER:
            kill(house.family("skewed worker"))
            return house
        _end_with(house, house.family() if what == TREE else [house.process.pid])
        return self._house(house.folder)

    def _fill(self, around: "Around") -> None:
        assert around.small
        around.small.fill()
        time.sleep(self.chance.uniform(0.5, LONGEST_FULL))
        around.small.free()

    def _house(self, folder: Path) -> House:
        return House(folder, self.settings, port=self.port, program=[sys.executable, "-c", launcher.PROGRAM])


class Around(msgspec.Struct, frozen=True, kw_only=True):
    """What stands around the house: who hears of it, its clocks, the disk it is on."""

    hearing: Audience
    clocks: Clocks
    small: Disk | None


def _end_with(house: House, victims: list[int]) -> None:
    """Kill them; whatever is left of the house ends by itself."""
    family = house.family()
    kill(victims)
    house.process.wait()
    assert house.process.stdout
    house.process.stdout.close()
    until(lambda: not alive(family), "nothing has survived")


def url(folder: Path) -> str:
    return f"sqlite:///{folder / 'mitigap.db'}"


def _end(folder: Path, moment: datetime, patience: float) -> None:
    until(lambda: not verdict.unfinished(url(folder), moment), "everything has ended", seconds=patience)


def _token(folder: Path) -> str:
    words = [*PROGRAM, "token", "create", "--user", "admin@localhost", "--data-dir", str(folder)]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()
