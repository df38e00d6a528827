"""Databases of every earlier schema, with rows in them: an upgrade keeps each one, and gives today's tables."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from factories.schedules import Ground, a_catalogue, a_revision, a_schedule
from sqlalchemy import Engine, text

from mitigap.store import database
from mitigap.store.schema import Base

EARLIER = [each.revision for each in ScriptDirectory(str(database.MIGRATIONS)).walk_revisions()][:0:-1]

NOW = "2026-11-24 12:00:00"
JOB = (
    "INSERT INTO job (id, workspace_id, kind, name, params, priority, state, attempt, attempt_limit, next_dispatch_at,"
    " dispatch_count, cancel_requested, progress, stage, error, summary, created_at)"
    f" VALUES ('j', 'w', 'read', '', '{{}}', 0, 'succeeded', 1, 3, '{NOW}', 0, false, 100, '', '', '{{}}', '{NOW}')"
)
ROWS = (
    f"INSERT INTO workspace VALUES ('w', 'SOC', '{NOW}')",
    f"INSERT INTO upload VALUES ('u', 'w', 'aa', 1, 'a.csv', '{NOW}', '00')",
    f"INSERT INTO inventory VALUES ('i', 'w', 'Controls', 1, '{NOW}')",
    JOB,
    f"INSERT INTO attempt VALUES ('t', 'j', 1, 'worker', '{NOW}', '{NOW}', 'succeeded', '')",
    (
        "INSERT INTO revision (id, inventory_id, number, upload_id, job_id, summary, created_at, reading)"
        f" VALUES ('r', 'i', 1, 'u', 'j', '{{}}', '{NOW}', '00')"
    ),
    f"INSERT INTO document VALUES ('j', 't', '{NOW}', '00')",
    "INSERT INTO artifact VALUES ('j', 'html', 'text/html', 'a.html', 1, '00')",
)
KEPT = ("workspace", "upload", "inventory", "job", "attempt", "revision", "document", "artifact")


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty database."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'old.db'}"
    else:
        url = request.getfixturevalue("postgresql_server").new()
    engine = database.connect(url)
    yield engine
    engine.dispose()


def upgrade_to(engine: Engine, revision: str) -> None:
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(database.MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def counted(engine: Engine) -> list[int]:
    with engine.connect() as connection:
        return [connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() for table in KEPT]


@pytest.mark.parametrize("revision", EARLIER)
def test_rows_of_an_earlier_schema_are_kept(engine: Engine, revision: str) -> None:
    upgrade_to(engine, revision)
    with engine.begin() as connection:
        for row in ROWS:
            connection.execute(text(row.replace(":", r"\:")))
    database.upgrade(engine)
    assert counted(engine) == [1] * len(KEPT)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_notifications_keep_their_tries(engine: Engine) -> None:
    upgrade_to(engine, "0003")
    channel = f"('c', 'w', 'email', 'Post', 'a@b.example', '', true, '{NOW}', '{NOW}')"
    sent = "('o', 'j', 'c', 'assessment.failed', '{}', 'sent', 1, 6, NULL, NULL" + f", '{NOW}'" * 4 + ", '')"
    tried = f"('d', 'o', 1, '{NOW}', '{NOW}', true, 250, '')"
    rows = {"channel": channel, "outbox": sent, "delivery": tried}
    with engine.begin() as connection:
        for row in (*ROWS, *(f"INSERT INTO {table} VALUES {values}" for table, values in rows.items())):
            connection.execute(text(row.replace(":", r"\:")))
    database.upgrade(engine)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT outbox.event, outbox.ending, number FROM outbox JOIN delivery ON true"))
        assert found.all() == [("assessment.failed", 0, 1)]


def test_what_is_new_works_after_an_upgrade(engine: Engine) -> None:
    upgrade_to(engine, "0001")
    database.upgrade(engine)
    with database.sessions(engine).begin() as session:
        session.execute(text(ROWS[0].replace(":", r"\:")))
        ground = Ground(workspace="w", inventory=a_revision(session, "w"), catalogue=a_catalogue(session))
        assert a_schedule(session, ground).next_run_at
