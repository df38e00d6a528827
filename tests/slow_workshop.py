"""`celery -A slow_workshop`: the real workshop, whose jobs wait for a file called `go` in the folder SLOW_FOLDER.

A job leaves a file for each time it is begun, so that a test can see it run and kill what runs it. One called
"stubborn" takes no step for minutes; one called "fatal" kills the process that runs it.
"""

import os
import signal
import time
from pathlib import Path

from factories.workers import an_outcome, runners

from mitigap.store.schema import Job
from workers import tasks
from workers.celery_app import app as app  # noqa: PLC0414 - Celery looks for it here
from workers.context import Context
from workers.outcome import Outcome, Progress

FOLDER = Path(os.environ["SLOW_FOLDER"])


def slow(_context: Context, job: Job, progress: Progress) -> Outcome:
    (FOLDER / f"{job.id}.{os.getpid()}.{time.monotonic_ns()}").touch()
    if job.name == "stubborn":
        time.sleep(300)
    if job.name == "fatal":
        os.kill(os.getpid(), signal.SIGKILL)
    while not (FOLDER / "go").exists():
        time.sleep(0.02)
        progress(50, "waiting")
    return an_outcome(document=job.id.encode())


tasks.RUNNERS.update(runners(slow))
