"""A real worker and a real beat, on both databases: a spreadsheet in, a gap report out."""

from pathlib import Path

import msgspec
from factories.line import a_line
from processes import workshop
from servers import Valkey, until
from sqlalchemy.orm import Session, sessionmaker

from mitigap.store import heartbeats, invariants, jobs, results
from mitigap.store.schema import State
from reports.render import RENDERERS
from workers.assess import NOT_OURS


def test_accepted_file_becomes_a_report(
    tmp_path: Path, database_url: str, sessions: sessionmaker[Session], valkey: Valkey
) -> None:
    line = a_line(sessions)
    job = line.assess()

    def ended() -> bool:
        with sessions() as session:
            return jobs.held(session, job.id).state in jobs.FINISHED

    with workshop(tmp_path, database_url, valkey.beside(database_url)) as opened:
        opened.beat()
        opened.worker()
        until(ended, f"the job has ended\n{opened.logs()}")
    with sessions() as session:
        found = jobs.get(session, line.workspace, job.id)
        assert (found.state, found.error) == (State.SUCCEEDED, "")
        assert msgspec.json.decode(results.document(session, line.workspace, job.id))["counts"]["edges"] == 45
        files = {
            form: results.artifact(session, line.workspace, job.id, form).data
            for form in RENDERERS
            if form not in NOT_OURS
        }
        assert invariants.broken(session) == {}
        assert {name.partition("@")[0] for name in heartbeats.ages(session)} == {"tick", "worker:celery"}
    assert b"Leafminer" in files["html"]
    assert files["xlsx"].startswith(b"PK")
