"""`mitigap serve`: everything on this machine, from one command, with no server to set up."""

import socket
import sys
from collections.abc import Mapping
from pathlib import Path

import click

from cli import broker, doorway, instance, output, parts
from cli.child import Service
from cli.supervisor import Supervisor
from mitigap.settings import Settings


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to serve on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.option("--data-dir", type=click.Path(file_okay=False, path_type=Path), help="Where everything is kept.")
def serve(host: str, port: int, data_dir: Path | None) -> None:
    """Serve the page, run the jobs and keep the schedule, all on this machine."""
    from cli import cabinet, founding
    from mitigap.store import opening

    settings = cabinet.settings(data_dir)
    folder = instance.prepare(settings.data_dir)
    opening.secret_key(settings)
    for remark in opening.misspelt():
        output.note(f"mitigap: {remark}")
    lock = instance.lock(folder)
    with doorway.listen(host, port) as door:
        port = door.getsockname()[1]
        output.note(f"Starting Mitigap on {folder} …")
        founding.found(settings)
        environment = {"MITIGAP_DATA_DIR": str(folder), **doorway.allowed_hosts(host)}
        supervisor = Supervisor(
            services(settings, door, environment),
            folder,
            answers=lambda: doorway.answers(host, port),
            say=output.note,
            held=[lock],
        )
        supervisor.run(lambda: welcome(settings, host, port))


def services(settings: Settings, door: socket.socket, environment: Mapping[str, str]) -> list[Service]:
    """The broker first: it is what the others lean on, and it is stopped last."""
    queue, environment = embedded_broker(settings, environment)
    handed_down = [door.fileno()] if sys.platform != "win32" else []
    bind = f"fd://{door.fileno()}" if handed_down else ":".join(map(str, door.getsockname()[:2]))
    return [
        *queue,
        Service(name="worker", argv=parts.worker_command(), env=environment),
        Service(name="beat", argv=parts.beat_command(), env=environment),
        Service(name="web", argv=parts.web_command(bind, workers=1), env=environment, descriptors=handed_down),
    ]


def embedded_broker(settings: Settings, environment: Mapping[str, str]) -> tuple[list[Service], Mapping[str, str]]:
    """None where an operator has named a broker; a queue of files where no server can be had."""
    if not settings.broker_url.startswith(broker.SOCKET_SCHEME) or "broker_url" in settings.model_fields_set:
        return [], environment
    program = broker.binary()
    if program is None:
        output.note("No Valkey or Redis server here: jobs are queued in files, which is slower.")
        return [], {**environment, "MITIGAP_BROKER_URL": broker.WITHOUT_A_SERVER}
    return [broker.service(program, settings.broker_url)], environment


def welcome(settings: Settings, host: str, port: int) -> None:
    """The address and the way in, each on its own line and at once, whoever reads them."""
    from cli import founding

    address = doorway.url(host, port)
    click.echo(f"Mitigap is ready: {address}")
    click.echo(f"Sign in once with: {address}/sign-in/{founding.sign_in(settings)}")
    sys.stdout.flush()
    if host not in doorway.LOOPBACK:
        output.note("Others can reach this address too, and nothing on the way is encrypted.")
