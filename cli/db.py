"""`mitigap db`: the database's tables."""

from pathlib import Path

import click

from cli import datadir


@click.group()
def db() -> None:
    """Look after the database."""


@db.command()
@datadir.option
def upgrade(data_dir: Path | None) -> None:
    """Bring the tables, and the catalogues that come with Mitigap, up to date.

    It is safe to run at any time, and by several at once.
    """
    from cli import cabinet, founding
    from mitigap.store import database

    with cabinet.opened(cabinet.settings(data_dir)) as engine:
        founding.upgrade(engine)
        click.echo(f"The database is at revision {database.current(engine)}.")
