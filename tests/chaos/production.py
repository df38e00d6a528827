"""The stack of docker-compose.yml, with three workers and two beats, while its parts and servers are taken away."""

import os
import random
import shutil
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from api import Api
from chaos import launcher, verdict
from chaos.audience import Audience, audience
from chaos.clocks import Clocks
from chaos.crowd import Crowd
from chaos.disk import Disk, disk
from chaos.verdict import Report
from composition import Composition, composition
from houses import alive
from servers import short_folder

WORKERS = ("worker-1", "worker-2", "worker-3")
BEATS = ("beat-1", "beat-2")

SETTINGS = {
    "MITIGAP_TICK": "0.2",
    "MITIGAP_REDISPATCH": "2",
    "MITIGAP_BACK_OFF": "0.3",
    "MITIGAP_CONCURRENCY": "1",
    "MITIGAP_GRACE": "0.2",  # so that some jobs are handed back
    "MITIGAP_ATTEMPTS": "50",  # here it is not the file that kills the worker
}
GROWING = ("upload", "artifact", "document")
"""The tables that stand on the small disk: what comes in, and what workers file."""
RESTART = 0.5
"""Seconds after which the engine would start a container again."""


class Stack:
    """A composition whose dead are started again, and which can be hurt. Every method of `faults` hurts it once."""

    def __init__(
        self, composed: Composition, chance: random.Random, *, lease: float, clocks: Clocks, small: Disk | None
    ) -> None:
        self.composed = composed
        self.clocks = clocks
        self.small = small
        self.chance = chance
        self.lease = lease
        self.injected: Counter[str] = Counter()
        self.frozen: list[tuple[float, int]] = []
        self.due: dict[str, float] = {}
        self.faults: tuple[tuple[int, str, Callable[[], None]], ...] = (
            (6, "worker killed", lambda: self._kill(self.chance.choice(WORKERS))),
            (4, "worker's child killed", self._kill_child),
            (3, "worker told to stop", self._stop_worker),
            (3, "web killed", lambda: self._kill("web")),
            (3, "beat killed", lambda: self._kill(self.chance.choice(BEATS))),
            (2, "Redis restarted empty", self._empty_redis),
            (2, "PostgreSQL stopped for seconds", self._stop_postgres),
            (3, "worker frozen past its lease", self._freeze),
            (4, "clock jumped forwards", clocks.forwards),
            (3, "clock jumped backwards", clocks.backwards),
            (3 if small else 0, "disk full for seconds", self._fill_disk),
        )

    @property
    def hurts(self) -> int:
        return sum(self.injected.values())

    def hurt(self, name: str | None = None) -> None:
        """One fault, by name or by chance."""
        weights = [weight if name in (None, each) else 0 for weight, each, _ in self.faults]
        _, what, how = self.chance.choices(self.faults, weights)[0]
        how()
        self.injected[what] += 1

    def tend(self) -> None:
        """Thaw what has been frozen long enough, and start again what is dead."""
        now = time.monotonic()
        for thaw, pid in [each for each in self.frozen if each[0] <= now]:
            self._send(pid, signal.SIGCONT)
            self.frozen.remove((thaw, pid))
        for name, part in self.composed.parts.items():
            if name != "redis" and not part.running and now >= self.due.setdefault(name, now + RESTART):
                part.kill()  # a container takes its other processes with it
                part.start()
                del self.due[name]

    def heal(self) -> None:
        for _, pid in self.frozen:
            self._send(pid, signal.SIGCONT)
        self.frozen.clear()

    def _kill(self, name: str) -> None:
        self.composed.parts[name].kill()

    def _stop_worker(self) -> None:
        """As when a newer one is to take its place: the first process alone is told."""
        with suppress(ProcessLookupError):
            os.kill(self.composed.parts[self.chance.choice(WORKERS)].pid, signal.SIGTERM)

    def _kill_child(self) -> None:
        """As the kernel does when memory is short."""
        group = self.composed.parts[self.chance.choice(WORKERS)].pid
        members = [pid for pid in _group(group) if pid != group]
        if members:
            self._send(self.chance.choice(members), signal.SIGKILL, whole=False)

    def _freeze(self) -> None:
        pid = self.composed.parts[self.chance.choice(WORKERS)].pid
        self._send(pid, signal.SIGSTOP)
        self.frozen.append((time.monotonic() + self.lease * self.chance.uniform(1.5, 2.5), pid))

    def _empty_redis(self) -> None:
        self.composed.lose_redis()
        time.sleep(self.chance.uniform(0, self.lease / 2))
        self.composed.start_redis()

    def _stop_postgres(self) -> None:
        self.composed.postgres.stop_at_once()
        time.sleep(self.chance.uniform(0.5, self.lease))
        self.composed.postgres.start()

    def _fill_disk(self) -> None:
        assert self.small
        self.small.fill()
        time.sleep(self.chance.uniform(0.5, self.lease))
        self.small.free()

    def _send(self, pid: int, number: signal.Signals, *, whole: bool = True) -> None:
        with suppress(ProcessLookupError):
            os.killpg(pid, number) if whole else os.kill(pid, number)


