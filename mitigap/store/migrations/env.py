"""What Alembic runs: the migrations on the connection that `database.upgrade` hands over."""

from typing import Any, Literal

from alembic import context
from sqlalchemy.types import TypeDecorator

from mitigap.store.schema import Base


def _plain(kind: str, item: Any, _autogenerate: Any) -> str | Literal[False]:
    """A migration names the plain column, so that it still runs when our own types have changed."""
    return f"sa.{item.impl!r}" if kind == "type" and isinstance(item, TypeDecorator) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite alters a table by copying it
    render_item=_plain,
)
with context.begin_transaction():
    context.run_migrations()
