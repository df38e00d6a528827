"""Whether the broker answers. Nothing is lost while it does not; only the work waits."""

from collections.abc import Callable
from functools import partial

import structlog
from celery import Celery

from mitigap.settings import Settings
from workers import queue

SOON = 2.0
"""Seconds: a probe of readiness must not hang."""

log = structlog.get_logger(__name__)


def probe(settings: Settings) -> Callable[[], bool]:
    return partial(_answers, queue.application(settings))


def _answers(app: Celery) -> bool:
    try:
        with app.connection_for_write(connect_timeout=SOON) as connection:
            connection.ensure_connection(max_retries=1, timeout=SOON)
    except queue.BROKER_ERRORS as error:
        log.warning("broker away", error=str(error))
        return False
    return True
