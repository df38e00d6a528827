"""Three things every part of the cabinet needs: insert once however many try, count what changed, and miss a row."""

from typing import Any, TypeVar

from sqlalchemy import CursorResult, Executable, inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from mitigap.errors import NotFound
from mitigap.store.schema import Base

Found = TypeVar("Found")

INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def insert_once(session: Session, table: type[Base], **values: Any) -> bool:
    """Insert the row unless a unique key says it is there; whether it was inserted. Waits for a rival's commit."""
    insert = INSERTS[session.get_bind().dialect.name]
    query = insert(table).values(**values).on_conflict_do_nothing().returning(*inspect(table).primary_key)
    return session.execute(query).first() is not None  # an INSERT's rowcount is not told by every driver


def changed(session: Session, query: Executable) -> int:
    """Run an UPDATE or DELETE and say how many rows it touched."""
    result = session.execute(query, execution_options={"synchronize_session": False})
    return result.rowcount if isinstance(result, CursorResult) else 0


def found(row: Found | None) -> Found:
    if row is None:
        raise NotFound
    return row
