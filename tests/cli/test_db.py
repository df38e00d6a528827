"""Looking after the database from the command line: copies, what is let go, whether all is well."""

import sqlite3
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from factories.store import a_job, a_workspace
from sqlalchemy import Engine, update

from cli import cabinet
from cli.main import main
from mitigap.errors import UserError
from mitigap.store import copying, database, lease
from mitigap.store.lease import File
from mitigap.store.schema import Job, State

Captured = pytest.CaptureFixture[str]
PAGE = File(format="html", media_type="text/html", filename="a.html", data=b"<p>" * 1000)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MITIGAP_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def engine(folder: Path) -> Iterator[Engine]:
    with cabinet.ready() as engine:
        yield engine


@pytest.fixture
def two_old_assessments(engine: Engine) -> None:
    with database.sessions(engine).begin() as session:
        for _ in range(2):
            job = a_job(session)
            held = lease.claim(session, job.id, worker="w", term=timedelta(seconds=9))
            lease.finish(session, held, document=b"{}", files=(PAGE,))
            lease.summarise(session, held, {"groups": [{"id": "G0077"}]})
        session.execute(update(Job).values(finished_at=database.now(session) - timedelta(days=90)))


def test_a_copy_is_whole_and_its_owner_s_alone(engine: Engine, tmp_path: Path, capsys: Captured) -> None:
    with database.sessions(engine).begin() as session:
        a_workspace(session, "SOC")
    copy = tmp_path / "copy.db"
    assert main(["db", "backup", str(copy)]) == 0
    assert "holds everything" in capsys.readouterr().err
    with sqlite3.connect(copy) as opened:
        assert opened.execute("SELECT name FROM workspace").fetchall() == [("SOC",)]
        assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    opened.close()
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir() if "part" in path.name] == []


def test_another_database_has_tools_of_its_own() -> None:
    engine = database.connect("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    with pytest.raises(UserError, match="pg_dump"):
        copying.copy(engine, Path("nowhere"))
    engine.dispose()


@pytest.mark.usefixtures("two_old_assessments")
def test_what_would_be_removed_is_told_first(capsys: Captured) -> None:
    assert main(["db", "purge", "--days", "30", "--dry-run"]) == 0
    assert main(["db", "purge", "--days", "30"]) == 0
    assert main(["db", "purge", "--days", "30"]) == 0
    one = "Files: 1, assessments: 1, 0.0 MB as they are printed."
    none, uploads = "Files: 0, assessments: 0, 0.0 MB as they are printed.", "Uploads nobody refers to: 0."
    assert capsys.readouterr().out.splitlines() == [one, uploads, one, uploads, none, uploads]


def test_nothing_is_removed_where_nobody_has_said_when(capsys: Captured) -> None:
    assert main(["db", "purge"]) == 2
    assert "MITIGAP_KEEP_DAYS" in capsys.readouterr().err


@pytest.mark.usefixtures("two_old_assessments")
def test_days_are_a_setting(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.setenv("MITIGAP_KEEP_DAYS", "89")
    assert main(["db", "purge", "--dry-run"]) == 0
    assert capsys.readouterr().out.startswith("Files: 1,")


def test_jobs_at_odds_with_themselves_are_found(engine: Engine, capsys: Captured) -> None:
    assert main(["db", "check"]) == 0
    with database.sessions(engine).begin() as session:
        job = a_job(session)
        session.execute(update(Job).where(Job.id == job.id).values(state=State.SUCCEEDED))
    assert main(["db", "check"]) == 1
    told = capsys.readouterr().out
    assert told.startswith("All is as it should be.\nNot so: ")
    assert job.id in told
