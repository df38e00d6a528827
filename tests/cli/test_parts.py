"""The parts one by one, each started by its own command on a database and a broker that are named."""

import os
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from houses import PROGRAM
from servers import Valkey, until
from sqlalchemy.orm import Session

from cli import doorway
from cli.main import main
from mitigap.store import catalogs, database, heartbeats

SECRET = "Vf3_" + "0123456789abcdefghij" * 2


@pytest.fixture
def environment(tmp_path: Path, valkey: Valkey, monkeypatch: pytest.MonkeyPatch) -> Mapping[str, str]:
    told = {
        "MITIGAP_DATABASE_URL": f"sqlite:///{tmp_path / 'own.db'}",
        "MITIGAP_BROKER_URL": valkey.url,
        "MITIGAP_SECRET_KEY": SECRET,
        "MITIGAP_DATA_DIR": str(tmp_path / "data"),
    }
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    return {**os.environ, **told}


@pytest.fixture
def session(environment: Mapping[str, str]) -> Iterator[Session]:
    assert main(["db", "upgrade"]) == 0
    engine = database.connect(environment["MITIGAP_DATABASE_URL"])
    with database.readers(engine)() as opened:
        yield opened
    engine.dispose()


@contextmanager
def part(*words: str) -> Iterator[subprocess.Popen[bytes]]:
    """Ended with all it has started."""
    process = subprocess.Popen([*PROGRAM, *words], stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port: int = door.getsockname()[1]
        return port


def test_upgrading_makes_tables_and_keeps_the_catalogues_that_come_with_us(session: Session) -> None:
    assert [row.label for row in catalogs.listing(session, None)] == ["enterprise-attack@18.1", "G0077-leafminer.md"]


def test_the_web_part_serves_and_stops_when_it_is_asked(session: Session) -> None:
    port = free_port()
    with part("web", "--port", str(port)) as web:
        until(lambda: doorway.answers("127.0.0.1", port), "the page answers")
        web.send_signal(signal.SIGTERM)
        assert web.wait(30) == 0


@pytest.mark.parametrize(("name", "sign"), [("worker", heartbeats.WORKER), ("beat", heartbeats.TICK)])
def test_worker_and_beat_show_that_they_live(name: str, sign: str, session: Session) -> None:
    def heard() -> bool:
        session.rollback()  # a new transaction sees what others have written
        return any(each.startswith(sign) for each in heartbeats.ages(session))

    with part(name):
        until(heard, f"the {name} is heard")
        assert main(["alive", name]) == 0


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_a_secret_that_others_can_guess_is_refused_before_anything_starts(
    name: str, environment: Mapping[str, str]
) -> None:
    run = subprocess.run(
        [*PROGRAM, name],
        env={**environment, "MITIGAP_SECRET_KEY": "change-me"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.startswith("mitigap: MITIGAP_SECRET_KEY is too short")
    assert run.stderr.count("\n") == 1
