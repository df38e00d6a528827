"""`mitigap db`: the database's tables."""

from pathlib import Path

import click

from cli import cabinet
from mitigap.errors import SettingsRefused


@click.group()
def db() -> None:
    """Look after the database."""


@db.command()
@cabinet.option
def upgrade(data_dir: Path | None) -> None:
    """Bring the tables up to date; safe to run at any time, and by several at once."""
    from sqlalchemy.exc import DBAPIError

    from mitigap.store import database

    engine = database.connect(cabinet.settings(data_dir).database_url)
    try:
        database.upgrade(engine)
        click.echo(f"The database is at revision {database.current(engine)}.")
    except DBAPIError as error:
        raise SettingsRefused(f"The database does not answer as it should: {cabinet.first_line(error)}") from error
    finally:
        engine.dispose()
