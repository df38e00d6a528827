"""What every table is made of: the base class with its names for keys, and the columns they share."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from mitigap.store.columns import Deflated, UtcTime, new_id

Identifier = String(36)
Name = String(400)


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcTime, str: Text, dict[str, Any]: JSON, list[dict[str, Any]]: JSON}  # noqa: RUF012


def own_id() -> Mapped[str]:
    return mapped_column(Identifier, primary_key=True, default=new_id)


def id_of(table: str, *, index: bool = False, cascade: bool = False) -> Mapped[Any]:
    where = ForeignKey(f"{table}.id", ondelete="CASCADE" if cascade else None)
    return mapped_column(Identifier, where, index=index)


def stored_bytes(kind: type[Deflated] | type[LargeBinary] = Deflated) -> Mapped[bytes]:
    return mapped_column(kind, deferred=True, deferred_raiseload=True)
