"""`celery -A chaos.skewed`: the real workshop; its beats go by `chaos.clocks`, its messages rest for seconds only.

Minutes between the tries of a message, and for a worker that fell silent over one, are right for receivers; a run that
kills workers all the time would wait for hours.
"""

from datetime import timedelta
from typing import Any

from chaos import clocks

from mitigap.store import notifications
from workers import context, nudge
from workers.beat import DbTick
from workers.celery_app import app as app  # noqa: PLC0414 - Celery looks for it here
from workers.tick import Tick

TRIES = 60

notifications.WAITS = (timedelta(seconds=1),) * TRIES
notifications.announce.__kwdefaults__["tries"] = TRIES
notifications.claim.__kwdefaults__["term"] = timedelta(seconds=12)  # a try may take ten
nudge.AGAIN = timedelta(seconds=3)


class SkewedTick(DbTick):
    """Schedules alone go by the clock that jumps, as they would where a machine's own jumps."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = context.of_this_process()
        self._tick = Tick(here.sessions, here.readers, here.queue, clocks.now, attempts=here.settings.attempts)
