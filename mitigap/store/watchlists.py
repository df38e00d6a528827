"""Watch-lists as their owners see them, and what one comes to at the moment of a run."""

from collections.abc import Mapping
from datetime import datetime

import msgspec
from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from mitigap.errors import Conflict, GroupUnknown, NotFound
from mitigap.store import catalogs, database
from mitigap.store.columns import new_id
from mitigap.store.rows import changed, found, insert_once
from mitigap.store.schema import Schedule, Watchlist
from mitigap.store.turning import Mark, older

TAKEN = "There is a watch-list of that name already."


class Watched(msgspec.Struct, frozen=True, kw_only=True):
    """What a watch-list is at one moment, in one catalogue: `weights` are those other than 1."""

    name: str
    groups: tuple[str, ...]
    weights: dict[str, float]


def create(session: Session, workspace_id: str, name: str, domain: str, groups: Mapping[str, float]) -> Watchlist:
    """Conflict where the name is taken."""
    now = database.now(session)
    watchlist_id = new_id()
    values = {"name": name, "domain": domain, "groups": dict(groups), "created_at": now, "updated_at": now}
    if not insert_once(session, Watchlist, id=watchlist_id, workspace_id=workspace_id, **values):
        raise Conflict(TAKEN)
    return get(session, workspace_id, watchlist_id)


def listing(
    session: Session, workspace_id: str, *, before: Mark | datetime | None = None, limit: int = 50
) -> list[Watchlist]:
    """The newest first; `before` marks the last one already seen."""
    query = select(Watchlist).where(Watchlist.workspace_id == workspace_id)
    return list(session.scalars(older(query, Watchlist, before).limit(limit)))


def get(session: Session, workspace_id: str, watchlist_id: str) -> Watchlist:
    query = select(Watchlist).where(Watchlist.id == watchlist_id, Watchlist.workspace_id == workspace_id)
    return found(session.scalar(query.execution_options(populate_existing=True)))


def change(
    session: Session,
    workspace_id: str,
    watchlist_id: str,
    *,
    name: str | None = None,
    groups: Mapping[str, float] | None = None,
) -> Watchlist:
    """What is not told stays. Runs that were ordered keep the groups they were ordered with."""
    row = get(session, workspace_id, watchlist_id)
    wanted = name or row.name
    taken = exists().where(
        Watchlist.workspace_id == workspace_id, Watchlist.name == wanted, Watchlist.id != watchlist_id
    )
    if session.scalar(select(taken)):
        raise Conflict(TAKEN)
    values = {"name": wanted, "groups": dict(row.groups if groups is None else groups)}
    now = database.now(session)
    changed(session, update(Watchlist).where(Watchlist.id == row.id).values(**values, updated_at=now))
    return get(session, workspace_id, watchlist_id)


def remove(session: Session, workspace_id: str, watchlist_id: str) -> None:
    """Conflict while a schedule goes by it."""
    row = get(session, workspace_id, watchlist_id)
    by = list(session.scalars(select(Schedule.name).where(Schedule.watchlist_id == row.id).order_by(Schedule.name)))
    if by:
        raise Conflict(f"The schedule {', '.join(by)} goes by this watch-list.")
    changed(session, delete(Watchlist).where(Watchlist.id == row.id))
    session.expunge(row)


def watched(session: Session, workspace_id: str, watchlist_id: str, catalogue_id: str) -> Watched:
    """Of its groups, those that the catalogue knows. GroupUnknown where there is none of them, or the list is gone."""
    try:
        row = get(session, workspace_id, watchlist_id)
    except NotFound as fault:
        raise GroupUnknown("This watch-list is not there any more.") from fault
    known = {each["id"] for each in catalogs.groups(session, catalogue_id)}
    groups = tuple(each for each in sorted(row.groups) if each in known)
    if not groups:
        raise GroupUnknown(f"The catalogue knows none of the groups of the watch-list “{row.name}”.")
    weights = {each: float(row.groups[each]) for each in groups if row.groups[each] != 1}
    return Watched(name=row.name, groups=groups, weights=weights)
