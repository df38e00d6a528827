"""What must stand before the first page is shown: tables, catalogues, a workspace and someone to be in it."""

from sqlalchemy import Engine

from cli import cabinet
from mitigap.settings import Settings
from mitigap.store import accounts, database, dispatch, links
from mitigap.store.schema import Role
from workers import announce, load_catalog

WORKSPACE = "default"
ADMIN = "admin@localhost"


def upgrade(engine: Engine) -> None:
    """Tables and the catalogues that come with Mitigap, both as this version has them."""
    database.upgrade(engine)
    load_catalog.register_builtin(database.sessions(engine))


def found(settings: Settings) -> None:
    with cabinet.opened(settings) as engine:
        upgrade(engine)
        with database.sessions(engine).begin() as session:
            accounts.create_user(session, ADMIN, Role.ADMIN, WORKSPACE)
        if settings.embedded:
            resume(engine)


def resume(engine: Engine) -> None:
    """What was under way when the last launcher ended goes on at once: no worker holds it, and the broker is empty."""
    with database.sessions(engine).begin() as session:
        for job_id in dispatch.sweep(session, every_running=True).failed:
            announce.ended(session, job_id)
        dispatch.hasten(session)


def sign_in(settings: Settings) -> str:
    """A one-time link's secret for the local administrator."""
    with cabinet.opened(settings) as engine, database.sessions(engine).begin() as session:
        return links.create(session, ADMIN, database.now(session), workspace=WORKSPACE)
