"""`mitigap alive`: whether a part on this machine has lately shown itself, for whoever restarts what hangs."""

import socket
from collections.abc import Mapping
from datetime import timedelta

import click

from mitigap.errors import UserError

LONGEST_SILENCE = timedelta(seconds=30)


@click.command()
@click.argument("part", type=click.Choice(["worker", "beat"]))
def alive(part: str) -> None:
    """Say whether the worker or the schedule lives.

    The exit status is 0 where it was heard within 30 seconds, else 2. It asks the database and not the broker, so that
    a busy worker is not taken for a dead one.
    """
    from cli import cabinet
    from mitigap.store import database, heartbeats

    name = heartbeats.TICK if part == "beat" else f"{heartbeats.WORKER}celery@{socket.gethostname()}"
    with cabinet.ready() as engine, database.readers(engine)() as session:
        click.echo(said(part, name, heartbeats.ages(session)))


def said(part: str, name: str, ages: Mapping[str, timedelta]) -> str:
    """Raises UserError where it was not heard, or too long ago."""
    if name not in ages:
        raise UserError(f"The {part} has not been heard yet.")
    seconds = round(ages[name].total_seconds())
    if ages[name] > LONGEST_SILENCE:
        raise UserError(f"The {part} was last heard {seconds} s ago.")
    return f"The {part} was heard {seconds} s ago."
