"""An import on its way: looking at the file with what was chosen, and what the forms of its steps choose."""

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from mitigap import choices
from mitigap.choices import Choices
from mitigap.errors import ChoicesRefused
from mitigap.store import drafts, jobs, known, results
from mitigap.store.imports import Draft
from mitigap.store.requests import LookRequest, ReadRequest
from mitigap.store.schema import CatalogueRow, Job
from service import launch
from service.access import principal

LOOK = "look"
"""The file beside a look's document, as the workshop calls it."""

LEAVE_OUT = "leave-out"

FIELDS: Mapping[str, str] = {
    "mitigation": "Mitigation",
    "mitigation_id": "Mitigation id",
    "control": "Control, in your words",
    "status": "Status",
    "level": "Percent",
    "maturity": "Maturity",
    "applicable": "Applicable, yes or no",
    "owner": "Owner",
    "evidence": "Evidence",
    "reviewed": "Reviewed on",
    "expires": "Expires on",
    "notes": "Notes",
    "reference": "Your own id",
    "technique": "ATT&CK technique",
}
"""What a column can be chosen to hold."""

STATUSES: Mapping[str, str] = {
    "implemented": "Implemented: counts 100 %",
    "partial": "Partial: counts its percentage, else 50 %",
    "alternative": "Alternative: another control does it, counts 100 %",
    "planned": "Planned: counts 0 %",
    "absent": "Not there: counts 0 %",
    "not-applicable": "Not applicable: takes no part",
}


class SheetView(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    rows: int
    hidden: bool


class ColumnView(msgspec.Struct, frozen=True, kw_only=True):
    letter: str
    header: str
    samples: tuple[str, ...]
    field: str | None


class LineView(msgspec.Struct, frozen=True, kw_only=True):
    number: int
    cells: tuple[str, ...]


class WordView(msgspec.Struct, frozen=True, kw_only=True):
    text: str
    count: int
    location: str
    status: str | None
    level: float | None
    settled: bool


class GuessView(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str
    confidence: float


class NameView(msgspec.Struct, frozen=True, kw_only=True):
    text: str
    count: int
    location: str
    mitigations: tuple[str, ...]
    method: str | None
    suggestions: tuple[GuessView, ...]
    why: str
    left_out: bool


class LookView(msgspec.Struct, frozen=True, kw_only=True):
    """What the workshop saw; nothing in it is interpreted here."""

    sheets: tuple[SheetView, ...]
    sheet: str
    header_row: int | None
    transposed: bool
    columns: tuple[ColumnView, ...]
    lines: tuple[LineView, ...]
    recognised: Mapping[str, str]
    words: tuple[WordView, ...]
    names: tuple[NameView, ...]
    more: int
    refusal: str
    mitigations: Mapping[str, str]
    domain: str


def order(cabinet: Session, row: CatalogueRow, *, upload: str, name: str, told: Choices) -> Job:
    """A look at the file with what was told here and what the workspace knows; tell the queue once it is committed."""
    wanted = LookRequest(upload=upload, catalogue=row.id, name=name, choices=launch.settled(cabinet, row, told))
    return launch.accept(cabinet, wanted, name)


def look(cabinet: Session, job: Job) -> LookView:
    found = results.artifact(cabinet, principal().workspace_id, job.id, LOOK)
    return msgspec.json.decode(found.data, type=LookView)


def told(draft: Draft) -> Choices:
    return choices.load(draft.choices)


def finish(cabinet: Session, draft: Draft, job: Job, *, remember: bool) -> Job:
    """The very reading that was shown, filed: a pending job. The draft is gone with it."""
    workspace = principal().workspace_id
    chosen = choices.load(job.params["choices"])
    wanted = ReadRequest(
        upload=draft.upload_id,
        catalogue=draft.catalogue_id,
        name=draft.name,
        inventory=draft.inventory_id,
        choices=chosen,
    )
    if remember:
        told_here = msgspec.structs.replace(told(draft), headers=_headers(draft, look(cabinet, job)))
        told_here = msgspec.structs.replace(told_here, domain=chosen.domain or look(cabinet, job).domain)
        known.remember(cabinet, workspace, told_here, user_id=principal().user_id)
    drafts.remove(cabinet, workspace, draft.id)
    return launch.accept(cabinet, wanted, draft.name)


def looked(cabinet: Session, draft: Draft) -> Job:
    return jobs.get(cabinet, principal().workspace_id, draft.job_id)


def with_columns(before: Choices, seen: LookView, form: MultiDict[str, str]) -> Choices:
    """What the second step chose. Another sheet or header row makes what was said about columns void.

    ChoicesRefused where two columns are chosen for one field.
    """
    sheet, header = form.get("sheet", seen.sheet), _number(form.get("header"))
    moved = sheet != seen.sheet
    if moved or header != _header(seen):
        return msgspec.structs.replace(before, sheet=sheet, header_row=None if moved else header, columns={})
    taken = _columns(seen, form)
    fields = {*seen.recognised, *taken}
    columns = {field: taken.get(field) for field in fields if taken.get(field) != seen.recognised.get(field)}
    return choices.load({**choices.dump(before), "columns": columns})


def with_values(before: Choices, seen: LookView, form: MultiDict[str, str]) -> Choices:
    """What the third step chose, beside what it had chosen of other names before."""
    statuses, names = dict(before.statuses), dict(before.names)
    for at, word in enumerate(seen.words):
        if chosen := form.get(f"word-{at}"):
            statuses[_cut(word.text)] = chosen
    for at, name in enumerate(seen.names):
        chosen = form.get(f"name-{at}")
        if chosen:
            names[_cut(name.text)] = () if chosen == LEAVE_OUT else (chosen,)
    plain = choices.dump(msgspec.structs.replace(before, statuses=statuses, names=names, domain=seen.domain))
    told = choices.load(msgspec.to_builtins(plain))
    _refuse_unknown(told, seen)
    return told


def _refuse_unknown(told: Choices, seen: LookView) -> None:
    for text, ids in told.names.items():
        if unknown := [each for each in ids if each not in seen.mitigations]:
            raise ChoicesRefused(f"“{text}” cannot mean {unknown[0]}: there is no such mitigation in this catalogue.")


def _columns(seen: LookView, form: MultiDict[str, str]) -> dict[str, str]:
    """Fields to letters; a transposed sheet has no such form and keeps what was recognised."""
    taken: dict[str, str] = {}
    for column in seen.columns:
        field = form.get(f"column-{column.letter}", column.field or "")
        if field in taken:
            label = FIELDS.get(field, field)
            raise ChoicesRefused(f"Columns {taken[field]} and {column.letter} are both “{label}”: choose one.")
        if field:
            taken[field] = column.letter
    return taken


def _headers(draft: Draft, seen: LookView) -> dict[str, str]:
    """The header words of the columns that were chosen otherwise than they were recognised."""
    texts = {column.letter: column.header for column in seen.columns}
    found = {texts.get(letter or "", ""): field for field, letter in told(draft).columns.items()}
    return {_cut(text): field for text, field in found.items() if text.strip()}


def _header(seen: LookView) -> int | None:
    return seen.header_row or 0


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < len("1000000000") else 0


def _cut(text: str) -> str:
    return text[: choices.LONGEST_TEXT]


def plain(told: Choices) -> dict[str, Any]:
    return choices.dump(told)
