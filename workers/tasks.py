"""The one task: claim the job, run it by its kind, end it."""

import os
import socket
from collections.abc import Callable, Mapping
from datetime import timedelta

import structlog

from mitigap.store import jobs, lease
from mitigap.store.schema import Job, Kind
from workers import assess, context, diff, load_catalog, look, preview, read
from workers.context import Context
from workers.hold import Hold
from workers.outcome import Outcome, Progress

Runner = Callable[[Context, Job, Progress], Outcome]

RUNNERS: dict[Kind, Runner] = {
    Kind.READ: read.run,
    Kind.ASSESS: assess.run,
    Kind.CATALOG: load_catalog.run,
    Kind.DIFF: diff.run,
    Kind.PREVIEW: preview.run,
    Kind.LOOK: look.run,
}

log = structlog.get_logger(__name__)


def run(job_id: str) -> None:
    work(context.of_this_process(), job_id)


def work(context: Context, job_id: str, runners: Mapping[Kind, Runner] = RUNNERS) -> None:
    """Run the job if it is to be had, then let the queue hear of the next ones."""
    term = timedelta(seconds=context.settings.lease)
    with context.sessions.begin() as session:
        held = lease.claim(session, job_id, worker=f"{socket.gethostname()}:{os.getpid()}", term=term)
    if held is None:
        log.debug("job is not to be had", job=job_id)
        return
    with structlog.contextvars.bound_contextvars(job=job_id), Hold(context, held) as hold:
        with context.readers() as session:
            job = jobs.held(session, job_id)
        hold.finish(runners[job.kind](context, job, hold.progress))
    context.queue.pump()
