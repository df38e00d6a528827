"""`mitigap serve`, killed as a whole tree again and again, and started again on what it had."""

import random
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from api import Api
from chaos import verdict
from chaos.crowd import Crowd
from chaos.verdict import Report
from composition import free_port
from houses import PROGRAM, House, alive, kill
from servers import short_folder, until

SETTINGS = {"MITIGAP_ATTEMPTS": "50"}  # here it is not the file that kills the worker
FAULTS = (TREE, LAUNCHER, WORKER) = ("whole tree killed", "launcher killed", "worker killed")
WEIGHTS = (6, 3, 3)


class Run:
    """One run: orders come in, the tree is killed `kills` times at least, and all is judged."""

    def __init__(self, *, jobs: int, seed: int, every: tuple[float, float], kills: int) -> None:
        self.jobs = jobs
        self.chance = random.Random(seed)
        self.every = every
        self.kills = kills
        self.port = free_port()
        self.injected: Counter[str] = Counter()

    def __call__(self, *, patience: float = 300) -> Report:
        with short_folder("chaos-") as folder:
            house = self._house(folder / "data")
            token = _token(folder / "data")
            began = time.monotonic()
            crowd = Crowd(lambda: Api(house.url, token, timeout=30), self.jobs)
            try:
                house = self._hurt_until(house, lambda: crowd.served and self.kills <= sum(self.injected.values()))
                _end(folder / "data", patience)
            finally:
                crowd.go()
                _end_with(house, house.family())
            return Report(
                seconds=time.monotonic() - began,
                injected=self.injected,
                tries=crowd.tries,
                refused=crowd.refused,
                verdict=verdict.reach(url(folder / "data"), crowd.accepted),
            )

    def _hurt_until(self, house: House, done: Callable[[], bool]) -> House:
        while not done():
            fault_at = time.monotonic() + self.chance.uniform(*self.every)
            while time.monotonic() < fault_at and not done():
                time.sleep(0.05)
            if not done():
                what = self.chance.choices(FAULTS, WEIGHTS)[0]
                self.injected[what] += 1
                house = self._hurt(house, what)
        return house

    def _hurt(self, house: House, what: str) -> House:
        if what == WORKER:
            kill(house.family("celery_app worker"))
            return house
        _end_with(house, house.family() if what == TREE else [house.process.pid])
        return self._house(house.folder)

    def _house(self, folder: Path) -> House:
        return House(folder, SETTINGS, port=self.port)


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


def _end(folder: Path, patience: float) -> None:
    until(lambda: not verdict.unfinished(url(folder)), "every job has ended", seconds=patience)


def _token(folder: Path) -> str:
    words = [*PROGRAM, "token", "create", "--user", "admin@localhost", "--data-dir", str(folder)]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()
