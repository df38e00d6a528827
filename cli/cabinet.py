"""The command line's way into the store; nothing else in cli/ loads the database's code."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click
from sqlalchemy import Engine, inspect
from sqlalchemy.exc import DBAPIError

from mitigap.catalog import document
from mitigap.catalog.model import Catalogue
from mitigap.errors import CatalogueUnknown, SettingsRefused
from mitigap.settings import Settings
from mitigap.store import catalogs, database, opening
from mitigap.store.schema import CatalogueRow

Command = TypeVar("Command", bound=Callable[..., Any])


def option(command: Command) -> Command:
    return click.option(
        "--data-dir",
        type=click.Path(file_okay=False, path_type=Path),
        help="The folder of the `mitigap serve` that is meant, where no MITIGAP_DATABASE_URL is set.",
    )(command)


def settings(data_dir: Path | None = None) -> Settings:
    return opening.settings(**({"data_dir": data_dir} if data_dir else {}))


@contextmanager
def engine(data_dir: Path | None = None) -> Iterator[Engine]:
    """The database, its tables up to date where it is embedded. SettingsRefused where it does not answer."""
    told = settings(data_dir)
    opened = database.connect(told.database_url)
    try:
        if told.embedded:
            database.upgrade(opened)
        elif not inspect(opened).has_table(CatalogueRow.__tablename__):
            raise SettingsRefused("The database holds no tables of ours yet: run `mitigap db upgrade`.")
        yield opened
    except DBAPIError as error:
        raise SettingsRefused(f"The database does not answer as it should: {first_line(error)}") from error
    finally:
        opened.dispose()


def first_line(error: DBAPIError) -> str:
    return str(error.orig).strip().partition("\n")[0]


def exists() -> bool:
    """Whether there is anything to look into: reading must not make a database."""
    told = settings()
    return not told.embedded or (told.data_dir / "mitigap.db").exists()


def imported() -> list[tuple[CatalogueRow, int]]:
    """Everyone's catalogues that did not come with us, and how many groups each has."""
    if not exists():
        return []
    with engine() as opened, database.readers(opened)() as session:
        rows = [row for row in catalogs.listing(session, None) if not row.builtin]
        return [(row, len(catalogs.groups(session, row.id))) for row in rows]


def catalogue(text: str, answers: Callable[[str], bool]) -> Catalogue | None:
    """The imported one that `answers` to what it is called, the newest of a label; None where none does."""
    rows = [row for row, _ in imported()]
    named = [row for row in rows if answers(row.label) or answers(row.source)]
    digested = [row for row in rows if answers(row.digest)]
    if not named and len({row.digest for row in digested}) > 1:
        raise CatalogueUnknown(f"{text} may be {' or '.join(f'{row.label} ({row.digest})' for row in digested)}.")
    for row in (*named, *digested):
        with engine() as opened, database.readers(opened)() as session:
            return document.load(catalogs.document(session, row.id))
    return None
