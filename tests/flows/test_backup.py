"""A copy made as docs/operations.md says, given back to an empty machine: all is there, and the work goes on."""

import shutil
import subprocess
from pathlib import Path

import pytest
from factories.line import Line, a_line
from factories.workers import a_context
from servers import PostgreSQL, postgresql_programs
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from cli.main import main
from mitigap.store import database, invariants, jobs, results
from mitigap.store.schema import Revision, State
from workers import tasks


def assess(engine: Engine, line: Line, **changes: object) -> tuple[str, bytes]:
    """The id and the document of a finished assessment."""
    job = line.assess(**changes)
    tasks.work(a_context(engine), job.id)
    with line.sessions() as session:
        assert jobs.held(session, job.id).state is State.SUCCEEDED, jobs.held(session, job.id).error
        return job.id, results.document(session, line.workspace, job.id)


def check_restored(url: str, line: Line, job: str, before: bytes) -> None:
    """The result is there, nothing is at odds, and the kept inventory can be assessed again, to the same bytes."""
    engine = database.connect(url)
    sessions = database.sessions(engine)
    with sessions() as session:
        assert invariants.broken(session) == {}
        assert results.document(session, line.workspace, job) == before
        assert results.artifact(session, line.workspace, job, "xlsx").data.startswith(b"PK")
        revision = session.scalars(select(Revision.id)).one()
    there = Line(sessions=sessions, workspace=line.workspace, catalogue=line.catalogue, upload=line.upload)
    _, again = assess(engine, there, upload=None, revision=revision)
    assert again == before
    engine.dispose()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_embedded(
    engine: Engine, sessions: sessionmaker[Session], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = a_line(sessions)
    job, before = assess(engine, line)
    monkeypatch.setenv("MITIGAP_DATABASE_URL", engine.url.render_as_string())
    assert main(["db", "backup", str(tmp_path / "copy.db")]) == 0
    restored = tmp_path / "elsewhere"
    restored.mkdir()
    shutil.copy(tmp_path / "copy.db", restored / "mitigap.db")
    check_restored(f"sqlite:///{restored / 'mitigap.db'}", line, job, before)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_postgresql(
    engine: Engine, sessions: sessionmaker[Session], postgresql_server: PostgreSQL, tmp_path: Path
) -> None:
    line = a_line(sessions)
    job, before = assess(engine, line)
    dump = tmp_path / "mitigap.dump"
    empty = postgresql_server.new()
    run("pg_dump", "--format=custom", f"--file={dump}", f"--dbname={plain(engine.url.render_as_string())}")
    run("pg_restore", "--no-owner", f"--dbname={plain(empty)}", str(dump))
    check_restored(empty, line, job, before)


def run(program: str, *words: str) -> None:
    done = subprocess.run([str(postgresql_programs() / program), *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def plain(url: str) -> str:
    """As PostgreSQL's own programs want it: without our driver's name."""
    return url.replace("postgresql+psycopg://", "postgresql://")
