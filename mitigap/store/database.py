"""Opening the cabinet: engines set up for each kind of database, sessions, migrations, the clock."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, func, make_url, select, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

MIGRATIONS = Path(__file__).parent / "migrations"
MIGRATING = 0x6D6974696761  # our own advisory lock's number: "mitiga"

POSTGRESQL: dict[str, Any] = {
    "pool_size": 5,
    "max_overflow": 5,
    "pool_pre_ping": True,  # a restarted server costs one ping, not one failed request
    "pool_recycle": 1800,
    "pool_timeout": 10,
    "connect_args": {
        "connect_timeout": 3,
        # no statement may hang a page, no forgotten transaction may hold a lock
        "options": "-c statement_timeout=15000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=30000",
    },
}

SQLITE_PRAGMAS = (
    "busy_timeout=10000",  # first: the next one may have to wait
    "journal_mode=WAL",  # readers and the one writer do not wait for each other
    "synchronous=FULL",  # NORMAL may lose the last accepted upload when the power goes
    "foreign_keys=ON",
)


def connect(url: str) -> Engine:
    return OPENERS[make_url(url).get_backend_name()](url)


def sessions(engine: Engine) -> sessionmaker[Session]:
    """Sessions that may write: `with sessions.begin() as session:` is one transaction."""
    return sessionmaker(engine, expire_on_commit=False)


def readers(engine: Engine) -> sessionmaker[Session]:
    """Sessions that only read: on SQLite they wait for no writer."""
    return sessionmaker(engine.execution_options(reading=True), expire_on_commit=False)


def now(session: Session) -> datetime:
    """The one clock all machines share: PostgreSQL's own; on SQLite there is only one machine."""
    if session.get_bind().dialect.name == "postgresql":
        moment: datetime = session.scalars(select(func.clock_timestamp())).one()
        return moment.astimezone(UTC)
    return datetime.now(UTC)


def upgrade(engine: Engine) -> None:
    """Bring the tables up to date. Any number of processes may call this at once: one works, the others wait."""
    from alembic import command  # noqa: PLC0415 - a quarter of a second, for those who migrate alone
    from alembic.config import Config  # noqa: PLC0415

    with engine.begin() as connection:
        _wait_for_other_migrations(connection)
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def current(engine: Engine) -> str | None:
    """The revision the tables are at, None for an empty database."""
    from alembic.runtime.migration import MigrationContext  # noqa: PLC0415

    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _wait_for_other_migrations(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL lock_timeout = '60s'"))
        connection.execute(text("SET LOCAL statement_timeout = '10min'"))
        connection.execute(select(func.pg_advisory_xact_lock(MIGRATING)))


def _postgresql(url: str) -> Engine:
    return create_engine(url, **POSTGRESQL)


def _sqlite(url: str) -> Engine:
    folder = make_url(url).database
    if folder:
        Path(folder).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = create_engine(url, connect_args={"isolation_level": None})
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)
    return engine


def _set_pragmas(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for pragma in SQLITE_PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    """Take SQLite's write lock at the start: a transaction that upgrades half-way fails instead of waiting."""
    reading = connection.get_execution_options().get("reading")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


OPENERS: dict[str, Callable[[str], Engine]] = {"sqlite": _sqlite, "postgresql": _postgresql}
