"""What a request may reach for: settings, the cabinet's sessions, and the way to hand a job to the workshop."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec
from flask import current_app
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from mitigap.settings import Settings

READ_WAIT = 20.0
"""Seconds a caller of the API waits for its file to be read before it is sent to the job instead."""


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """`enqueue` is told the id of a job whose row is committed; it never raises: the row is the truth."""

    settings: Settings
    engine: Engine
    reading: sessionmaker[Session]
    writing: sessionmaker[Session]
    enqueue: Callable[[str], object]
    broker_answers: Callable[[], bool]
    clock: Callable[[], datetime]
    read_wait: float = READ_WAIT


def desk() -> Desk:
    found: Desk = current_app.extensions["mitigap"]
    return found


def flask_config(settings: Settings, secret_key: str) -> Mapping[str, Any]:
    """Flask's own settings and those of its extensions, each with its reason."""
    prefix = "__Host-" if settings.tls else ""
    return {
        "SECRET_KEY": secret_key,
        "MAX_CONTENT_LENGTH": settings.max_body,
        "MAX_FORM_PARTS": 2000,  # every group of a catalogue may be ticked
        "SESSION_COOKIE_NAME": f"{prefix}mitigap",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.tls,
        "PERMANENT_SESSION_LIFETIME": timedelta(seconds=settings.session_life),
        "SESSION_REFRESH_EACH_REQUEST": False,  # the cookie ends when its row does
        "SEND_FILE_MAX_AGE_DEFAULT": 86_400,
        "WTF_CSRF_TIME_LIMIT": None,  # a form left open over lunch still works; the token ends with the session
        "WTF_CSRF_SSL_STRICT": False,  # Origin is checked on every write, with TLS and without
        "BOOTSTRAP_SERVE_LOCAL": True,
        "AUTO_VALIDATION_ERROR_RESPONSE": False,  # refusals are described once, in openapi.py
        "AUTO_AUTH_ERROR_RESPONSE": False,
        "AUTO_404_RESPONSE": False,
        "AUTO_OPERATION_ID": True,
        "AUTO_SERVERS": False,
    }
