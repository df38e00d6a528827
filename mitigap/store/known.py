"""What a workspace has settled: which mitigations its own names mean, what its status words and headers say."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from mitigap.choices import Choices, folded
from mitigap.errors import ChoicesRefused
from mitigap.store import database
from mitigap.store.columns import new_id
from mitigap.store.imports import Known
from mitigap.store.rows import changed, found, insert_once

NAME, STATUS, HEADER = "name", "status", "header"
KINDS = (NAME, STATUS, HEADER)
MOST = 5_000
"""Of one workspace; each import carries what it was read with."""


def listing(session: Session, workspace_id: str, domain: str | None = None) -> list[Known]:
    """By kind and text; with a domain, without the names of others."""
    query = select(Known).where(Known.workspace_id == workspace_id)
    if domain is not None:
        query = query.where(Known.domain.in_(("", domain)))
    return list(session.scalars(query.order_by(Known.kind, Known.folded, Known.domain)))


def choices(session: Session, workspace_id: str, domain: str) -> Choices:
    """All that is known, as choices for a file that is read in the words of that domain."""
    rows = listing(session, workspace_id, domain)
    names = {row.text: tuple(row.meaning) for row in rows if row.kind == NAME}
    return Choices(
        domain=domain if names else "",
        names=names,
        statuses={row.text: row.meaning[0] for row in rows if row.kind == STATUS},
        headers={row.text: row.meaning[0] for row in rows if row.kind == HEADER},
    )


def remember(session: Session, workspace_id: str, told: Choices, *, user_id: str | None) -> int:
    """Keep the words of some choices, each once; how many. ChoicesRefused where there would be too many."""
    rows = [*_rows(told)]
    for row in rows:
        _put(session, workspace_id, user_id, row)
    if _count(session, workspace_id) > MOST:
        raise ChoicesRefused(f"A workspace keeps at most {MOST:,} words. Remove some that are no longer used.")
    return len(rows)


def replace(session: Session, workspace_id: str, told: Choices, *, user_id: str | None) -> None:
    """What is told is all there is from now on; names only for the domain they are of."""
    rows = delete(Known).where(Known.workspace_id == workspace_id, Known.domain.in_(("", told.domain)))
    changed(session, rows)
    remember(session, workspace_id, told, user_id=user_id)


def change(session: Session, workspace_id: str, known_id: str, meaning: Iterable[str], *, user_id: str | None) -> Known:
    row = get(session, workspace_id, known_id)
    row.meaning, row.updated_by, row.updated_at = [*meaning], user_id, database.now(session)
    return row


def get(session: Session, workspace_id: str, known_id: str) -> Known:
    return found(session.scalar(select(Known).where(Known.id == known_id, Known.workspace_id == workspace_id)))


def remove(session: Session, workspace_id: str, known_id: str) -> None:
    """NotFound where it is not there."""
    session.delete(get(session, workspace_id, known_id))


def _rows(told: Choices) -> Iterable[Mapping[str, Any]]:
    for text, ids in told.names.items():
        yield {"kind": NAME, "domain": told.domain, "text": text, "meaning": [*ids]}
    for text, status in told.statuses.items():
        yield {"kind": STATUS, "domain": "", "text": text, "meaning": [status]}
    for text, field in told.headers.items():
        yield {"kind": HEADER, "domain": "", "text": text, "meaning": [field]}


def _put(session: Session, workspace_id: str, user_id: str | None, row: Mapping[str, Any]) -> None:
    now = database.now(session)
    word = folded(row["text"])
    told = {"text": row["text"], "meaning": row["meaning"], "updated_by": user_id, "updated_at": now}
    where = {"workspace_id": workspace_id, "kind": row["kind"], "domain": row["domain"], "folded": word}
    if not insert_once(session, Known, id=new_id(), **where, **told):
        changed(session, update(Known).filter_by(**where).values(**told))


def _count(session: Session, workspace_id: str) -> int:
    return session.scalars(select(func.count()).select_from(Known).where(Known.workspace_id == workspace_id)).one()
