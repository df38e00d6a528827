"""Which parts of the house have lately said that they are alive."""

from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from mitigap.store import database
from mitigap.store.rows import changed, insert_once
from mitigap.store.schema import Heartbeat

TICK = "tick"
WORKER = "worker:"
FORGOTTEN_AFTER = timedelta(days=1)


def touch(session: Session, component: str) -> None:
    now = database.now(session)
    if not changed(session, update(Heartbeat).where(Heartbeat.component == component).values(at=now)):
        insert_once(session, Heartbeat, component=component, at=now)
        changed(session, delete(Heartbeat).where(Heartbeat.at < now - FORGOTTEN_AFTER))


def ages(session: Session) -> dict[str, timedelta]:
    """How long ago each component was last heard: `tick`, `worker:<name>`."""
    now = database.now(session)
    rows = session.execute(select(Heartbeat.component, Heartbeat.at).order_by(Heartbeat.component))
    return {component: now - at for component, at in rows}
