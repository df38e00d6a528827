"""`mitigap db`: the database: its tables, a copy of it, what need not be kept, whether all is well."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli import datadir, output

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

SHOWN = 5


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


@db.command()
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
@datadir.option
def backup(target: Path, data_dir: Path | None) -> None:
    """Copy the embedded database to TARGET while it is in use.

    For PostgreSQL use pg_dump.
    """
    from cli import cabinet
    from mitigap.store import copying

    with cabinet.ready(data_dir) as engine:
        copying.copy(engine, target)
    output.note(f"{target} holds everything: uploads, inventories, results, accounts.")


@db.command()
@click.option("--days", type=click.IntRange(min=1), help="Instead of MITIGAP_KEEP_DAYS.")
@click.option("--dry-run", is_flag=True, help="Say what would be removed, and remove nothing.")
@datadir.option
def purge(days: int | None, dry_run: bool, data_dir: Path | None) -> None:
    """Remove the files of old assessments, uploads nobody refers to, and sessions that have ended.

    Inventories and results stay, and so do the files of each inventory's latest result for each group.
    """
    from cli import cabinet
    from mitigap.store import database, expiry, retention

    kept = days or cabinet.settings(data_dir).keep_days
    if not kept:
        raise click.UsageError("Files are kept for good: say --days, or set MITIGAP_KEEP_DAYS.")
    with cabinet.ready(data_dir) as engine:
        with database.readers(engine)() as session:
            jobs, uploads = retention.removable(session, kept), retention.orphans(session)
            told = retention.printed(session, jobs)
        click.echo(f"Files: {told.files}, assessments: {len(jobs)}, {told.bytes / 1e6:.1f} MB as they are printed.")
        click.echo(f"Uploads nobody refers to: {len(uploads)}.")
        if dry_run:
            return
        _in_batches(engine, jobs, retention.remove)
        _in_batches(engine, uploads, retention.remove_orphans)
        with database.sessions(engine).begin() as session:
            expiry.forget(session, database.now(session))


def _in_batches(engine: "Engine", ids: list[str], remove: Callable[["Session", list[str]], int]) -> None:
    """A transaction for each, so that nobody waits for long."""
    from mitigap.store import database, retention

    for first in range(0, len(ids), retention.BATCH):
        with database.sessions(engine).begin() as session:
            remove(session, ids[first : first + retention.BATCH])


@db.command()
@datadir.option
def check(data_dir: Path | None) -> int:
    """Look for jobs that are at odds with themselves; the exit status is 1 where there are any."""
    from cli import cabinet
    from mitigap.store import database, invariants

    with cabinet.ready(data_dir) as engine, database.readers(engine)() as session:
        broken = invariants.broken(session)
    for rule, jobs in broken.items():
        click.echo(f"Not so: {rule}. {len(jobs)}: {', '.join(jobs[:SHOWN])}{' …' if len(jobs) > SHOWN else ''}")
    if not broken:
        click.echo("All is as it should be.")
    return int(bool(broken))
