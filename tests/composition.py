"""What `docker compose up` would run, run as processes: each service by its own command, environment and health check.

Host names, ports and folders are translated, and nothing else. The servers behind `postgres` and `redis` are private.
"""

import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import yaml
from servers import PostgreSQL, _die_with_us, postgresql_programs, short_folder, until, valkey_program

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "docker-compose.yml"
SECRETS = {
    "POSTGRES_PASSWORD": "b7c1" * 16,
    "REDIS_PASSWORD": "5e9d" * 16,
    "MITIGAP_SECRET_KEY": "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
}
VARIABLE = re.compile(r"\$(?:(?P<dollar>\$)|\{(?P<name>\w+)(?::(?P<kind>[-?])(?P<word>[^}]*))?\})")
BEGAN = 60.0
"""Seconds a service may take to be healthy; several suites may share this machine."""


def read(variables: Mapping[str, str] = SECRETS) -> dict[str, Any]:
    """The compose file with its variables put in, as compose itself understands it."""
    return _filled(yaml.safe_load(FILE.read_text()), variables)


def _filled(value: Any, variables: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(each, variables) for key, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, variables) for each in value]
    return VARIABLE.sub(lambda found: _put(found, variables), value) if isinstance(value, str) else value


def _put(found: re.Match[str], variables: Mapping[str, str]) -> str:
    if found["dollar"]:
        return "$"
    told = variables.get(found["name"], "")
    if not told and found["kind"] == "?":
        raise LookupError(f"{found['name']}: {found['word']}")
    return told or (found["word"] if found["kind"] == "-" else "")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port: int = door.getsockname()[1]
        return port


class Listening(PostgreSQL):
    """PostgreSQL as its image runs it: on a port, by password, every commit written before it is answered."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        super().__init__(folder)
        self.port = free_port()
        self.told = environment

    def login(self) -> list[str]:
        secret = self.folder / "password"
        secret.write_text(self.told["POSTGRES_PASSWORD"])
        if self.user:
            shutil.chown(secret, self.user)
        return ["-A", "scram-sha-256", f"--pwfile={secret}"]

    def options(self) -> dict[str, object]:
        return {
            **super().options(),
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "synchronous_commit": "on",
            "max_connections": 100,
        }

    def make(self) -> None:
        self.create()
        self.start()
        with self._connect() as connection:
            connection.execute(f'CREATE DATABASE "{self.told["POSTGRES_DB"]}"'.encode())

    def stop_at_once(self) -> None:
        """As when the machine's power goes: what was not committed is gone, and recovery follows."""
        assert self.process
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait()
        self.process = None

    def _connect(self) -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user=self.told["POSTGRES_USER"],
            password=self.told["POSTGRES_PASSWORD"],
            dbname="postgres",
            autocommit=True,
        )


