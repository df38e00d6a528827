"""A furnished installation on private servers, those of the tests, for the measurements that need one."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
from factories.workers import a_context
from servers import PostgreSQL, Valkey, short_folder
from sqlalchemy import Engine, insert

from benchmarks.workbook import HEADER, rows
from mitigap.store import accounts, catalogs, database, jobs, uploads
from mitigap.store.columns import new_id
from mitigap.store.requests import AssessRequest
from mitigap.store.schema import Job, Role, State
from workers import load_catalog, tasks
from workers.context import Context

ROOT = Path(__file__).resolve().parent.parent
EMAIL = "bench@mitigap.example"
BATCH = 5_000


class House(msgspec.Struct, frozen=True, kw_only=True):
    """`revision` is an inventory of 100 rows; `assessment` the job that assessed it against Leafminer."""

    url: str
    broker: str
    engine: Engine
    context: Context
    workspace: str
    catalogue: str
    revision: str
    assessment: str

    def request(self) -> AssessRequest:
        return AssessRequest(catalogue=self.catalogue, groups=("G0077",), revision=self.revision)

    def order(self) -> str:
        """The id of a new pending assessment."""
        with self.context.sessions.begin() as session:
            return jobs.create(session, self.request(), workspace_id=self.workspace, user_id=None).id

    def fill(self, count: int, state: State) -> None:
        """So many more assessments, as rows alone; finished ones tell what the first one tells."""
        with self.context.sessions.begin() as session:
            made = jobs.get(session, self.workspace, self.assessment)
            like = {column.key: getattr(made, column.key) for column in Job.__table__.columns}
            for begin in range(0, count, BATCH):
                session.execute(insert(Job), [_copy(like, state) for _ in range(min(BATCH, count - begin))])


def _copy(like: dict[str, Any], state: State) -> dict[str, Any]:
    changed: dict[str, Any] = {"id": new_id(), "state": state, "lease_token": None, "idempotency_key": None}
    if state is State.PENDING:
        changed |= {"attempt": 0, "summary": {}, "started_at": None, "finished_at": None, "lease_until": None}
    return like | changed


@contextmanager
def servers() -> Iterator[tuple[PostgreSQL, Valkey]]:
    with short_folder("bench-pg-") as pg, short_folder("bench-vk-") as vk:
        postgres, valkey = PostgreSQL(pg), Valkey(vk)
        postgres.create()
        postgres.start()
        valkey.start()
        try:
            yield postgres, valkey
        finally:
            valkey.kill()
            postgres.stop()


def furnished(url: str, broker: str) -> House:
    """All tables, the catalogues that come with Mitigap, one inventory and its first assessment."""
    engine = database.connect(url)
    database.upgrade(engine)
    context = a_context(engine, broker)
    load_catalog.register_builtin(context.sessions)
    text = "\n".join(",".join(str(cell or "") for cell in row) for row in (HEADER, *rows(100)))
    with context.sessions.begin() as session:
        accounts.create_user(session, EMAIL, Role.ADMIN, "bench")
        workspace = accounts.ensure_workspace(session, "bench").id
        catalogue = catalogs.find(session, workspace).id
        upload = uploads.add(session, workspace, "controls.csv", text.encode()).id
        request = AssessRequest(catalogue=catalogue, groups=("G0077",), upload=upload, name="controls")
        first = jobs.create(session, request, workspace_id=workspace, user_id=None).id
    tasks.work(context, first)
    with context.readers() as session:
        job = jobs.get(session, workspace, first)
        revision = job.summary["revision"]["id"]
    return House(
        url=url,
        broker=broker,
        engine=engine,
        context=context,
        workspace=workspace,
        catalogue=catalogue,
        revision=revision,
        assessment=first,
    )
