"""The desk put together: `create_app` takes every outside thing as a parameter and fills in the usual ones."""

from collections.abc import Callable
from datetime import UTC, datetime

from apiflask import APIFlask
from flask_bootstrap import Bootstrap5
from flask_wtf import CSRFProtect
from sqlalchemy import Engine
from werkzeug.middleware.proxy_fix import ProxyFix

from mitigap import ENGINE_VERSION
from mitigap.settings import Settings
from mitigap.store import database, opening
from service import (
    access,
    broker,
    compress,
    converters,
    filters,
    listing,
    openapi,
    problems,
    security,
    tracing,
    witness,
)
from service.api.routes import api
from service.assets import asset
from service.desk import READ_WAIT, Desk, flask_config
from service.pages import (
    account,
    assessments,
    audit,
    catalogs,
    drifts,
    health,
    imports,
    inventories,
    invitations,
    jobs,
    look,
    members,
    notifications,
    oidc,
    overview,
    passwords,
    previews,
    schedules,
    second_factor,
    sign_in,
    start,
    techniques,
    tokens,
    trends,
    watchlists,
    words,
    workspaces,
)
from service.tables import rooms as tables
from workers import queue

PLACES = (
    ("overview", "overview.show", "Overview"),
    ("start", "start.show", "New assessment"),
    ("assessments", "assessments.index", "Assessments"),
    ("inventories", "inventories.index", "Inventories"),
    ("schedules", "schedules.index", "Schedules"),
    ("watchlists", "watchlists.index", "Watch-lists"),
    ("catalogs", "catalogs.index", "Catalogues"),
    ("notifications", "notifications.index", "Notifications"),
)

SETTINGS = (
    ("account.show", "Your account"),
    ("workspaces.index", "Workspaces"),
    ("members.index", "Members"),
    ("tokens.index", "API tokens"),
    ("words.index", "Names we know"),
    ("look.show", "Branding"),
    ("audit.index", "Audit log"),
)
"""The pages behind one's own address; each is shown to those who may open it."""

SETTINGS_ROOMS = frozenset(endpoint.partition(".")[0] for endpoint, _ in SETTINGS) | {"second_factor"}

ROOMS = (
    overview,
    start,
    jobs,
    assessments,
    techniques,
    drifts,
    previews,
    imports,
    inventories,
    schedules,
    trends,
    watchlists,
    catalogs,
    notifications,
    look,
    words,
    sign_in,
    oidc,
    passwords,
    invitations,
    account,
    second_factor,
    workspaces,
    members,
    tokens,
    audit,
    health,
)


def create_app(
    settings: Settings,
    *,
    engine: Engine | None = None,
    enqueue: Callable[[str], object] | None = None,
    broker_answers: Callable[[], bool] | None = None,
    clock: Callable[[], datetime] | None = None,
    read_wait: float = READ_WAIT,
) -> APIFlask:
    """The web application. The tables must be there already: `mitigap.store.database.upgrade`."""
    engine = engine or database.connect(settings.database_url)
    writing = database.sessions(engine)
    witness.watch(writing)
    app = APIFlask(
        __name__,
        title="Mitigap",
        version=ENGINE_VERSION,
        json_errors=False,
        spec_path="/api/v1/openapi.json",
        docs_path=None,
    )
    app.config.update(flask_config(settings, opening.secret_key(settings)))
    app.extensions["mitigap"] = Desk(
        settings=settings,
        engine=engine,
        reading=database.readers(engine),
        writing=writing,
        enqueue=enqueue or queue.connect(settings, writing).enqueue,
        broker_answers=broker_answers or broker.probe(settings),
        clock=clock or (lambda: datetime.now(UTC)),
        read_wait=read_wait,
    )
    _furnish(app)
    if settings.proxies:
        hops = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _furnish(app: APIFlask) -> None:
    """Checks before every request in the order in which they are put here, then the rooms."""
    tracing.trace(app)
    security.protect(app)
    access.guard(app)
    csrf = CSRFProtect(app)
    csrf.exempt(api)  # access.py asks for a header instead
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    Bootstrap5(app)
    filters.add(app)
    listing.add(app, tables.ROOMS)
    compress.add(app)
    problems.answer_errors(app)
    openapi.describe(app)
    app.url_map.converters["report"] = converters.ReportExtension
    app.jinja_env.globals.update(
        asset=asset,
        places=PLACES,
        settings_places=SETTINGS,
        single_sign_on=oidc.name(app.extensions["mitigap"].settings),
        settings_rooms=SETTINGS_ROOMS,
        engine_version=ENGINE_VERSION,
    )
    for pages in ROOMS:
        app.register_blueprint(pages.pages)
    app.register_blueprint(api)
    access.classified(app)
