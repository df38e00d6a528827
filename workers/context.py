"""What a run needs from outside: settings, the store's sessions, the queue, and the catalogues already loaded."""

import os
from datetime import datetime
from functools import cache, lru_cache

import structlog
from sqlalchemy import Engine

from mitigap.catalog import document
from mitigap.catalog.model import Catalogue
from mitigap.settings import Settings
from mitigap.store import catalogs, database, opening
from workers import queue

CATALOGUES_KEPT = 4
"""A large release takes some 60 MB as objects."""

log = structlog.get_logger(__name__)


class Context:
    """One for a process. It takes every outside thing as a parameter, so that a test can build its own."""

    def __init__(self, settings: Settings, engine: Engine) -> None:
        self.settings = settings
        self.engine = engine
        self.sessions = database.sessions(engine)
        self.readers = database.readers(engine)
        self.queue = queue.connect(settings, self.sessions)
        self._compiled = lru_cache(maxsize=CATALOGUES_KEPT)(self._load)

    def catalogue(self, workspace_id: str, catalogue_id: str) -> Catalogue:
        """A catalogue this workspace may use, loaded once in a process. Raises CatalogueUnknown."""
        with self.readers() as session:
            row = catalogs.get(session, workspace_id, catalogue_id)
        return self._compiled(row.id, row.compiled_at)

    def _load(self, catalogue_id: str, _compiled_at: datetime) -> Catalogue:
        with self.readers() as session:
            data = catalogs.document(session, catalogue_id)
        return document.load(data)


def of_this_process() -> Context:
    """Built at first use. A forked child never meets its parent's connections: they are kept by process id."""
    return _of(os.getpid())


@cache
def _of(_process: int) -> Context:
    settings = opening.settings()
    return Context(settings, database.connect(settings.database_url))
