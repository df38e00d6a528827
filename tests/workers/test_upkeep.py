from datetime import UTC, datetime

from factories.line import a_line
from factories.store import a_workspace
from factories.workers import a_context
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session, sessionmaker

from mitigap.store import database
from mitigap.store.schema import Artifact, AuditEntry, Job
from reports.render import RENDERERS
from workers import tasks
from workers.upkeep import Upkeep

FILES = len(RENDERERS)
"""Of one job: each format but the JSON, which is its document, and the forecast."""


def files(sessions: sessionmaker[Session]) -> int:
    with sessions() as session:
        return session.scalars(select(func.count()).select_from(Artifact)).one()


def two_assessments(engine: Engine, sessions: sessionmaker[Session]) -> None:
    """Of one inventory, the first of them long ago."""
    line = a_line(sessions)
    context = a_context(engine)
    first = line.assess()
    tasks.work(context, first.id)
    with sessions.begin() as session:
        kept = session.get_one(Job, first.id).summary["revision"]["id"]
    tasks.work(context, line.assess(upload=None, revision=kept).id)
    with sessions.begin() as session:
        long_ago = database.now(session).replace(year=2020)
        session.execute(update(Job).where(Job.id == first.id).values(finished_at=long_ago))


def test_old_files_go_and_those_of_the_latest_result_stay(engine: Engine, sessions: sessionmaker[Session]) -> None:
    two_assessments(engine, sessions)
    assert files(sessions) == 2 * FILES
    Upkeep(sessions, database.readers(engine), keep_days=30).once()
    assert files(sessions) == FILES


def test_nothing_goes_where_nothing_is_said(engine: Engine, sessions: sessionmaker[Session]) -> None:
    two_assessments(engine, sessions)
    Upkeep(sessions, database.readers(engine), keep_days=0).once()
    assert files(sessions) == 2 * FILES


def test_a_database_that_is_away_does_not_end_it() -> None:
    gone = database.connect("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    Upkeep(database.sessions(gone), database.readers(gone), keep_days=30).once()
    gone.dispose()


def test_old_entries_of_the_audit_log_go(sessions: sessionmaker[Session], engine: Engine) -> None:
    with sessions.begin() as session:
        room = a_workspace(session)
        for year in (2020, database.now(session).year):
            told = {"actor": "x", "via": "", "address": "", "act": "x", "subject": "", "detail": {}}
            session.add(AuditEntry(workspace_id=room, created_at=datetime(year, 1, 1, tzinfo=UTC), **told))
    Upkeep(sessions, database.readers(engine), keep_days=0, audit_days=0).once()
    Upkeep(sessions, database.readers(engine), keep_days=0, audit_days=400).once()
    with sessions() as session:
        assert [row.created_at.year for row in session.scalars(select(AuditEntry))] == [database.now(session).year]
