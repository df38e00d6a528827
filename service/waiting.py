"""Waiting a little for a job, as a courtesy to callers who would ask again at once."""

import time

from mitigap.store import jobs
from mitigap.store.schema import Job
from service.access import principal
from service.desk import desk

FIRST_PAUSE = 0.02
LONGEST_PAUSE = 0.25


def until_ended(job_id: str) -> Job:
    """The job as it is when it has ended, or when the caller has waited long enough."""
    until = time.monotonic() + desk().read_wait
    pause = FIRST_PAUSE
    while True:
        with desk().reading() as cabinet:
            job = jobs.get(cabinet, principal().workspace_id, job_id)
        if job.state in jobs.FINISHED or time.monotonic() >= until:
            return job
        time.sleep(pause)
        pause = min(pause * 1.5, LONGEST_PAUSE)
