"""What `celery -A workers.celery_app` points at: the app with its two tasks, its logs, and its sign of life."""

import os
import threading
from collections.abc import Callable
from typing import Any

import structlog
from celery.signals import setup_logging, worker_process_init, worker_ready, worker_shutdown, worker_shutting_down

from mitigap import logs
from mitigap.inventory import markup
from mitigap.store import opening
from workers import context, notify, queue, tasks
from workers.alive import SignOfLife
from workers.hold import interrupt_all, kill_all

HANDING_BACK = 10.0
"""Seconds that handing back may take after the grace. Celery itself waits for ever for a broker that is away."""

settings = opening.settings()
app = queue.application(settings)
app.task(name=queue.TASK)(tasks.run)
app.task(name=queue.NOTIFY)(notify.run)
sign_of_life = SignOfLife(settings)
log = structlog.get_logger(__name__)


@setup_logging.connect
def _log(**_: Any) -> None:
    logs.configure(settings)


@worker_process_init.connect
def _prepare(**_: Any) -> None:
    """Build what the first job would otherwise wait for."""
    context.of_this_process()


@worker_ready.connect
def _live(sender: Any, **_: Any) -> None:
    if told := markup.aged():
        log.warning(told)
    sign_of_life.start(sender.hostname)


@worker_shutting_down.connect
def _part(**_: Any) -> None:
    """What is not done when the grace is over is handed back, before whoever told us to stop kills us."""
    _later(settings.grace, interrupt_all)
    _later(settings.grace + HANDING_BACK, _leave_anyway)


@worker_shutdown.connect
def _leave(**_: Any) -> None:
    sign_of_life.stop()


def _later(seconds: float, do: Callable[[], None]) -> None:
    timer = threading.Timer(seconds, do)
    timer.daemon = True  # nobody waits for it where all is done sooner
    timer.start()


def _leave_anyway() -> None:
    """Database and broker are both away, most likely: what is under way is taken over once its lease has run out."""
    kill_all()
    os._exit(1)
