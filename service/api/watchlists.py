"""Watch-lists over the API: groups under a name, each with its weight, to assess and to schedule by."""

from datetime import datetime
from typing import Any
from uuid import UUID

from apiflask import abort
from flask import url_for
from sqlalchemy.orm import Session

from mitigap.store import catalogs, watchlists
from mitigap.store.schema import Watchlist
from service.access import principal
from service.api.blueprint import api
from service.api.schemas import PageQuery
from service.api.watchlist_schemas import WatchlistChange, WatchlistIn, WatchlistOut, WatchlistsOut
from service.desk import desk
from service.filters import iso, iso_exact
from service.shelf import named
from service.text import clean
from service.watching import Scope, members

TAGS = ["Watch-lists"]


@api.post("/watchlists")
@api.doc(summary="Keep groups under a name", tags=TAGS, responses=[409])
@api.input(WatchlistIn)
@api.output(WatchlistOut, status_code=201)
def create_watchlist(json_data: dict[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Groups go by id, name or alias of the catalogue; a group without a weight weighs 1."""
    with desk().writing.begin() as cabinet:
        row = named(cabinet, json_data.get("catalog"))
        groups = members(cabinet, row, json_data["groups"], json_data.get("weights") or {})
        kept = watchlists.create(cabinet, principal().workspace_id, _name(json_data["name"]), row.domain, groups)
        body = _shape(kept)
    return body, 201, {"Location": url_for("api.get_watchlist", watchlist_id=kept.id)}


@api.get("/watchlists")
@api.doc(summary="The watch-lists of this workspace, the newest first", tags=TAGS)
@api.input(PageQuery, location="query")
@api.output(WatchlistsOut)
def list_watchlists(query_data: dict[str, Any]) -> dict[str, Any]:
    limit: int = query_data["limit"]
    before: datetime | None = query_data.get("before")
    with desk().reading() as cabinet:
        rows = watchlists.listing(cabinet, principal().workspace_id, before=before, limit=limit + 1)
    more = rows[limit - 1].created_at if len(rows) > limit else None
    following = url_for("api.list_watchlists", before=iso_exact(more), limit=limit) if more else None
    return {"watchlists": [_shape(row) for row in rows[:limit]], "next": following}


@api.get("/watchlists/<uuid:watchlist_id>")
@api.doc(summary="One watch-list", tags=TAGS)
@api.output(WatchlistOut)
def get_watchlist(watchlist_id: UUID) -> dict[str, Any]:
    with desk().reading() as cabinet:
        return _shape(watchlists.get(cabinet, principal().workspace_id, str(watchlist_id)))


@api.patch("/watchlists/<uuid:watchlist_id>")
@api.doc(summary="Rename a watch-list, or change its groups and weights", tags=TAGS, responses=[409])
@api.input(WatchlistChange)
@api.output(WatchlistOut)
def change_watchlist(watchlist_id: UUID, json_data: dict[str, Any]) -> dict[str, Any]:
    """Weights alone change those that are named. Runs ordered before keep what they were ordered with."""
    workspace = principal().workspace_id
    with desk().writing.begin() as cabinet:
        row = watchlists.get(cabinet, workspace, str(watchlist_id))
        name = _name(json_data["name"]) if "name" in json_data else None
        groups = _groups(cabinet, row, json_data) if json_data.keys() & {"groups", "weights"} else None
        return _shape(watchlists.change(cabinet, workspace, row.id, name=name, groups=groups))


@api.delete("/watchlists/<uuid:watchlist_id>")
@api.doc(summary="Take a watch-list away; what was assessed by it stays", tags=TAGS, responses=[409])
@api.output({}, status_code=204)
def delete_watchlist(watchlist_id: UUID) -> tuple[str, int]:
    """Refused while a schedule goes by it."""
    with desk().writing.begin() as cabinet:
        watchlists.remove(cabinet, principal().workspace_id, str(watchlist_id))
    return "", 204


def _groups(cabinet: Session, row: Watchlist, body: dict[str, Any]) -> dict[str, float]:
    """Its groups and weights as they are asked to be."""
    shelf = named(cabinet, body["catalog"]) if "catalog" in body else None
    shelf = shelf or catalogs.latest(cabinet, principal().workspace_id, row.domain)
    if shelf.domain != row.domain:
        abort(422, f"catalog: this watch-list is of {row.domain}.")
    weights = body.get("weights") or {}
    if "groups" in body:
        return members(cabinet, shelf, body["groups"], weights)
    kept = {each: float(weight) for each, weight in row.groups.items()}
    return Scope(groups=tuple(kept), weights=kept).weighed(cabinet, shelf, weights).weights


def _name(text: str) -> str:
    return clean(text) or abort(422, "name: a watch-list needs a name.")


def _shape(row: Watchlist) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "domain": row.domain,
        "groups": sorted(row.groups),
        "weights": row.groups,
        "created_at": iso(row.created_at),
        "updated_at": iso(row.updated_at),
        "links": {"self": url_for("api.get_watchlist", watchlist_id=row.id)},
    }
