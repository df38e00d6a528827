"""Workers and beats as processes of their own, started by the command lines that an operator would use."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

TESTS = Path(__file__).parent


class Process:
    """One `celery …`, in a process group of its own: killing it kills its children too, as a container's end does."""

    def __init__(self, words: list[str], folder: Path, environment: dict[str, str]) -> None:
        self.log = folder / f"{words[2]}.log"
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "celery", *words],
                stdout=log,
                stderr=log,
                cwd=folder,
                env=os.environ | environment | {"PYTHONPATH": str(TESTS), "SLOW_FOLDER": str(folder)},
                start_new_session=True,
            )

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def ask_to_stop(self) -> int:
        """Its exit status, once it has gone by itself."""
        self._process.terminate()
        return self._process.wait(30)


class Workshop:
    """Starts workers and beats on one database and one broker, with timers short enough for a test."""

    def __init__(self, folder: Path, database_url: str, broker_url: str, app: str, settings: dict[str, str]) -> None:
        self._folder = folder
        self._app = app
        self._all: list[Process] = []
        self._environment = {
            "MITIGAP_DATABASE_URL": database_url,
            "MITIGAP_BROKER_URL": broker_url,
            "MITIGAP_LEASE": "1.5",
            "MITIGAP_TICK": "0.1",
            "MITIGAP_REDISPATCH": "1",
            "MITIGAP_BACK_OFF": "0.1",
            "MITIGAP_CONCURRENCY": "1",
            **settings,
        }

    def worker(self) -> Process:
        return self._start("worker", "--pool=prefork", "-Ofair", "--without-gossip", "--without-mingle")

    def beat(self) -> Process:
        return self._start("beat", "--pidfile=")

    def end(self) -> None:
        for process in self._all:
            process.kill()

    def logs(self) -> str:
        return "\n".join(path.read_text() for path in sorted(self._folder.glob("*.log")))

    def _start(self, *words: str) -> Process:
        process = Process(["-A", self._app, *words], self._folder, self._environment)
        self._all.append(process)
        return process


@contextmanager
def workshop(
    folder: Path, database_url: str, broker_url: str, app: str = "workers.celery_app", **settings: str
) -> Iterator[Workshop]:
    opened = Workshop(folder, database_url, broker_url, app, settings)
    try:
        yield opened
    finally:
        opened.end()
