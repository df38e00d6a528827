"""A name for each request: taken from the caller or made here, in every line that is logged of it, and given back."""

import re
import time
import uuid

import structlog
from apiflask import APIFlask
from flask import Response, g, request

HEADER = "X-Request-ID"
SANE = re.compile(r"[A-Za-z0-9._:+/=@-]{1,128}")
"""What may stand in a log: anything else could forge one."""

QUIET = ("health.", "static", "bootstrap.static")
"""Asked for all the time; not worth a line each."""

SECRET = ("sign_in.", "passwords.", "invitations.")
"""Their paths hold what nobody else may read."""

log = structlog.get_logger(__name__)


def trace(app: APIFlask) -> None:
    """Put it before everything else, so that refusals have a name too."""
    app.before_request(begin)
    app.after_request(end)
    app.teardown_request(forget)


def begin() -> None:
    told = request.headers.get(HEADER, "")
    g.request_id = told if SANE.fullmatch(told) else uuid.uuid4().hex
    g.began = time.perf_counter()
    structlog.contextvars.bind_contextvars(request=g.request_id)


def end(response: Response) -> Response:
    response.headers[HEADER] = g.request_id
    endpoint = request.endpoint or ""
    say = log.debug if endpoint.startswith(QUIET) else log.info
    say(
        "request",
        method=request.method,
        path=request.path if endpoint and not endpoint.startswith(SECRET) else endpoint or "unknown",
        status=response.status_code,
        ms=round((time.perf_counter() - g.began) * 1000),
    )
    return response


def forget(_error: BaseException | None) -> None:
    structlog.contextvars.unbind_contextvars("request")
