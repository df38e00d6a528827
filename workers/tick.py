"""What has to happen though nobody asks: run schedules, publish jobs, take them from silent workers, show we live."""

import time

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from mitigap.store import database, dispatch, expiry, heartbeats, jobs
from mitigap.store.dispatch import Swept
from workers import announce
from workers.clockwork import Clock, Clockwork
from workers.nudge import Nudge
from workers.queue import Queue

SECONDS_BETWEEN_SIGNS = 5.0
SECONDS_BETWEEN_CLEANINGS = 3600.0

log = structlog.get_logger(__name__)


class Tick:
    """Any number may run, on any number of machines: every change is a conditional update. None needs the broker."""

    def __init__(
        self,
        sessions: sessionmaker[Session],
        readers: sessionmaker[Session],
        queue: Queue,
        clock: Clock = database.now,
        *,
        attempts: int = jobs.ATTEMPTS,
    ) -> None:
        self._sessions = sessions
        self._readers = readers
        self._queue = queue
        self._clockwork = Clockwork(sessions, readers, clock, attempts=attempts)
        self._nudge = Nudge(sessions, readers, queue)
        self._next_sign = 0.0
        self._next_cleaning = 0.0

    def once(self) -> None:
        """Raises nothing for a database that is away: the next tick may find it again."""
        try:
            self._work()
            self._nudge.once()
            self._show()
            self._clean()
        except SQLAlchemyError as error:
            log.warning("the tick found no database", error=str(error))

    def _work(self) -> None:
        self._queue.hasten_if_forgotten()
        self._clockwork.once()
        with self._readers() as session:
            if dispatch.idle(session):
                return
        with self._sessions.begin() as session:
            swept = dispatch.sweep(session)
            for job_id in swept.failed:
                announce.ended(session, job_id)
        tell(swept)
        self._queue.pump()

    def _show(self) -> None:
        if time.monotonic() >= self._next_sign:
            with self._sessions.begin() as session:
                heartbeats.touch(session, heartbeats.TICK)
            self._next_sign = time.monotonic() + SECONDS_BETWEEN_SIGNS

    def _clean(self) -> None:
        if time.monotonic() >= self._next_cleaning:
            with self._sessions.begin() as session:
                expiry.forget(session, database.now(session))
            self._next_cleaning = time.monotonic() + SECONDS_BETWEEN_CLEANINGS


def tell(swept: Swept) -> None:
    for state in ("pending", "failed", "cancelled"):
        if ids := getattr(swept, state):
            log.warning("workers fell silent; their jobs are taken from them", now=state, jobs=list(ids))
