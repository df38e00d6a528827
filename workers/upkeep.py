"""Once a day, a little at a time: files that the retention setting lets go, and uploads nobody refers to, go."""

import time

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from mitigap.store import audit, retention

DAILY = 86_400.0

log = structlog.get_logger(__name__)


class Upkeep:
    """`once` removes one batch at most, so that the tick beside it is not held up. Any number may run."""

    def __init__(
        self, sessions: sessionmaker[Session], readers: sessionmaker[Session], *, keep_days: int, audit_days: int = 0
    ) -> None:
        self._sessions = sessions
        self._readers = readers
        self._days = keep_days
        self._audit_days = audit_days
        self._next_audit = 0.0
        self._next_look = 0.0
        self._waiting: list[str] = []
        self._orphans: list[str] = []

    def once(self) -> None:
        try:
            self._look()
            self._remove()
            self._remove_orphans()
            self._shorten()
        except SQLAlchemyError as error:
            log.warning("the upkeep found no database", error=str(error))

    def _look(self) -> None:
        if time.monotonic() >= self._next_look:
            with self._readers() as session:
                self._waiting = retention.removable(session, self._days) if self._days else []
                self._orphans = retention.orphans(session)
            self._next_look = time.monotonic() + DAILY

    def _remove(self) -> None:
        if self._waiting:
            batch = self._waiting[: retention.BATCH]
            with self._sessions.begin() as session:
                files = retention.remove(session, batch)
            self._waiting = self._waiting[retention.BATCH :]
            log.info("old files removed", files=files, jobs=len(batch), days=self._days)

    def _remove_orphans(self) -> None:
        if self._orphans:
            batch = self._orphans[: retention.BATCH]
            with self._sessions.begin() as session:
                uploads = retention.remove_orphans(session, batch)
            self._orphans = self._orphans[retention.BATCH :]
            log.info("uploads that nobody refers to removed", uploads=uploads)

    def _shorten(self) -> None:
        """The audit log, once a day."""
        if self._audit_days and time.monotonic() >= self._next_audit:
            with self._sessions.begin() as session:
                entries = audit.forget(session, self._audit_days)
            self._next_audit = time.monotonic() + DAILY
            log.info("old entries of the audit log removed", entries=entries, days=self._audit_days)