def _group(leader: int) -> list[int]:
    pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    found = []
    for pid in alive(pids):
        with suppress(ProcessLookupError):
            if os.getpgid(pid) == leader:
                found.append(pid)
    return found


@contextmanager
def started(chance: random.Random, hearing: Audience, *, lease: float) -> Iterator[Stack]:
    told = {**SETTINGS, **hearing.settings, **launcher.PLACES, "MITIGAP_LEASE": str(lease)}
    with short_folder("chaos-") as folder, disk(folder / "small") as small:
        folder.chmod(0o755)  # PostgreSQL's user must pass
        clocks = Clocks(folder / "clocks", chance)
        with composition({**told, **clocks.settings}, program=launcher.PROGRAM) as composed:
            composed.start_servers()
            assert composed.migrate() == 0, composed.logs()
            if small:
                _move(composed, small)
            for name in ("web", *WORKERS, *BEATS):
                composed.start(name.partition("-")[0], name)
            composed.await_health("web")
            composed.await_health("worker")
            yield Stack(composed, chance, lease=lease, clocks=clocks, small=small)


def _move(composed: Composition, small: Disk) -> None:
    """Let the tables that grow stand on the small disk."""
    place = small.folder / "tables"
    place.mkdir()
    if composed.postgres.user:
        shutil.chown(place, composed.postgres.user)
    with psycopg.connect(composed.database_url, autocommit=True) as connection:
        connection.execute(f"CREATE TABLESPACE small LOCATION '{place}'".encode())
        for table in GROWING:
            connection.execute(f"ALTER TABLE {table} SET TABLESPACE small".encode())


class Run:
    """One run: orders come in, `faults` things happen at least, all is healed, everything ends, and is judged.

    `first` come first; after `most` faults it is left in peace, however slow the machine.
    """

    def __init__(
        self,
        *,
        jobs: int,
        seed: int,
        every: tuple[float, float],
        faults: int = 0,
        first: tuple[str, ...] = (),
        lease: float = 4,
        most: int = 10_000,
    ) -> None:
        self.most = most
        self.faults = faults
        self.lease = lease
        self.jobs = jobs
        self.chance = random.Random(seed)
        self.every = every
        self.first = list(first)

    def __call__(self, *, patience: float = 300) -> Report:
        with (
            audience(self.chance) as hearing,
            started(self.chance, hearing, lease=self.lease) as stack,
        ):
            token = _token(stack.composed)
            hearing.subscribe(Api(stack.composed.url, token, timeout=30))
            began = time.monotonic()
            crowd = Crowd(lambda: Api(stack.composed.url, token, timeout=30), self.jobs)
            try:
                self._hurt_until(stack, lambda: crowd.served and not self.first and stack.hurts >= self.faults)
                stack.heal()
                self._end(stack, patience)
            finally:
                crowd.go()
            return Report(
                seconds=time.monotonic() - began,
                injected=stack.injected,
                tries=crowd.tries,
                refused=crowd.refused,
                verdict=verdict.reach(stack.composed.database_url, crowd.accepted, hearing),
            )

    def _hurt_until(self, stack: Stack, done: Callable[[], bool]) -> None:
        fault_at = time.monotonic() + self.chance.uniform(*self.every)
        while not done():
            if time.monotonic() >= fault_at and stack.hurts < self.most:
                stack.hurt(self.first.pop(0) if self.first else None)
                fault_at = time.monotonic() + self.chance.uniform(*self.every)
            stack.tend()
            time.sleep(0.05)

    def _end(self, stack: Stack, patience: float) -> None:
        deadline = time.monotonic() + patience
        moment = stack.clocks.stop()
        while verdict.unfinished(stack.composed.database_url, moment):
            assert time.monotonic() < deadline, f"something is stuck\n{stack.composed.logs()}"
            stack.tend()
            time.sleep(0.2)


def _token(composed: Composition) -> str:
    composed.say("web", "user", "create", "soc@example.com", "--role", "admin", "--workspace", "SOC")
    return composed.say("web", "token", "create", "--user", "soc@example.com")
