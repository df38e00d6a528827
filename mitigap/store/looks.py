"""How each workspace wants its reports: one row where it has said so, as `mitigap.branding` understands it."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from mitigap import branding
from mitigap.branding import PLAIN, Branding, Marking
from mitigap.store import database
from mitigap.store.base import Base, Identifier, Name
from mitigap.store.columns import Words


class Look(Base):
    """What is empty or None is as Mitigap has it. `logo` is a picture that was checked before it was kept."""

    __tablename__ = "look"
    workspace_id: Mapped[str] = mapped_column(Identifier, ForeignKey("workspace.id"), primary_key=True)
    title: Mapped[str] = mapped_column(Name)
    accent: Mapped[str] = mapped_column(String(7))
    marking: Mapped[Marking | None] = mapped_column(Words(Marking))
    logo: Mapped[bytes | None] = mapped_column(LargeBinary)
    updated_at: Mapped[datetime]


def get(session: Session, workspace_id: str) -> Branding:
    row = session.get(Look, workspace_id)
    if row is None:
        return PLAIN
    return Branding(
        title=row.title,
        accent=row.accent,
        marking=row.marking,
        logo=branding.logo(row.logo) if row.logo else None,
    )


def put(session: Session, workspace_id: str, wanted: Branding) -> None:
    """All of it at once; a workspace that wants nothing of its own has no row."""
    if wanted == PLAIN:
        session.execute(delete(Look).where(Look.workspace_id == workspace_id))
        return
    session.merge(
        Look(
            workspace_id=workspace_id,
            title=wanted.title,
            accent=wanted.accent,
            marking=wanted.marking,
            logo=wanted.logo.data if wanted.logo else None,
            updated_at=database.now(session),
        )
    )
    session.flush()
