"""Watch-lists, and one's groups with their weights."""

from collections.abc import Callable, Mapping
from operator import attrgetter, itemgetter
from typing import Any
from uuid import UUID

from mitigap.store import watchlists
from mitigap.store.schema import Watchlist
from mitigap.store.turning import Mark, whole
from service.access import principal
from service.desk import desk
from service.listing import Table, Value, table
from service.pages.watchlists import pages

WATCHLISTS: Mapping[str, Callable[[Any], Value]] = {
    **{name: attrgetter(name) for name in ("id", "name", "domain")},
    "groups": lambda row: " ".join(sorted(row.groups)),
    "created_at": attrgetter("created_at"),
    "updated_at": attrgetter("updated_at"),
}


@table(pages, "", "index")
def index_table() -> Table:
    workspace = principal().workspace_id

    def page(mark: Mark | None, limit: int) -> list[Watchlist]:
        with desk().reading() as cabinet:
            return watchlists.listing(cabinet, workspace, before=mark, limit=limit)

    return Table(name="watch-lists", columns=WATCHLISTS, rows=whole(page))


@table(pages, "/<uuid:watchlist_id>", "show")
def show_table(watchlist_id: UUID) -> Table:
    with desk().reading() as cabinet:
        row = watchlists.get(cabinet, principal().workspace_id, str(watchlist_id))
    columns = {"group": itemgetter(0), "weight": itemgetter(1)}
    return Table(name=row.name, columns=columns, rows=sorted(row.groups.items()))
