"""Waiting a little for a job, as a courtesy to callers who would ask again at once."""

import threading
import time

from mitigap.store import jobs
from mitigap.store.schema import Job
from service.access import principal
from service.desk import desk

FIRST_PAUSE = 0.02
LONGEST_PAUSE = 0.25

SEATS = threading.BoundedSemaphore(5)
"""For those who wait long: who waits holds one of a web process's eight threads, and pages and probes need some too."""

STANDING = 2.0
"""Seconds that somebody without a seat waits."""


def until_ended(job_id: str) -> Job:
    """The job as it is when it has ended, or when the caller has waited long enough."""
    seated = SEATS.acquire(blocking=False)
    try:
        return _watched(job_id, desk().read_wait if seated else min(STANDING, desk().read_wait))
    finally:
        if seated:
            SEATS.release()


def a_moment(job_id: str) -> Job:
    """The same for a page: it shows itself soon, and looks again by itself."""
    return _watched(job_id, min(STANDING, desk().read_wait))


def _watched(job_id: str, seconds: float) -> Job:
    until = time.monotonic() + seconds
    pause = FIRST_PAUSE
    while True:
        with desk().reading() as cabinet:
            job = jobs.get(cabinet, principal().workspace_id, job_id)
        if job.state in jobs.FINISHED or time.monotonic() >= until:
            return job
        time.sleep(pause)
        pause = min(pause * 1.5, LONGEST_PAUSE)
