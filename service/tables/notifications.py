"""The channels of a workspace, and the log of one: a row for each try, and one for what was not tried yet."""

from collections.abc import Iterator
from operator import attrgetter
from uuid import UUID

from mitigap.store import channels, notifications
from mitigap.store.notices import Delivery, Outbox
from mitigap.store.notifications import Entry
from mitigap.store.turning import Mark, mark_of
from service import postings
from service.access import principal
from service.desk import desk
from service.listing import Columns, Table, table
from service.pages.notifications import pages

Told = tuple[Outbox, Delivery | None]

CHANNELS: Columns = {
    **{name: attrgetter(name) for name in ("id", "name", "kind_label", "target", "enabled")},
    "created_at": attrgetter("created"),
}
LOG: Columns = {
    "id": lambda told: told[0].id,
    "event": lambda told: told[0].event,
    "assessment": lambda told: told[0].job_id,
    "state": lambda told: str(told[0].state),
    "created_at": lambda told: told[0].created_at,
    "note": lambda told: told[0].note or None,
    "try": lambda told: told[1] and told[1].number,
    "started_at": lambda told: told[1] and told[1].started_at,
    "ended_at": lambda told: told[1] and told[1].ended_at,
    "sent": lambda told: told[1] and told[1].sent,
    "status": lambda told: told[1] and told[1].status,
    "error": lambda told: (told[1] and told[1].error) or None,
}
PAGE = 200


@table(pages, "", "index")
def index_table() -> Table:
    with desk().reading() as cabinet:
        rows = channels.listing(cabinet, principal().workspace_id)
    return Table(name="channels", columns=CHANNELS, rows=map(postings.channel, rows))


@table(pages, "/<uuid:channel_id>", "show")
def show_table(channel_id: UUID) -> Table:
    with desk().reading() as cabinet:
        row = channels.get(cabinet, principal().workspace_id, str(channel_id))
    return Table(name=f"{row.name} log", columns=LOG, rows=_tries(_log(row.id)))


def _tries(entries: Iterator[Entry]) -> Iterator[Told]:
    for entry in entries:
        yield from ((entry.row, each) for each in entry.tries or (None,))


def _log(channel_id: str) -> Iterator[Entry]:
    mark: Mark | None = None
    while True:
        with desk().reading() as cabinet:
            entries = notifications.log_of(cabinet, channel_id, before=mark, limit=PAGE)
        yield from entries
        if len(entries) < PAGE:
            return
        mark = mark_of(entries[-1].row)
