"""Who may call what: one table of every endpoint, and the check that runs before each request."""

from collections.abc import Mapping
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
from service.security import SAFE_METHODS

OPEN = frozenset(
    {
        "static",
        "bootstrap.static",
        "openapi.spec",
        "health.alive",
        "health.ready",
        "health.metrics",
        "sign_in.ask",
        "sign_in.enter",
        "sign_in.ask_code",
        "sign_in.prove",
        "sign_in.redeem",
        "oidc.begin",
        "oidc.finish",
        "passwords.ask",
        "passwords.choose",
        "invitations.show",
        "invitations.take",
    }
)
"""Whoever asks: nothing of a workspace is in these."""

NEEDED: Mapping[str, Permission] = {
    "sign_in.leave": Permission.READ,
    "overview.show": Permission.READ,
    "start.show": Permission.READ,
    "start.sample": Permission.READ,
    "start.submit": Permission.RUN,
    "start.try_sample": Permission.RUN,
    "jobs.show": Permission.READ,
    "jobs.watch": Permission.READ,
    "jobs.cancel": Permission.RUN,
    "jobs.retry": Permission.RUN,
    "assessments.index": Permission.READ,
    "assessments.show": Permission.READ,
    "assessments.index_table": Permission.READ,
    "assessments.show_table": Permission.READ,
    "assessments.report": Permission.READ,
    "assessments.forecast": Permission.READ,
    "techniques.index": Permission.READ,
    "techniques.show": Permission.READ,
    "words.index": Permission.READ,
    "words.index_table": Permission.READ,
    "words.add": Permission.RUN,
    "words.change": Permission.RUN,
    "words.remove": Permission.RUN,
    "api.get_words": Permission.READ,
    "api.replace_words": Permission.RUN,
    "api.get_difference": Permission.READ,
    "imports.new": Permission.RUN,
    "imports.begin": Permission.RUN,
    "imports.sample": Permission.RUN,
    "imports.show": Permission.RUN,
    "imports.columns": Permission.RUN,
    "imports.choose_columns": Permission.RUN,
    "imports.values": Permission.RUN,
    "imports.choose_values": Permission.RUN,
    "imports.check": Permission.RUN,
    "imports.finish": Permission.RUN,
    "imports.discard": Permission.RUN,
    "inventories.index": Permission.READ,
    "inventories.show": Permission.READ,
    "inventories.index_table": Permission.READ,
    "inventories.show_table": Permission.READ,
    "inventories.issues_table": Permission.READ,
    "inventories.revisions_table": Permission.READ,
    "inventories.original": Permission.READ,
    "catalogs.index": Permission.READ,
    "catalogs.template": Permission.READ,
    "catalogs.index_table": Permission.READ,
    "catalogs.load": Permission.CATALOGUES,
    "drifts.choose": Permission.READ,
    "drifts.show": Permission.READ,
    "drifts.choose_table": Permission.READ,
    "drifts.show_table": Permission.READ,
    "drifts.report": Permission.READ,
    "previews.show": Permission.READ,
    "previews.show_table": Permission.READ,
    "previews.report": Permission.READ,
    "previews.order": Permission.RUN,
    "previews.accept": Permission.RUN,
    "trends.of_schedule": Permission.READ,
    "trends.of_inventory": Permission.READ,
    "trends.of_schedule_table": Permission.READ,
    "trends.of_inventory_table": Permission.READ,
    "schedules.index": Permission.READ,
    "schedules.show": Permission.READ,
    "schedules.index_table": Permission.READ,
    "schedules.show_table": Permission.READ,
    "schedules.new": Permission.RUN,
    "schedules.create": Permission.RUN,
    "schedules.tell": Permission.RUN,
    "schedules.pause": Permission.RUN,
    "schedules.resume": Permission.RUN,
    "schedules.run": Permission.RUN,
    "schedules.remove": Permission.RUN,
    "notifications.index": Permission.READ,
    "notifications.show": Permission.READ,
    "notifications.index_table": Permission.READ,
    "notifications.show_table": Permission.READ,
    "notifications.add": Permission.CHANNELS,
    "notifications.test": Permission.CHANNELS,
    "notifications.switch": Permission.CHANNELS,
    "notifications.renew": Permission.CHANNELS,
    "notifications.remove": Permission.CHANNELS,
    "account.show": Permission.SELF,
    "account.choose_password": Permission.SELF,
    "account.end": Permission.SELF,
    "account.end_others": Permission.SELF,
    "look.show": Permission.LOOK,
    "look.change": Permission.LOOK,
    "look.logo": Permission.LOOK,
    "second_factor.show": Permission.SELF,
    "second_factor.begin": Permission.SELF,
    "second_factor.confirm": Permission.SELF,
    "second_factor.renew": Permission.SELF,
    "second_factor.drop": Permission.SELF,
    "workspaces.index": Permission.SELF,
    "workspaces.index_table": Permission.SELF,
    "workspaces.enter": Permission.SELF,
    "workspaces.make": Permission.WORKSPACES,
    "workspaces.rename": Permission.WORKSPACES,
    "members.index": Permission.USERS,
    "members.index_table": Permission.USERS,
    "members.invite": Permission.USERS,
    "members.withdraw": Permission.USERS,
    "members.change": Permission.USERS,
    "members.remove": Permission.USERS,
    "members.renew_password": Permission.USERS,
    "members.drop_second_factor": Permission.USERS,
    "tokens.index": Permission.TOKENS,
    "tokens.index_table": Permission.TOKENS,
    "tokens.make": Permission.TOKENS,
    "tokens.revoke": Permission.TOKENS,
    "audit.index": Permission.AUDIT,
    "audit.index_table": Permission.AUDIT,
    "api.list_tokens": Permission.TOKENS,
    "api.create_token": Permission.TOKENS,
    "api.delete_token": Permission.TOKENS,
    "api.list_inventories": Permission.READ,
    "api.get_inventory": Permission.READ,
    "api.create_inventory": Permission.RUN,
    "api.create_revision": Permission.RUN,
    "api.list_assessments": Permission.READ,
    "api.get_assessment": Permission.READ,
    "api.get_report": Permission.READ,
    "api.get_drift": Permission.READ,
    "api.get_forecast": Permission.READ,
    "api.create_preview": Permission.RUN,
    "api.create_assessment": Permission.RUN,
    "api.get_job": Permission.READ,
    "api.get_document": Permission.READ,
    "api.cancel_job": Permission.RUN,
    "api.retry_job": Permission.RUN,
    "api.list_schedules": Permission.READ,
    "api.get_schedule": Permission.READ,
    "api.preview_schedule": Permission.READ,
    "api.create_schedule": Permission.RUN,
    "api.change_schedule": Permission.RUN,
    "api.delete_schedule": Permission.RUN,
    "api.run_schedule": Permission.RUN,
    "watchlists.index": Permission.READ,
    "watchlists.index_table": Permission.READ,
    "watchlists.show": Permission.READ,
    "watchlists.show_table": Permission.READ,
    "watchlists.create": Permission.RUN,
    "watchlists.change": Permission.RUN,
    "watchlists.remove": Permission.RUN,
    "api.list_watchlists": Permission.READ,
    "api.get_watchlist": Permission.READ,
    "api.create_watchlist": Permission.RUN,
    "api.change_watchlist": Permission.RUN,
    "api.delete_watchlist": Permission.RUN,
    "api.list_channels": Permission.READ,
    "api.get_channel": Permission.READ,
    "api.list_deliveries": Permission.READ,
    "api.create_channel": Permission.CHANNELS,
    "api.change_channel": Permission.CHANNELS,
    "api.delete_channel": Permission.CHANNELS,
    "api.test_channel": Permission.CHANNELS,
    "api.list_groups": Permission.READ,
    "api.get_group": Permission.READ,
    "api.list_catalogs": Permission.READ,
    "api.create_catalog": Permission.CATALOGUES,
}
"""Every other endpoint, by what it takes. A route that stands in neither list stops the start."""

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
        raise LookupError(f"Endpoints without a permission in service/access.py: {', '.join(sorted(missing))}")


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
