"""Every table of a page also as a file: `/assessments` is a page, `/assessments.csv` and `/assessments.json` its table.

A page's module declares its table once and serves it under the page's own path:

    @listing.table(pages, "/<uuid:inventory_id>", "show")
    def show_table(inventory_id: UUID) -> Table:
        row = …                                           # what is not there is a 404 now, not half-way
        return Table(name=row.name, columns={"row": itemgetter("row"), …}, rows=…)

Its endpoint is the page's with `_table` behind it, and stands in rights.py beside it. `rows` may be lazy: they are
sent as they come. In the template, under the table: `{{ also("inventories.show") }}`, out of `also.html`.
"""

import csv
import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from io import StringIO
from types import ModuleType
from typing import Any

import msgspec
import structlog
from flask import Blueprint, Flask, Response, request, stream_with_context, url_for
from flask.blueprints import BlueprintSetupState

from mitigap.cells import BOM, Cell, safe
from service.filters import iso
from service.text import clean

MOST_ROWS = 100_000
"""Of one file; what is cut off is said in its last row."""
CUT = f"Only the first {MOST_ROWS} rows are here."
BEHIND = "_table"
PAGING = frozenset({"before", "limit"})
"""Of a query, what chooses a page of a list: a file is the whole list."""
AT_ONCE = 500
"""Rows that are sent in one piece."""

log = structlog.get_logger(__name__)

Value = Cell | bool | datetime | date
Columns = Mapping[str, Callable[[Any], Value]]
"""What a row is asked for, by the column's name."""


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """`name` is the file's, without an extension."""

    name: str
    columns: Columns
    rows: Iterable[Any]


class Form(msgspec.Struct, frozen=True, kw_only=True):
    media_type: str
    lines: Callable[[Table], Iterator[bytes]]
    saved: bool


def table(pages: Blueprint, path: str, page: str) -> Callable[[Callable[..., Table]], Callable[..., Table]]:
    """Serve the table that the function makes, at the path of that page with `.csv` or `.json` behind it."""

    def keep(make: Callable[..., Table]) -> Callable[..., Table]:
        def view(form: str, **ids: Any) -> Response:
            return sent(make(**ids), form)

        def put(state: BlueprintSetupState) -> None:
            rule = f"{state.url_prefix or ''}{path}.<any({','.join(FORMS)}):form>"
            state.app.add_url_rule(rule, f"{pages.name}.{page}{BEHIND}", view, methods=["GET"])

        pages.record(put)
        return make

    return keep


def inside(key: str, word: str) -> Callable[[Mapping[str, Any]], Value]:
    """A column out of a mapping within the row."""
    return lambda row: row[key].get(word)


def sent(found: Table, form: str) -> Response:
    """Row by row; what it is made of is looked up while it is sent."""
    told = FORMS[form]
    lines = stream_with_context(_pieces(told.lines(found)))
    response = Response(lines, content_type=told.media_type)
    kind = "attachment" if told.saved else "inline"
    response.headers.set("Content-Disposition", kind, filename=f"{_plain(found.name)}.{form}")
    return response


def add(app: Flask, _rooms: tuple[ModuleType, ...]) -> None:
    """For templates. The rooms, once imported, have put their tables beside their pages."""
    app.jinja_env.globals.update(table_links=links)


def links(page: str) -> list[tuple[str, str]]:
    """`[("CSV", url), ("JSON", url)]` of the table of the page that is shown, narrowed as it is."""
    told = {name: request.args.getlist(name) for name in request.args if name not in PAGING}
    ids = request.view_args or {}
    return [(form.upper(), url_for(f"{page}{BEHIND}", form=form, **{**told, **ids})) for form in FORMS]


def _csv(found: Table) -> Iterator[bytes]:
    yield BOM + _line(found.columns)
    for row in _bounded(found):
        yield _line([safe(_cell(value)) for value in row.values()])


def _json(found: Table) -> Iterator[bytes]:
    """A list of objects, one a row."""
    before = b"["
    for row in _bounded(found):
        yield before + json.dumps(row, ensure_ascii=False, default=_cell).encode(errors="replace")
        before = b",\n"
    yield b"[]\n" if before == b"[" else b"]\n"


def _bounded(found: Table) -> Iterator[dict[str, Value]]:
    for number, row in enumerate(found.rows):
        if number == MOST_ROWS:
            log.warning("table cut", table=found.name, rows=MOST_ROWS)
            yield {next(iter(found.columns)): CUT}
            return
        yield {name: of(row) for name, of in found.columns.items()}


def _cell(value: Value) -> Cell:
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value).lower() if isinstance(value, bool) else value


def _line(cells: Iterable[Cell]) -> bytes:
    paper = StringIO(newline="")
    csv.writer(paper, lineterminator="\r\n").writerow(cells)
    return paper.getvalue().encode()


def _pieces(lines: Iterator[bytes]) -> Iterator[bytes]:
    while piece := b"".join(itertools.islice(lines, AT_ONCE)):
        yield piece


def _plain(name: str) -> str:
    """Fit for a file's name on every system."""
    kept = "".join(letter if letter.isalnum() or letter in " -_." else "_" for letter in clean(name))
    return kept.strip(" .") or "table"


FORMS: Mapping[str, Form] = {
    "csv": Form(media_type="text/csv; charset=utf-8", lines=_csv, saved=True),
    "json": Form(media_type="application/json", lines=_json, saved=False),
}
