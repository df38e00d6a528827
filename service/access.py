"""The check that runs before each request: who asks, and whether `rights.py` lets them."""

from datetime import timedelta

from apiflask import APIFlask
from flask import abort, g, request, session
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from mitigap.store import tokens, web_sessions
from mitigap.store.roles import Permission, Principal
from service import witness
from service.arrival import COOKIE_KEY
from service.desk import desk
from service.problems import wants_api
from service.rights import NEEDED, OPEN
from service.security import SAFE_METHODS

STATIC = frozenset({"static", "bootstrap.static"})
PROBES = frozenset({"health.alive", "health.ready", "health.metrics"})
"""Nobody is looked up for these: they must answer while the database is away."""

BEARER = "Bearer"
CHALLENGE = WWWAuthenticate("bearer", {"realm": "mitigap"})
CSRF_HEADERS = ("X-CSRFToken", "X-CSRF-Token", "X-Requested-With")


def guard(app: APIFlask) -> None:
    """Put the check before every request. Call `classified` once all routes are there."""
    app.before_request(admit)
    app.context_processor(lambda: {"principal": g.get("principal"), "may": may, "can": can})


def classified(app: APIFlask) -> None:
    """Raise where a route has not been given its permission."""
    missing = {rule.endpoint for rule in app.url_map.iter_rules()} - OPEN - NEEDED.keys()
    if missing:
        raise LookupError(f"Endpoints without a permission in service/rights.py: {', '.join(sorted(missing))}")


def principal() -> Principal:
    found: Principal = g.principal
    return found


def may(permission: str) -> bool:
    """For templates: whether to offer something."""
    found: Principal | None = g.get("principal")
    return found is not None and found.may(Permission(permission))


def can(endpoint: str) -> bool:
    """For templates: whether to lead there."""
    return may(NEEDED[endpoint])


def admit() -> None:
    """Find out who asks, and refuse what they may not do."""
    if request.endpoint in STATIC or request.endpoint in PROBES:
        return
    g.principal = _by_token() if _bearer() is not None else _by_cookie()
    if request.endpoint is None or request.endpoint in OPEN:
        return
    if g.principal is None:
        raise Unauthorized(www_authenticate=CHALLENGE if wants_api() else None)
    if not g.principal.may(NEEDED[request.endpoint]):
        abort(403, _refusal(g.principal))
    _refuse_forged_api_write()
    witness.admitted()


def _refusal(who: Principal) -> str:
    return "This token may only read." if who.read_only else f"The role {who.role} may not do that."


def _bearer() -> str | None:
    """The token of the Authorization header; an empty one where the header is something else, which fits nobody."""
    header = request.headers.get("Authorization")
    if header is None or not wants_api():
        return None
    scheme, _, secret = header.partition(" ")
    return secret.strip() if scheme.lower() == BEARER.lower() else ""


def _by_token() -> Principal | None:
    secret = _bearer() or ""
    with desk().reading() as cabinet:
        found = tokens.principal_of(cabinet, secret)
        noted = found is None or tokens.use_is_noted(cabinet, secret)
    if not noted:
        with desk().writing.begin() as cabinet:
            tokens.note_use(cabinet, secret)
    return found


def _by_cookie() -> Principal | None:
    secret = session.get(COOKIE_KEY)
    if not isinstance(secret, str):
        return None
    now, idle = desk().clock(), timedelta(seconds=desk().settings.session_idle)
    with desk().reading() as cabinet:
        found = web_sessions.principal_of(cabinet, secret, now, idle)
        noted = found is None or web_sessions.is_noted(cabinet, secret, now)
    if not noted:
        with desk().writing.begin() as cabinet:
            web_sessions.note(cabinet, secret, now)
    return found


def _refuse_forged_api_write() -> None:
    """A write to the API by cookie needs a header that no other site's page can send."""
    by_cookie = wants_api() and _bearer() is None
    if by_cookie and request.method not in SAFE_METHODS and not any(name in request.headers for name in CSRF_HEADERS):
        abort(403, "A write signed in by cookie needs the header X-Requested-With.")
