"""`mitigap web`, `worker` and `beat`: the parts one by one, each a program of its own started by its command line."""

import os
import subprocess
import sys
from pathlib import Path

import click

from cli import output

WEB = "service.wsgi:app"
WORKSHOP = ("--quiet", "--app", "workers.celery_app")
SCHEDULE = "workers.beat:DbTick"

PYTHON = (sys.executable, "-P")
"""-P: what happens to lie in the present folder is never imported."""

MEMORY = Path("/dev/shm")  # noqa: S108  gunicorn's heartbeat must not wait for a disk


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
def web(host: str, port: int) -> None:
    """Serve the page and the API alone.

    It works on MITIGAP_DATABASE_URL and MITIGAP_BROKER_URL.
    """
    become(web_command(f"[{host}]:{port}" if ":" in host else f"{host}:{port}", workers=2))


@click.command()
def worker() -> None:
    """Run jobs alone.

    It works on MITIGAP_DATABASE_URL and MITIGAP_BROKER_URL.
    """
    become(worker_command())


@click.command()
def beat() -> None:
    """Keep the schedule alone, and see that no job is forgotten.

    It works on MITIGAP_DATABASE_URL and MITIGAP_BROKER_URL. Any number may run: no run is doubled.
    """
    become(beat_command())


def web_command(bind: str, *, workers: int) -> list[str]:
    """`bind` is `host:port`, or `fd://N` for a socket that was handed down."""
    if sys.platform == "win32":
        return [*PYTHON, "-m", "waitress", f"--listen={bind}", "--threads=8", WEB]
    options = {
        "bind": bind,
        "workers": workers,
        "threads": 8,
        "worker-class": "gthread",
        "timeout": 60,
        "graceful-timeout": 30,
        "forwarded-allow-ips": "",  # X-Forwarded-* are believed by MITIGAP_PROXIES alone
        "logger-class": "service.lines.Lines",
        "max-requests": 2000,  # what leaks is freed, and not by all at once
        "max-requests-jitter": 200,
        **({"worker-tmp-dir": MEMORY} if MEMORY.is_dir() else {}),
    }
    told = [f"--{name}={value}" for name, value in options.items()]
    return [*PYTHON, "-m", "gunicorn", *told, "--no-control-socket", WEB]


def worker_command() -> list[str]:
    """Workers have nothing to say to one another: the database holds the truth."""
    pool = "threads" if sys.platform == "win32" else "prefork"
    quiet = ("--without-gossip", "--without-mingle")
    return [*PYTHON, "-m", "celery", *WORKSHOP, "worker", f"--pool={pool}", "-O", "fair", *quiet]


def beat_command() -> list[str]:
    """No pid file: two of these may run, and a dead one leaves nothing behind that could stop the next."""
    return [*PYTHON, "-m", "celery", *WORKSHOP, "beat", f"--scheduler={SCHEDULE}", "--pidfile="]


def become(command: list[str]) -> None:
    """Signals and the exit status are then the program's own; Windows can only wait for it.

    Settings that would keep it from starting are refused here, in one line.
    """
    from mitigap.store import opening

    opening.secret_key(opening.settings())
    for remark in opening.misspelt():
        output.note(f"mitigap: {remark}")
    if sys.platform == "win32":
        raise SystemExit(subprocess.call(command))
    os.execv(command[0], command)  # noqa: S606  no shell is wanted
