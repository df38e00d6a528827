"""A worker's sign of life: its main process writes to the heartbeat table, whatever its children are busy with."""

import os
import threading

import structlog
from sqlalchemy.exc import SQLAlchemyError

from mitigap.settings import Settings
from mitigap.store import database, heartbeats

EVERY = 5.0

log = structlog.get_logger(__name__)


class SignOfLife:
    """A thread of the main process.

    No child may be forked while a database connection is open here: SQLite keeps what it knows of its locks in the
    process, and a child that inherits it half-way may break the file. So fork and write take turns.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._over = threading.Event()
        self._writing = threading.Lock()

    def start(self, worker: str) -> None:
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(
                before=self._writing.acquire,
                after_in_parent=self._writing.release,
                after_in_child=self._writing.release,
            )
        threading.Thread(target=self._run, args=(worker,), name="sign of life", daemon=True).start()

    def stop(self) -> None:
        self._over.set()

    def _run(self, worker: str) -> None:
        while True:
            with self._writing:
                self._say(worker)
            if self._over.wait(EVERY):
                return

    def _say(self, worker: str) -> None:
        engine = database.connect(self._settings.database_url)
        try:
            with database.sessions(engine).begin() as session:
                heartbeats.touch(session, heartbeats.WORKER + worker)
        except SQLAlchemyError as error:
            log.warning("the worker cannot show that it lives", error=str(error))
        finally:
            engine.dispose()
