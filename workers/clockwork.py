"""The part of the tick that makes schedules run. It needs neither a worker nor a broker: it only inserts jobs."""

from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy.orm import Session, sessionmaker

from mitigap.store import database, firing, jobs

MOST_BATCHES = 4
"""However many are due, a tick goes back to its other duties after so many transactions."""

Clock = Callable[[Session], datetime]

log = structlog.get_logger(__name__)


class Clockwork:
    """Any number may run, on any number of machines. `clock` is the database's own, except in a test."""

    def __init__(
        self,
        sessions: sessionmaker[Session],
        readers: sessionmaker[Session],
        clock: Clock = database.now,
        *,
        attempts: int = jobs.ATTEMPTS,
    ) -> None:
        self._attempts = attempts
        self._sessions = sessions
        self._readers = readers
        self._clock = clock
        self._follows_zones = False

    def once(self) -> None:
        """Jobs that come of this are pending: the tick publishes them with all others."""
        self._follow_zones()
        with self._readers() as session:
            if firing.idle(session, now=self._clock(session)):
                return
        for _ in range(MOST_BATCHES):
            if self._batch() < firing.BATCH:
                return

    def _batch(self) -> int:
        with self._sessions.begin() as session:
            firing.settle(session)
            fired = firing.fire(session, now=self._clock(session), attempts=self._attempts)
        if fired.moved:
            log.info("schedules were due", due=fired.moved, jobs=len(fired.jobs))
        return fired.moved

    def _follow_zones(self) -> None:
        """Once in a process, a batch a tick: the rules of its zones do not change while it runs."""
        if not self._follows_zones:
            with self._sessions.begin() as session:
                self._follows_zones = firing.follow_zones(session) < firing.BATCH
