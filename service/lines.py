"""Gunicorn's own lines in the form of all others."""

import logging
from typing import Any

from gunicorn.glogging import Logger

from mitigap import logs
from mitigap.store import opening


class Lines(Logger):  # type: ignore[misc]  # gunicorn carries no types
    """What `gunicorn --logger-class` names. It is set up in the master, before any worker is there."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        logs.configure(opening.settings())
        error: logging.Logger = self.error_log
        error.handlers.clear()
        error.propagate = True
