"""Who the guard holds to be alive, and what it makes of what it is told."""

import os
import subprocess
import sys
import time

import pytest

from cli import guard

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="process groups")


def test_what_was_named_last_counts() -> None:
    assert guard.last_named(["12\n", "12 34\n", "34\n"]) == [34]
    assert guard.last_named(["12\n", "\n"]) == []
    assert guard.last_named([]) == []


def test_a_process_that_is_dead_and_not_yet_buried_does_not_live() -> None:
    with subprocess.Popen(["sleep", "60"], start_new_session=True) as process:
        assert guard.lives(process.pid)
        began = time.monotonic()
        guard.end([process.pid])
        assert time.monotonic() - began < guard.PATIENCE
        assert not guard.lives(process.pid)
        os.kill(process.pid, 0)  # still there, for us to bury


def test_ending_what_is_gone_is_no_fault() -> None:
    with subprocess.Popen(["true"], start_new_session=True) as process:
        process.wait()
    guard.end([process.pid])
