"""How long a child waits before it is started again, and how its log is kept short."""

from pathlib import Path

import pytest

from cli.child import LOG_LIMIT, Child, Service


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def die(child: Child, after: float, clock: Clock) -> float:
    """Start it, let it end after so many seconds by the clock, and give the delay that follows."""
    child.start()
    assert child.process
    child.process.wait()
    clock.now += after
    assert child.died() == 0
    return child.due - clock.now


@pytest.fixture
def child(tmp_path: Path) -> Child:
    (tmp_path / "logs").mkdir()
    return Child(Service(name="web", argv=["true"]), tmp_path, Clock())


def test_delays_double_up_to_ten_seconds(child: Child) -> None:
    assert isinstance(child.clock, Clock)
    assert [die(child, 0, child.clock) for _ in range(6)] == [0.5, 1, 2, 4, 8, 10]


def test_a_child_that_stayed_up_begins_with_the_shortest_delay_again(child: Child) -> None:
    assert isinstance(child.clock, Clock)
    delays = [die(child, 0, child.clock), die(child, 0, child.clock), die(child, 31, child.clock)]
    assert delays == [0.5, 1, 0.5]


def test_a_death_is_told_once(child: Child) -> None:
    assert isinstance(child.clock, Clock)
    die(child, 0, child.clock)
    assert child.died() is None


def test_a_long_log_is_put_aside(child: Child) -> None:
    child.log.write_bytes(b"x" * (LOG_LIMIT + 1))
    child.trim_log()
    assert child.log.read_bytes() == b""
    assert child.log.with_name("web.log.1").stat().st_size == LOG_LIMIT + 1


def test_a_short_log_is_left_alone(child: Child) -> None:
    child.log.write_bytes(b"x")
    child.trim_log()
    assert child.log.read_bytes() == b"x"
