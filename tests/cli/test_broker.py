"""The embedded broker: a private socket, nothing on disk, and no password in any process list."""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from kombu import Connection
from servers import until

from cli import broker
from cli.child import Child
from cli.serve import embedded_broker
from mitigap.errors import SettingsRefused
from mitigap.settings import Settings


@pytest.fixture
def child(tmp_path: Path) -> Iterator[Child]:
    program = broker.binary()
    assert program
    (tmp_path / "logs").mkdir()
    tmp_path.chmod(0o700)
    started = Child(broker.service(program, f"redis+socket://{tmp_path}/broker.sock"), tmp_path)
    started.start()
    yield started
    started.kill()


def test_it_serves_celery_on_a_socket_that_is_ours_alone(child: Child, tmp_path: Path) -> None:
    until(child.service.ready, "the broker answers")
    assert stat.S_IMODE((tmp_path / "broker.sock").stat().st_mode) == 0o700
    with Connection(f"redis+socket://{tmp_path}/broker.sock") as connection, connection.SimpleQueue("q") as queue:
        queue.put({"id": "1"})
        assert queue.get(timeout=5).payload == {"id": "1"}


def test_a_folder_that_others_may_enter_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    with pytest.raises(SettingsRefused, match="open to others"):
        broker.service("valkey-server", f"redis+socket://{tmp_path}/broker.sock")


def test_a_broker_that_an_operator_has_named_is_used(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, broker_url="redis+socket:///run/broker.sock")
    assert embedded_broker(settings, {}) == ([], {})


def test_without_any_server_files_are_the_queue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broker, "binary", lambda: None)
    assert embedded_broker(Settings(data_dir=tmp_path), {}) == ([], {"MITIGAP_BROKER_URL": "filesystem://"})


def test_odd_names_of_folders_survive_the_configuration(tmp_path: Path) -> None:
    folder = tmp_path / 'a "b" c'
    words = broker.service("valkey-server", f"redis+socket://{folder}/broker.sock").words.decode()
    assert f'unixsocket "{tmp_path}/a \\"b\\" c/broker.sock"' in words.splitlines()
