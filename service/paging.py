"""Long lists by pages: the next one begins where this one's last row was made."""

from datetime import UTC, datetime

import msgspec
from flask import abort, request, url_for

from service.filters import iso_exact


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """URLs of the pages beside this one; None where there is none."""

    first: str | None
    next: str | None


def before() -> datetime | None:
    """The moment after which nothing is to be shown, out of `?before=`."""
    text = request.args.get("before")
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else abort(400, "`before` needs its time zone.")
    except (ValueError, OverflowError):  # the last day of 9999 in the west has no UTC
        abort(400, "`before` is not a moment.")


def page(endpoint: str, moments: list[datetime], rows: int) -> Page:
    """`moments` are those of one row more than fits, where there are that many."""
    following = url_for(endpoint, before=iso_exact(moments[rows - 1])) if len(moments) > rows else None
    return Page(first=url_for(endpoint) if "before" in request.args else None, next=following)
