"""One process the launcher looks after: in a group of its own, its words kept in a log, started again when it dies."""

import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from cli.guard import kill

FIRST_DELAY, LONGEST_DELAY = 0.5, 10.0
"""Seconds before a child that died is started again; doubled each time, back to the first once it has stayed up."""

STEADY = 30.0
"""A child that has lived this long is well again."""

LOG_LIMIT = 10_000_000
"""Bytes a log may grow to before it is put aside as `….log.1`."""


def always() -> bool:
    return True


@dataclass(frozen=True, kw_only=True, slots=True)
class Service:
    """What to run.

    `env` is added to ours; `descriptors` are handed down; `words` is its standard input: what it must know and no
    process list may show. The next service is started once `ready` says so. `patience` is in seconds.
    """

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    descriptors: Sequence[int] = ()
    words: bytes = b""
    ready: Callable[[], bool] = always
    patience: float = 10.0


class Child:
    """A service's present process, how often it died of late, and when it is due to be started again."""

    def __init__(self, service: Service, folder: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self.service = service
        self.folder = folder
        self.log = folder / "logs" / f"{service.name}.log"
        self.clock = clock
        self.deaths = 0
        self.born = 0.0
        self.due = 0.0
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        return self.process is not None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.service.argv,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **self.service.env},
                cwd=self.folder,
                pass_fds=self.service.descriptors,
                start_new_session=True,
            )
        self.born = self.clock()
        if self.process.stdin:
            with suppress(BrokenPipeError), self.process.stdin as stream:
                stream.write(self.service.words)

    def died(self) -> int | None:
        """Its exit status, once, where it has ended since the last look; what it left behind is ended too."""
        if self.process is None or (status := self.process.poll()) is None:
            return None
        self.kill()
        self.process = None
        self.deaths = 1 if self.clock() - self.born > STEADY else self.deaths + 1
        self.due = self.clock() + self.delay
        return status

    @property
    def delay(self) -> float:
        return min(FIRST_DELAY * 2.0 ** (self.deaths - 1), LONGEST_DELAY)

    def ask_to_stop(self) -> None:
        if self.process:
            self.process.terminate()

    def kill(self) -> None:
        """End the whole group: a pool's children do not notice by themselves that their master is gone."""
        if self.process:
            kill(self.process.pid)
            self.process.wait()

    def put_log_aside(self) -> None:
        """Copied, then emptied: the child has it open and writes on from the new end, since it appends."""
        if self.log.exists():
            self.log.with_name(self.log.name + ".1").write_bytes(self.log.read_bytes())
            os.truncate(self.log, 0)

    def trim_log(self) -> None:
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.put_log_aside()

    def last_words(self, lines: int = 8) -> list[str]:
        with self.log.open("rb") as log:
            log.seek(max(0, self.log.stat().st_size - 4000))
            said = log.read().decode(errors="replace").splitlines()
        return [line for line in said if line.strip()][-lines:]
