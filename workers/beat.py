"""Celery's beat, with our tick in it: `celery -A workers.celery_app beat -S workers.beat:DbTick`.

The tick stands here and not in a task, because it must need neither a free worker nor a broker that is well.
"""

from typing import Any

from celery.beat import Scheduler

from workers import context
from workers.tick import Tick
from workers.upkeep import Upkeep


class DbTick(Scheduler):
    """It has no table of periodic tasks: what is due stands in the database."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = context.of_this_process()
        self._interval = here.settings.tick
        self._tick = Tick(here.sessions, here.readers, here.queue, attempts=here.settings.attempts)
        self._upkeep = Upkeep(
            here.sessions, here.readers, keep_days=here.settings.keep_days, audit_days=here.settings.audit_days
        )

    def setup_schedule(self) -> None:
        """Celery would add an entry of its own here."""

    def tick(self, *_: Any, **__: Any) -> float:
        self._tick.once()
        self._upkeep.once()
        return self._interval
