"""The tables of the import: drafts on their way through its steps, and the words a workspace has settled."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mitigap.store.base import Base, Name, id_of, own_id


class Draft(Base):
    """An upload that is being looked at before it becomes a revision, with what has been chosen so far.

    `job_id` is the latest look at it. `inventory_id` is what it shall be the next revision of, None for a new one.
    """

    __tablename__ = "import_draft"
    __table_args__ = (Index(None, "workspace_id", "expires_at"),)
    id: Mapped[str] = own_id()
    workspace_id: Mapped[str] = id_of("workspace")
    user_id: Mapped[str | None] = id_of("user_account")
    inventory_id: Mapped[str | None] = id_of("inventory")
    upload_id: Mapped[str] = id_of("upload")
    catalogue_id: Mapped[str] = id_of("catalogue")
    job_id: Mapped[str] = id_of("job")
    name: Mapped[str] = mapped_column(Name, default="")
    choices: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class Known(Base):
    """What a text means in a workspace: a control's name, a status word or a header word.

    `meaning` are mitigation ids of `domain`, or one status, or one field. `folded` is the text beyond case and blanks.
    """

    __tablename__ = "known_text"
    __table_args__ = (UniqueConstraint("workspace_id", "kind", "domain", "folded"),)
    id: Mapped[str] = own_id()
    workspace_id: Mapped[str] = id_of("workspace")
    kind: Mapped[str] = mapped_column(String(20))
    domain: Mapped[str] = mapped_column(String(40), default="")
    folded: Mapped[str]
    text: Mapped[str]
    meaning: Mapped[list[str]] = mapped_column(JSON)
    updated_by: Mapped[str | None] = id_of("user_account")
    updated_at: Mapped[datetime]
