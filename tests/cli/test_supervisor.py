"""Children that die are started again, a stop is orderly, and nothing outlives a launcher that was killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cli.child import Service
from cli.supervisor import NeverReady, Supervisor

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="process groups")

SLEEPER = "import os, pathlib, time; pathlib.Path('{name}.pid').write_text(str(os.getpid())); time.sleep(60)"

POLITE = """
import pathlib, signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: (pathlib.Path("{0}.bye").write_text(str(time.time())), sys.exit()))
print("up", flush=True)
time.sleep(60)
"""

DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"

BREEDER = """
import os, pathlib, time
child = os.fork()
pathlib.Path(f"{'grandchild' if child == 0 else 'breeder'}.pid").write_text(str(os.getpid()))
time.sleep(60)
"""

LAUNCHER = f"""
import sys
from pathlib import Path
from cli.child import Service
from cli.supervisor import Supervisor
breeder = Service(name="breeder", argv=[sys.executable, "-c", {BREEDER!r}])
Supervisor([breeder], Path.cwd(), answers=lambda: True, say=print).run(lambda: print("ready", flush=True))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "logs").mkdir()
    return tmp_path


@pytest.fixture
def launcher(folder: Path) -> Iterator[subprocess.Popen[str]]:
    root = Path(__file__).resolve().parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    with subprocess.Popen(
        [sys.executable, "-c", LAUNCHER], cwd=folder, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        yield process
        process.kill()


def service(name: str, code: str, **options: object) -> Service:
    return Service(name=name, argv=[sys.executable, "-c", code], **options)  # type: ignore[arg-type]


def eventually(holds: Callable[[], bool], within: float = 15.0) -> bool:
    deadline = time.monotonic() + within
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.02)
    return holds()


def pid_in(path: Path) -> int:
    assert eventually(lambda: path.exists() and path.read_text() != "")
    return int(path.read_text())


def runs(pid: int) -> bool:
    """Zombies do not run: whoever should bury an orphan may take its time."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def supervisor(folder: Path, *services: Service, said: list[str] | None = None) -> Supervisor:
    heard = said if said is not None else []
    return Supervisor(services, folder, answers=lambda: True, say=heard.append)


def tend_until(parts: Supervisor, holds: Callable[[], bool]) -> bool:
    return eventually(lambda: parts.tend() or holds())


def test_a_child_that_was_killed_is_started_again_and_its_last_words_are_told(folder: Path) -> None:
    said: list[str] = []
    parts = supervisor(folder, service("web", "print('alive', flush=True); import time; time.sleep(60)"), said=said)
    parts.begin()
    first = parts.children[0].process
    assert first
    assert eventually(lambda: parts.children[0].last_words() == ["alive"])
    os.kill(first.pid, signal.SIGKILL)
    assert tend_until(parts, lambda: parts.children[0].process not in (first, None))
    assert said == ["web was killed by signal 9; starting it again in 0.5 s.", "  web: alive"]
    parts.stop()


def test_a_child_that_keeps_dying_before_anything_answers_ends_the_start(folder: Path) -> None:
    parts = Supervisor([service("web", "raise SystemExit(3)")], folder, answers=lambda: False, say=lambda _: None)
    parts.children[0].deaths = 4
    with pytest.raises(NeverReady, match="logs"):
        parts.run(lambda: None)
    assert not parts.children[0].running


def test_a_stop_is_asked_for_politely_and_the_first_service_goes_last(folder: Path) -> None:
    parts = supervisor(folder, service("broker", POLITE.format("broker")), service("web", POLITE.format("web")))
    parts.begin()
    assert eventually(lambda: all(child.last_words() == ["up"] for child in parts.children))
    parts.stop()
    assert float((folder / "web.bye").read_text()) < float((folder / "broker.bye").read_text())


def test_a_child_deaf_to_the_request_is_ended_when_its_time_is_up(folder: Path) -> None:
    parts = supervisor(folder, service("worker", DEAF, patience=0.2))
    parts.begin()
    assert eventually(lambda: parts.children[0].last_words() == ["up"])
    began = time.monotonic()
    parts.stop()
    assert 0.2 <= time.monotonic() - began < 5


def test_the_next_service_starts_once_the_first_is_ready(folder: Path) -> None:
    first = service("first", SLEEPER.format(name="first"), ready=(folder / "first.pid").exists)
    parts = supervisor(folder, first, service("second", "import pathlib; print(pathlib.Path('first.pid').exists())"))
    parts.begin()
    assert eventually(lambda: parts.children[1].last_words() == ["True"])
    parts.stop()


def test_secrets_reach_a_child_by_its_input(folder: Path) -> None:
    parts = supervisor(folder, service("broker", "print(input())", words=b"requirepass x\n"))
    parts.begin()
    assert eventually(lambda: parts.children[0].last_words() == ["requirepass x"])
    parts.stop()


def test_killing_the_launcher_leaves_nothing(folder: Path, launcher: subprocess.Popen[str]) -> None:
    family = [pid_in(folder / "breeder.pid"), pid_in(folder / "grandchild.pid")]
    assert all(map(runs, family))
    launcher.kill()
    assert eventually(lambda: not any(map(runs, family)), within=5)


def test_what_a_dead_child_left_behind_is_ended(folder: Path, launcher: subprocess.Popen[str]) -> None:
    orphan = pid_in(folder / "grandchild.pid")
    os.kill(pid_in(folder / "breeder.pid"), signal.SIGKILL)
    assert eventually(lambda: not runs(orphan), within=5)


def test_a_second_request_to_stop_does_not_wait(folder: Path) -> None:
    parts = supervisor(folder, service("worker", DEAF, patience=60))
    parts.begin()
    assert eventually(lambda: parts.children[0].last_words() == ["up"])
    parts.asked = 2
    began = time.monotonic()
    parts.stop()
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_launcher_and_all_it_started(
    folder: Path, launcher: subprocess.Popen[str], number: signal.Signals
) -> None:
    family = [pid_in(folder / "breeder.pid"), pid_in(folder / "grandchild.pid")]
    launcher.send_signal(number)
    assert launcher.wait(15) == 0
    assert not any(map(runs, family))


def test_the_guard_is_started_again_when_it_is_killed(folder: Path) -> None:
    parts = supervisor(folder, service("web", SLEEPER.format(name="web")))
    parts.begin()
    first = parts.guard.process
    assert first
    first.kill()
    first.wait()
    parts.tend()
    assert parts.guard.process
    assert parts.guard.process.pid != first.pid
    parts.stop()


def test_the_log_of_the_start_before_is_kept_beside(folder: Path) -> None:
    (folder / "logs" / "web.log").write_text("former\n")
    parts = supervisor(folder, service("web", "print('present')"))
    parts.begin()
    assert eventually(lambda: parts.children[0].last_words() == ["present"])
    assert (folder / "logs" / "web.log.1").read_text() == "former\n"
    parts.stop()
