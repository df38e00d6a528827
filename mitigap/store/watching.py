"""The table of watch-lists: groups that a workspace keeps an eye on, under a name, each with its weight."""

from datetime import datetime
from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mitigap.store.base import Base, Name, id_of, own_id


class Watchlist(Base):
    """`groups` maps ATT&CK ids of `domain` to what each counts in the score over all of them."""

    __tablename__ = "watchlist"
    __table_args__ = (UniqueConstraint("workspace_id", "name"),)
    id: Mapped[str] = own_id()
    workspace_id: Mapped[str] = id_of("workspace", index=True)
    name: Mapped[str] = mapped_column(Name)
    domain: Mapped[str] = mapped_column(String(40))
    groups: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
