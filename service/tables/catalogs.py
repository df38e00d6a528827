"""The catalogues of a workspace."""

from operator import attrgetter

from mitigap.store import catalogs
from service import presenters
from service.access import principal
from service.desk import desk
from service.listing import Table, table
from service.pages.catalogs import pages

NAMES = ("id", "title", "label", "digest", "source", "builtin", "standard")
CATALOGUES = {**{name: attrgetter(name) for name in NAMES}, "created_at": attrgetter("created")}


@table(pages, "", "index")
def index_table() -> Table:
    with desk().reading() as cabinet:
        rows = catalogs.listing(cabinet, principal().workspace_id)
    return Table(name="catalogues", columns=CATALOGUES, rows=map(presenters.catalogue, rows))
