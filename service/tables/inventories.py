"""The list of inventories; of one, its rows, what to look at in them, and its revisions."""

from collections.abc import Mapping
from functools import partial
from operator import attrgetter, itemgetter
from typing import Any
from uuid import UUID

import msgspec
from flask import request

from mitigap.errors import NotFound
from mitigap.store import inventories
from mitigap.store.schema import Inventory
from mitigap.store.turning import Mark, whole
from service import presenters
from service.access import principal
from service.desk import desk
from service.listing import Columns, Table, Value, table
from service.pages.inventories import pages, revision

INVENTORIES: Columns = {
    "id": attrgetter("id"),
    "name": attrgetter("name"),
    "revision": attrgetter("revision"),
    "created_at": attrgetter("created"),
}
REVISIONS: Columns = {
    **{word: itemgetter(word) for word in ("number", "filename", "size", "controls", "unresolved", "issues")},
    "created_at": itemgetter("created"),
}
ISSUES: Columns = {
    **{word: itemgetter(word) for word in ("location", "row", "code", "severity", "message")},
    "suggestions": lambda issue: "; ".join(f"{each['id']} {each['name']}" for each in issue["suggestions"]),
}
CONTROL = ("location", "row", "text", "mitigations", "status", "level", "method", "owner", "evidence", "expires")


@table(pages, "", "index")
def index_table() -> Table:
    rows = whole(partial(_some, principal().workspace_id))
    return Table(name="inventories", columns=INVENTORIES, rows=map(presenters.inventory, rows))


@table(pages, "/<uuid:inventory_id>", "show")
def show_table(inventory_id: UUID) -> Table:
    """Every row of the latest revision as it was understood; `?revision=` names an earlier one."""
    name, reading = _reading(inventory_id)
    columns: Columns = {word: partial(_told, word) for word in CONTROL}
    return Table(name=name, columns=columns, rows=reading["controls"])


@table(pages, "/<uuid:inventory_id>/issues", "issues")
def issues_table(inventory_id: UUID) -> Table:
    name, reading = _reading(inventory_id)
    return Table(name=f"{name} issues", columns=ISSUES, rows=reading["issues"])


@table(pages, "/<uuid:inventory_id>/revisions", "revisions")
def revisions_table(inventory_id: UUID) -> Table:
    workspace = principal().workspace_id
    with desk().reading() as cabinet:
        inventory = inventories.get(cabinet, workspace, str(inventory_id))
        rows = [revision(cabinet, each) for each in inventories.revisions(cabinet, workspace, inventory.id)]
    return Table(name=f"{inventory.name} revisions", columns=REVISIONS, rows=rows)


def _reading(inventory_id: UUID) -> tuple[str, dict[str, Any]]:
    """The inventory's name, and the stored reading, handed on as it is."""
    workspace = principal().workspace_id
    with desk().reading() as cabinet:
        inventory = inventories.get(cabinet, workspace, str(inventory_id))
        revision = inventories.revision(cabinet, workspace, inventory.id, _number())
        body = inventories.reading(cabinet, workspace, revision.id)
    return inventory.name, msgspec.json.decode(body)


def _number() -> int | None:
    told = request.args.get("revision")
    if told is None:
        return None
    if not told.isascii() or not told.isdigit() or len(told) > 9:  # noqa: PLR2004 - digits that a database's number has
        raise NotFound
    return int(told)


def _told(word: str, control: Mapping[str, Any]) -> Value:
    value = control.get(word)
    return "; ".join(map(str, value)) if isinstance(value, list) else value


def _some(workspace_id: str, before: Mark | None, limit: int) -> list[Inventory]:
    with desk().reading() as cabinet:
        return inventories.listing(cabinet, workspace_id, before=before, limit=limit)
