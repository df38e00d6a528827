"""A workshop of a test's own, and runs that do as they are told."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine

from mitigap.settings import Settings
from mitigap.store import database, jobs
from mitigap.store.lease import File
from mitigap.store.schema import Job, Kind
from workers import tasks
from workers.context import Context
from workers.outcome import Outcome, Progress
from workers.tasks import Runner

NOWHERE = "redis+socket:///nowhere/broker.sock"

QUICK = {"lease": 2, "tick": 0.1, "redispatch": 1, "back_off": 0.1}


def settings(database_url: str, broker_url: str = NOWHERE, **changes: Any) -> Settings:
    return Settings(database_url=database_url, broker_url=broker_url, **{**QUICK, **changes})


def a_context(engine: Engine, broker_url: str = NOWHERE, **changes: Any) -> Context:
    url = engine.url.render_as_string(hide_password=False)
    return Context(settings(url, broker_url, **changes), engine)


def an_outcome(**changes: Any) -> Outcome:
    page = File(format="html", media_type="text/html", filename="page.html", data=b"<p>")
    return Outcome(**{"document": b"{}", "summary": {"score": 0.5}, "files": (page,), **changes})


def runners(run: Callable[[Context, Job, Progress], Outcome]) -> dict[Kind, Runner]:
    """Every kind of job is run by `run`."""
    return dict.fromkeys(Kind, run)


def done(context: Context, job: Job) -> Job:
    """The job once a worker has had it."""
    tasks.work(context, job.id)
    with context.readers() as session:
        return jobs.get(session, job.workspace_id, job.id)


def fresh(engine: Engine) -> Engine:
    """Another engine on the same database, as another process would have."""
    return database.connect(engine.url.render_as_string(hide_password=False))
