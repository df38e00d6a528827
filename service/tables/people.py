"""Members, one's workspaces and tokens, and the audit log."""

from collections.abc import Iterator
from operator import attrgetter

import msgspec

from mitigap.store import accounts, audit, tokens
from mitigap.store.people import AuditEntry
from mitigap.store.turning import Mark, whole
from service import member_views
from service.access import principal
from service.desk import desk
from service.listing import Columns, Table, table
from service.pages.audit import pages as audit_pages
from service.pages.audit import query
from service.pages.members import pages as member_pages
from service.pages.tokens import pages as token_pages
from service.pages.workspaces import pages as workspace_pages

MEMBERS: Columns = {
    "id": attrgetter("id"),
    "email": attrgetter("email"),
    "role": lambda each: str(each.role),
    "joined_at": attrgetter("joined"),
    "second_step": attrgetter("second"),
}
WORKSPACES: Columns = {
    "id": lambda each: each[0].id,
    "name": lambda each: each[0].name,
    "role": lambda each: str(each[1]),
    "created_at": lambda each: each[0].created_at,
}
TOKENS: Columns = {name: attrgetter(name) for name in ("id", "name", "read_only", "created_at", "last_used_at")}
AUDIT: Columns = {
    **{name: attrgetter(name) for name in ("created_at", "actor", "act", "subject")},
    "detail": lambda row: msgspec.json.encode(row.detail).decode() if row.detail else None,
    "via": attrgetter("via"),
    "address": attrgetter("address"),
    "id": attrgetter("id"),
}


@table(member_pages, "", "index")
def members_table() -> Table:
    with desk().reading() as cabinet:
        return Table(name="members", columns=MEMBERS, rows=member_views.members(cabinet))


@table(workspace_pages, "", "index")
def workspaces_table() -> Table:
    with desk().reading() as cabinet:
        return Table(name="workspaces", columns=WORKSPACES, rows=accounts.workspaces_of(cabinet, principal().user_id))


@table(token_pages, "", "index")
def tokens_table() -> Table:
    with desk().reading() as cabinet:
        rows = tokens.listing(cabinet, principal().user_id, principal().workspace_id)
    return Table(name="tokens", columns=TOKENS, rows=rows)


@table(audit_pages, "", "index")
def audit_table() -> Table:
    return Table(name="audit log", columns=AUDIT, rows=_entries(principal().workspace_id))


def _entries(workspace_id: str) -> Iterator[AuditEntry]:
    """All that is asked for, whichever page one is on."""
    asked = msgspec.structs.replace(query(), before=None)

    def page(mark: Mark | None, limit: int) -> list[AuditEntry]:
        with desk().reading() as cabinet:
            return audit.listing(cabinet, workspace_id, msgspec.structs.replace(asked, before=mark), limit)

    return whole(page)
