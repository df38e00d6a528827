import multiprocessing
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect, text
from sqlalchemy.orm import Session, sessionmaker

from mitigap.store import database
from mitigap.store.schema import Base

NEWEST = "0008"


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'new' / 'mitigap.db'}"
        return
    yield request.getfixturevalue("postgresql_server").new()


def upgrade(url: str) -> None:
    engine = database.connect(url)
    database.upgrade(engine)
    engine.dispose()


def test_tables_made_by_migrations_are_those_of_the_models(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_upgrade_makes_the_tables_and_says_where_it_is(empty_url: str) -> None:
    engine = database.connect(empty_url)
    assert database.current(engine) is None
    database.upgrade(engine)
    assert database.current(engine) == NEWEST
    engine.dispose()


def test_several_processes_upgrade_at_once(empty_url: str) -> None:
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        pool.map(upgrade, [empty_url] * 3, chunksize=1)
    engine = database.connect(empty_url)
    assert database.current(engine) == NEWEST
    assert set(inspect(engine).get_table_names()) == {*Base.metadata.tables, "alembic_version"}
    engine.dispose()


def test_sqlite_is_set_up_to_keep_what_it_has_accepted(tmp_path: Path) -> None:
    engine = database.connect(f"sqlite:///{tmp_path / 'a.db'}")
    with engine.connect() as connection:
        kept = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    engine.dispose()
    assert kept == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10000}


def test_readers_do_not_wait_for_a_writer(engine: Engine) -> None:
    with database.sessions(engine).begin() as writing:
        writing.execute(text("UPDATE workspace SET name = 'x'"))
        with database.readers(engine)() as reading:
            assert reading.execute(text("SELECT count(*) FROM workspace")).scalar() == 0


def test_clock_is_in_utc(sessions: sessionmaker[Session]) -> None:
    with sessions() as session:
        assert database.now(session).utcoffset().total_seconds() == 0
