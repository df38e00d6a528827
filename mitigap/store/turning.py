"""Turning over long lists, the newest row first: where one page ended, and the whole of a list page by page."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

import msgspec
from sqlalchemy import Select, and_, or_

PAGE = 200


class Listed(Protocol):
    """A row of a table that is listed by the moment of its making."""

    id: Any
    created_at: Any


Row = TypeVar("Row", bound=Listed)


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """The last row already seen. Without an id, every row of that very moment counts as seen."""

    at: datetime
    id: str | None = None


def older(query: Select[Any], table: type[Row], mark: Mark | datetime | None) -> Select[Any]:
    """What comes after the mark, in the order of the list."""
    told = Mark(at=mark) if isinstance(mark, datetime) else mark
    if told is not None:
        query = query.where(_after(table, told.at, told.id))
    return query.order_by(table.created_at.desc(), table.id.desc())


def _after(table: type[Row], at: datetime, row_id: str | None) -> Any:
    earlier = table.created_at < at
    return earlier if row_id is None else or_(earlier, and_(table.created_at == at, table.id < row_id))


def mark_of(row: Listed) -> Mark:
    return Mark(at=row.created_at, id=row.id)


def whole(page: Callable[[Mark | None, int], Sequence[Row]]) -> Iterator[Row]:
    """Every row of a list that `page(mark, limit)` gives piece by piece, each in a reading of its own."""
    mark = None
    while True:
        rows = page(mark, PAGE)
        yield from rows
        if len(rows) < PAGE:
            return
        mark = mark_of(rows[-1])
