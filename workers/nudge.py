"""The part of the tick that lets workers hear of notifications that are due. It sends nothing itself."""

from datetime import timedelta

from sqlalchemy.orm import Session, sessionmaker

from mitigap.store import notifications
from workers.queue import NOTIFY, Queue

AGAIN = timedelta(seconds=30)
"""How long a hint may go unheard before there is another."""


class Nudge:
    """Any number may run: a row is drawn by one of them, and claimed by one worker."""

    def __init__(self, sessions: sessionmaker[Session], readers: sessionmaker[Session], queue: Queue) -> None:
        self._sessions = sessions
        self._readers = readers
        self._queue = queue

    def once(self) -> list[str]:
        """The ids the queue was told of. Where the broker is away they wait, and are due at once again."""
        with self._readers() as session:
            if notifications.idle(session):
                return []
        with self._sessions.begin() as session:
            ids = notifications.due(session, again=AGAIN)
        told = self._queue.hint(NOTIFY, ids, expires=4 * AGAIN)
        if missing := ids[told:]:
            with self._sessions.begin() as session:
                notifications.take_back(session, missing)
        return ids[:told]
