"""How every process of ours logs: one line an event on standard error, as text or as JSON, libraries' lines alike."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from mitigap.settings import Settings

QUIET = ("alembic", "kombu", "celery.worker.strategy", "celery.app.trace")
"""They tell of every hint; our own lines tell of every job."""


def configure(settings: Settings) -> None:
    """Call once, at the start of a process."""
    before: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *before,
            structlog.processors.format_exc_info,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=before,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _last(settings.log_format)],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    logging.basicConfig(handlers=[handler], level=settings.log_level.upper(), force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def _last(form: str) -> structlog.types.Processor:
    if form == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return _plain


def _plain(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> str:
    """`2026-11-24T10:00:00Z info workers.tasks job done job=…`, and a trace beneath it where there is one."""
    time, level, name = (event.pop(key, "") for key in ("timestamp", "level", "logger"))
    said, trace = event.pop("event", ""), event.pop("exception", "")
    rest = " ".join(f"{key}={value}" for key, value in event.items())
    return f"{time} {level} {name}: {said} {rest}".rstrip() + (f"\n{trace}" if trace else "")
