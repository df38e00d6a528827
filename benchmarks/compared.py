"""One figure beside its peer or its floor, both taken in one run, as a line of the table."""

import statistics
import time
from collections.abc import Callable, Iterator, Sequence

import msgspec


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """`ours` and `other` are seconds, one a run; `each` is what one of them is for: "a report", "1,000 rows"."""

    name: str
    against: str
    each: str
    ours: tuple[float, ...]
    other: tuple[float, ...]
    aim: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float:
        return statistics.median(self.ours) / statistics.median(self.other)


def taken(call: Callable[[], object]) -> float:
    """Seconds."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def in_turn(ours: Callable[[], object], other: Callable[[], object], runs: int) -> tuple[tuple[float, ...], ...]:
    """One unmeasured round, then one after the other, so that a busy moment falls on both."""
    rounds = [(taken(ours), taken(other)) for _ in range(runs + 1)][1:]
    return tuple(zip(*rounds, strict=True))


def told(found: Iterator[Compared] | Sequence[Compared]) -> None:
    """For the process that asked: a JSON line each."""
    for each in found:
        print(msgspec.json.encode(each).decode(), flush=True)
