"""Runs a command as a fresh process and says how long it took and how much memory it held at most."""

import os
import statistics
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

KIB = 1024 if os.uname().sysname == "Linux" else 1
"""What `ru_maxrss` counts in: kibibytes on Linux, bytes on macOS."""


class CommandFailed(Exception):
    """A measured command did not succeed, so its time means nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """`cpu_seconds` counts the command's own children too; it moves less than the clock on a busy machine."""

    seconds: float
    cpu_seconds: float
    peak_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """`spread` is the whole range, least to most: with a handful of runs quartiles would flatter."""

    samples: tuple[Sample, ...]

    @property
    def seconds(self) -> float:
        return statistics.median(each.seconds for each in self.samples)

    @property
    def cpu_seconds(self) -> float:
        return statistics.median(each.cpu_seconds for each in self.samples)

    @property
    def spread(self) -> tuple[float, float]:
        times = [each.seconds for each in self.samples]
        return min(times), max(times)

    @property
    def peak_bytes(self) -> float:
        return statistics.median(each.peak_bytes for each in self.samples)


def once(command: list[str], cwd: Path) -> Sample:
    """CommandFailed with the end of its output where it does not end well."""
    with (cwd / "output").open("w+b") as output:
        began = time.perf_counter()
        process = subprocess.Popen(command, cwd=cwd, stdout=output, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        if process.returncode:
            raise CommandFailed(f"{' '.join(command)}: {process.returncode}\n{output.read()[-2000:].decode()}")
    cpu = usage.ru_utime + usage.ru_stime
    return Sample(seconds=seconds, cpu_seconds=cpu, peak_bytes=usage.ru_maxrss * KIB)


def side_by_side(commands: list[list[str]], runs: int, cwd: Path) -> list[Measured]:
    """One unmeasured round to warm the file cache, then each in turn, so that a busy moment falls on all alike."""
    rounds = [[once(command, cwd) for command in commands] for _ in range(runs + 1)][1:]
    return [Measured(samples=samples) for samples in zip(*rounds, strict=True)]
