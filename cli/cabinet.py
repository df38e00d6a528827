"""The command line's way into the store; nothing else in cli/ loads the database's code."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, inspect
from sqlalchemy.exc import DBAPIError

from mitigap.catalog import document
from mitigap.catalog.model import Catalogue
from mitigap.errors import CatalogueUnknown, SettingsRefused
from mitigap.settings import Settings
from mitigap.store import catalogs, database, opening
from mitigap.store.schema import CatalogueRow


def settings(data_dir: Path | None = None) -> Settings:
    return opening.settings(**({"data_dir": data_dir} if data_dir else {}))


@contextmanager
def opened(told: Settings) -> Iterator[Engine]:
    """SettingsRefused where the database does not answer."""
    engine = database.connect(told.database_url)
    try:
        yield engine
    except DBAPIError as error:
        said = str(error.orig).strip().partition("\n")[0]
        raise SettingsRefused(f"The database does not answer as it should: {said}") from error
    finally:
        engine.dispose()


@contextmanager
def ready(data_dir: Path | None = None) -> Iterator[Engine]:
    """With its tables: made at first use where the database is embedded, else by `mitigap db upgrade`."""
    told = settings(data_dir)
    with opened(told) as engine:
        if told.embedded:
            database.upgrade(engine)
        elif not inspect(engine).has_table(CatalogueRow.__tablename__):
            raise SettingsRefused("The database holds no tables of ours yet: run `mitigap db upgrade`.")
        yield engine


def exists() -> bool:
    """Whether there is anything to look into: reading must not make a database."""
    told = settings()
    return not told.embedded or (told.data_dir / "mitigap.db").exists()


def imported() -> list[tuple[CatalogueRow, int]]:
    """Everyone's catalogues that did not come with us, and how many groups each has."""
    if not exists():
        return []
    with ready() as engine, database.readers(engine)() as session:
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
        with ready() as engine, database.readers(engine)() as session:
            return document.load(catalogs.document(session, row.id))
    return None