class Part:
    """One container: a process that leads a group of its own, since a container ends with its first process."""

    def __init__(self, name: str, words: list[str], environment: Mapping[str, str], folder: Path) -> None:
        self.name = name
        self.words = words
        self.environment = environment
        self.folder = folder
        self.log = folder / f"{name}.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.words,
                env=self.environment,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_die_with_us,  # noqa: PLW1509 - it calls the kernel, and nothing else
            )

    @property
    def pid(self) -> int:
        assert self.process
        return self.process.pid

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def send(self, number: signal.Signals) -> None:
        """To all of the container."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, number)

    def kill(self) -> None:
        if self.process:
            self.send(signal.SIGKILL)
            self.process.wait()

    def stop(self, seconds: float) -> int:
        """As `docker stop`: ask the first process, and say how it ended."""
        assert self.process
        self.process.terminate()
        return self.process.wait(seconds)


class Composition:
    """The services of the compose file. `settings` are added to those it tells our own; `program` is their code."""

    def __init__(self, folder: Path, settings: Mapping[str, str] | None = None, program: str = "") -> None:
        self.folder = folder
        self.program = program or MITIGAP
        self.services: dict[str, Any] = read()["services"]
        self.settings = settings or {}
        self.web_port = free_port()
        self.redis_port = free_port()
        self.postgres = Listening(self._room("postgres"), self.services["postgres"]["environment"])
        self.parts: dict[str, Part] = {}
        self._programs()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.web_port}"

    @property
    def database_url(self) -> str:
        return self.environment("web")["MITIGAP_DATABASE_URL"]

    def environment(self, service: str) -> dict[str, str]:
        """The container's own environment, and nothing of ours but where programs are."""
        told = self.services[service].get("environment", {})
        own = self._image_environment() if self.ours(service) else {}
        return {
            **own,
            **{key: self._translated(value) for key, value in told.items()},
            **(self.settings if own else {}),
            "PATH": f"{self.folder / 'bin'}:{Path(sys.executable).parent}:/usr/bin:/bin",
            "PGHOST": "127.0.0.1",
            "PGPORT": str(self.postgres.port),
        }

    def ours(self, service: str) -> bool:
        """Built here, and not somebody's image."""
        return "build" in self.services[service]

    def start_servers(self) -> None:
        self.postgres.make()
        self.start_redis()
        for service in ("postgres", "redis"):
            self.await_health(service)

    def start_redis(self) -> None:
        part = self._part("redis", "redis")
        part.start()

    def lose_redis(self) -> None:
        """Killed, and its disk gone with it."""
        self.parts["redis"].kill()
        shutil.rmtree(self.folder / "redis", ignore_errors=True)

    def migrate(self) -> int:
        return self.run("migrate", *self.services["migrate"]["command"])

    def start(self, service: str, name: str | None = None) -> Part:
        part = self._part(name or service, service)
        part.start()
        return part

    def run(self, service: str, *words: str) -> int:
        return self._completed(service, ["mitigap", *words]).returncode

    def say(self, service: str, *words: str) -> str:
        """`docker compose exec SERVICE mitigap …`: what it prints."""
        done = self._completed(service, ["mitigap", *words])
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def healthy(self, service: str) -> bool:
        """The file's own health check, run where the service runs."""
        kind, *words = self.services[service]["healthcheck"]["test"]
        assert kind == "CMD"
        return self._completed(service, [self._translated(word) for word in words]).returncode == 0

    def await_health(self, service: str) -> None:
        until(lambda: self.healthy(service), f"{service} is healthy\n{self.logs()}", seconds=BEGAN)

    def logs(self) -> str:
        return "\n".join(f"--- {path.name}\n{path.read_text()[-3000:]}" for path in sorted(self.folder.glob("*.log")))

    def end(self) -> None:
        for part in reversed(self.parts.values()):
            part.kill()
        self.postgres.stop()

    def _part(self, name: str, service: str) -> Part:
        words = self.services[service]["command"]
        port = ["--port", str(self.web_port)] if service == "web" else []
        whole = [*entrypoint(), *words, *port] if self.ours(service) else words
        environment = self.environment(service)
        program = shutil.which(whole[0], path=environment["PATH"])
        assert program, whole[0]
        self.parts[name] = Part(name, [program, *whole[1:]], environment, self.folder)
        return self.parts[name]

    def _completed(self, service: str, words: list[str]) -> subprocess.CompletedProcess[str]:
        environment = self.environment(service)
        program = shutil.which(words[0], path=environment["PATH"])
        assert program, words[0]
        return subprocess.run(
            [program, *words[1:]], env=environment, capture_output=True, text=True, cwd=self.folder, check=False
        )

    def _translated(self, text: str) -> str:
        places = {
            "@postgres:5432": f"@127.0.0.1:{self.postgres.port}",
            "@redis:6379": f"@127.0.0.1:{self.redis_port}",
            "//127.0.0.1:8000/": f"//127.0.0.1:{self.web_port}/",
        }
        for place, here in places.items():
            text = text.replace(place, here)
        return text

    def _image_environment(self) -> dict[str, str]:
        """What the Dockerfile sets, with its folder in ours."""
        words = " ".join(line.removeprefix("ENV ") for line in final_stage() if line.startswith("ENV "))
        told = dict(word.split("=", 1) for word in shlex.split(words))
        return {key: value.replace("/data", str(self._room("data"))) for key, value in told.items() if key != "PATH"}

    def _room(self, name: str) -> Path:
        (self.folder / name).mkdir(exist_ok=True)
        return self.folder / name

    def _programs(self) -> None:
        """`redis-server` on our port and in our folder; what the health checks call, where it is."""
        here = self.folder / "redis"
        server = f'mkdir -p {here} && cd {here} && exec {valkey_program()} "$@" --port {self.redis_port}'
        self._script("redis-server", f"{server} --bind 127.0.0.1")
        if found := shutil.which("redis-cli") or shutil.which("valkey-cli"):
            self._script("redis-cli", f'exec {found} -p {self.redis_port} "$@"')
        else:
            self._script("redis-cli", f"exec {sys.executable} -c {shlex.quote(PING.format(self.redis_port))}")
        self._script("pg_isready", f'exec {postgresql_programs()}/pg_isready "$@"')
        self._script("mitigap", f'exec {sys.executable} -c {shlex.quote(self.program)} "$@"')

    def _script(self, name: str, line: str) -> None:
        path = self._room("bin") / name
        path.write_text(f"#!/bin/sh\n{line}\n")
        path.chmod(0o755)


PING = "import os, redis; redis.Redis(port={}, password=os.environ['REDISCLI_AUTH']).ping()"
MITIGAP = "import sys; from cli.main import main; sys.argv[0] = 'mitigap'; sys.exit(main())"


def dockerfile() -> list[str]:
    """Its instructions, one a line, without comments."""
    text = re.sub(r"\\\n\s*", "", (ROOT / "Dockerfile").read_text())
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def final_stage() -> list[str]:
    lines = dockerfile()
    return lines[max(number for number, line in enumerate(lines) if line.startswith("FROM ")) :]


def entrypoint() -> list[str]:
    line = next(line for line in final_stage() if line.startswith("ENTRYPOINT "))
    words: list[str] = yaml.safe_load(line.removeprefix("ENTRYPOINT "))
    return words


@contextmanager
def composition(settings: Mapping[str, str] | None = None, program: str = "") -> Iterator[Composition]:
    with short_folder("compose-") as folder:
        folder.chmod(0o755)  # PostgreSQL's user must pass
        opened = Composition(folder, settings, program)
        try:
            yield opened
        finally:
            opened.end()
