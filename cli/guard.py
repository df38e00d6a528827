"""Outlives the launcher by a moment: once it is gone, however it died, ends every process it had started.

It runs as a process of its own, from this file alone, and hears from the launcher through its standard input: a line
for each change, holding the process groups that are alive. When the line breaks off, the groups last named are killed.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

PATIENCE = 5.0
"""Seconds to wait until the killed are gone; only a process stuck in the kernel takes longer."""


class Guard:
    """The launcher's end. `held` are descriptors, of locks, that are let go only once everything has ended."""

    def __init__(self, held: Sequence[int] = ()) -> None:
        self.held = held
        self.groups: list[int] = []
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.hang_up()
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-S", __file__],
            stdin=subprocess.PIPE,
            pass_fds=self.held,
            start_new_session=True,
        )

    def tell(self, groups: Iterable[int]) -> None:
        self.groups = list(groups)
        self.ensure()
        if self.process and self.process.stdin:
            with suppress(BrokenPipeError):
                self.process.stdin.write((" ".join(map(str, self.groups)) + "\n").encode())
                self.process.stdin.flush()

    def ensure(self) -> bool:
        """Start it where it is not running; whether that was needed."""
        if self.process and self.process.poll() is None:
            return False
        self.start()
        return True

    def tend(self) -> None:
        if self.ensure():
            self.tell(self.groups)

    def dismiss(self) -> None:
        """Nothing is left to guard."""
        self.tell([])
        self.hang_up()

    def hang_up(self) -> None:
        if self.process and self.process.stdin:
            self.process.stdin.close()
            self.process.wait()


def last_named(lines: Iterable[str]) -> list[int]:
    groups: list[int] = []
    for line in lines:
        groups = [int(word) for word in line.split()]
    return groups


if sys.platform == "win32":

    def kill(group: int) -> None:
        with suppress(OSError):
            os.kill(group, signal.SIGTERM)

    def lives(_group: int) -> bool:
        return False  # there are no groups there, and signal 0 means Ctrl-C

else:

    def kill(group: int) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)

    def lives(group: int) -> bool:
        try:
            os.killpg(group, 0)
        except (ProcessLookupError, PermissionError):
            return False
        return any(member != "Z" for member in states(group))


def states(group: int) -> Iterator[str]:
    """The state of each process of the group, where the kernel tells: a dead one may long wait for its burial."""
    found = list(Path("/proc").glob("[0-9]*/stat"))
    if not found:
        yield "?"
    for stat in found:
        with suppress(OSError):  # it may be gone by now
            state, _parent, its_group, *_ = stat.read_text().rpartition(")")[2].split()
            if int(its_group) == group:
                yield state


def end(groups: Sequence[int]) -> None:
    """Kill them and see them gone: our own end is the sign that the next launcher may start."""
    for group in groups:
        kill(group)
    deadline = time.monotonic() + PATIENCE
    while any(map(lives, groups)) and time.monotonic() < deadline:
        time.sleep(0.02)


if __name__ == "__main__":
    end(last_named(sys.stdin))
