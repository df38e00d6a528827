"""Every error in one of two dresses: problem+json (RFC 9457) under /api, a plain page elsewhere."""

import json
from http import HTTPStatus
from typing import Any

from apiflask import APIFlask, HTTPError
from flask import Response, current_app, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InterfaceError, OperationalError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, SecurityError

from mitigap import errors
from service.account_forms import SignInForm

API = "/api/"

STATUS: dict[type[errors.MitigapError], int] = {
    errors.FileRefused: 422,
    errors.ChoicesRefused: 422,
    errors.CatalogueUnreadable: 422,
    errors.VersionUnknown: 422,
    errors.CatalogueUnknown: 422,
    errors.GroupUnknown: 422,
    errors.GroupAmbiguous: 422,
    errors.DestinationRefused: 422,
    errors.ScheduleRefused: 422,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.Busy: 429,
    errors.UserError: 400,
}

PLAIN = {
    400: "The request could not be understood.",
    401: "Sign in first.",
    403: "You are not allowed to do that.",
    404: "There is no such thing here.",
    405: "That cannot be done here.",
    409: "That cannot be done in its present state.",
    413: "That is too large.",
    415: "That kind of content is not accepted here.",
    422: "Something in the request has to be mended.",
    500: "Something went wrong on our side. It has been logged.",
    503: "The database cannot be reached just now. Try again in a moment.",
}


FOREIGN_HOST = "This host is not served here. An operator can add it to MITIGAP_ALLOWED_HOSTS.\n"
TOO_LARGE = "That is too large: {limit} MB is the most that is accepted."
TOO_MUCH = "That is too large: a field of the form or the JSON holds more than is read, or there are too many fields."
WHEN_BUSY = "30"  # seconds
MEGABYTE = 1024 * 1024
STALE_FORM = "This form is out of date. Go back, reload the page and send it once more."


def answer_errors(app: APIFlask) -> None:
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(HTTPError, _validation)
    app.register_error_handler(errors.UserError, _user)
    app.register_error_handler(OperationalError, _away)
    app.register_error_handler(InterfaceError, _away)


def problem(status: int, detail: str | None = None, *, headers: Any = None, **more: Any) -> Response:
    """An RFC 9457 answer. `more` are further members; `headers` further headers."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, **more}
    if detail:
        body["detail"] = detail
    response = Response(json.dumps(body, ensure_ascii=False), status, content_type="application/problem+json")
    response.headers.extend(headers or {})
    return response


def wants_api() -> bool:
    return request.path.startswith(API)


def respond(status: int, detail: str | None = None, *, headers: Any = None, **more: Any) -> Response:
    """The error in the dress that the caller understands."""
    detail = detail or PLAIN.get(status)
    if wants_api():
        return problem(status, detail, headers=headers, **more)
    if status == HTTPStatus.UNAUTHORIZED:
        after = request.full_path.rstrip("?") if request.method == "GET" else ""
        return make_response(render_template("sign_in.html", form=SignInForm(formdata=None), next=after), status)
    page = render_template("error.html", status=status, title=HTTPStatus(status).phrase, detail=detail)
    response = make_response(page, status)
    response.headers.extend(headers or {})
    return response


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if error.response is not None:
        return make_response(error.response)
    if isinstance(error, SecurityError):  # no page can be made for a host that is not ours
        return _foreign_host(status)
    if isinstance(error, RequestEntityTooLarge):
        return respond(status, _too_large())
    if isinstance(error, CSRFError):
        return respond(status, STALE_FORM)
    headers = [(name, value) for name, value in error.get_headers() if name.lower() != "content-type"]
    told = error.description if error.description != type(error).description else None
    return respond(status, told if status not in (404, 500) else None, headers=headers)


def _foreign_host(status: int) -> Response:
    if wants_api():
        return problem(status, FOREIGN_HOST.strip())
    return Response(FOREIGN_HOST, status, content_type="text/plain; charset=utf-8")


def _too_large() -> str:
    """Werkzeug refuses by one word what is too long in all and what is too long in a part."""
    most: int = current_app.config["MAX_CONTENT_LENGTH"]
    told = request.content_length
    return TOO_MUCH if told is not None and told <= most else TOO_LARGE.format(limit=most // MEGABYTE)


def _validation(error: HTTPError) -> Response:
    """APIFlask's own refusals: a body or a query that is not as the schema says."""
    more = {"errors": error.detail} if error.detail else {}
    return respond(error.status_code, _sentence(error.detail) or error.message, headers=error.headers, **more)


def _sentence(faults: Any) -> str | None:
    """`{"json": {"groups": ["Missing data."]}}` as `groups: Missing data.`"""
    if not isinstance(faults, dict) or not faults:
        return None
    fields = {name: told for where in faults.values() if isinstance(where, dict) for name, told in where.items()}
    return " ".join(f"{name}: {_first(told)}" for name, told in fields.items()) or None


def _first(told: Any) -> str:
    while isinstance(told, dict | list) and told:
        told = next(iter(told.values() if isinstance(told, dict) else told))
    return str(told)


def _user(error: errors.UserError) -> Response:
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    told = None if status == HTTPStatus.NOT_FOUND else error.message
    return respond(status, told, headers={"Retry-After": WHEN_BUSY} if status == HTTPStatus.TOO_MANY_REQUESTS else None)


def _away(_error: OperationalError | InterfaceError) -> Response:
    return respond(503, headers={"Retry-After": "5"})
