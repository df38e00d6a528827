"""The audit log of the workspace, the newest first, narrowed by what was done, by whom and since when."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for

from mitigap.store import audit
from mitigap.store.audit import Act, Query
from service import paging
from service.access import principal
from service.desk import desk
from service.filters import iso_exact
from service.paging import Page

ROWS = 50
LONGEST = 200
KINDS = tuple(dict.fromkeys(act.partition(".")[0] for act in Act))

pages = Blueprint("audit", __name__, url_prefix="/settings/audit")


@pages.get("")
def index() -> str:
    asked = query()
    with desk().reading() as cabinet:
        rows = audit.listing(cabinet, principal().workspace_id, asked, ROWS + 1)
    return render_template(
        "audit.html",
        rows=rows[:ROWS],
        asked=request.args,
        kinds=KINDS,
        page=_page([row.created_at for row in rows]),
        days=desk().settings.audit_days,
    )


def query() -> Query:
    """`?act=`, `?actor=`, `?since=` (a day, in UTC) and `?before=`."""
    told = {name: request.args.get(name, "")[:LONGEST].strip() for name in ("act", "actor")}
    return Query(since=_day(request.args.get("since", "")), before=paging.before(), **told)


def _day(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None
    except ValueError:
        abort(400, "`since` is a day, as 2026-11-24.")


def _page(moments: list[datetime]) -> Page:
    """The filters stay on the pages beside this one."""
    kept: dict[str, Any] = {name: request.args[name] for name in ("act", "actor", "since") if request.args.get(name)}
    more = len(moments) > ROWS
    return Page(
        first=url_for("audit.index", **kept) if "before" in request.args else None,
        next=url_for("audit.index", before=iso_exact(moments[ROWS - 1]), **kept) if more else None,
    )
