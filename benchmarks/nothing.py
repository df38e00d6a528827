"""A Celery application whose one task does nothing, with the settings that ours has: the floor of any queue."""

import os

from celery import Celery

app = Celery("nothing", broker=os.environ["BENCH_BROKER"], backend=os.environ["BENCH_BROKER"])
app.conf.update(task_acks_late=True, worker_prefetch_multiplier=1, worker_hijack_root_logger=False)


@app.task(name="nothing")  # type: ignore[untyped-decorator]
def nothing() -> None:
    """Nothing at all."""
