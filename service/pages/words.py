"""Names we know: what a workspace's own names, status words and headers mean, to be looked at, mended and taken out."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mitigap import choices
from mitigap.errors import ChoicesRefused
from mitigap.store import known
from mitigap.store.imports import Known
from service import imports
from service.access import principal
from service.desk import desk
from service.listing import Table, table
from service.presenters import DOMAINS

KINDS: Mapping[str, str] = {known.NAME: "Names", known.STATUS: "Status words", known.HEADER: "Header words"}
FIELD_OF = {known.NAME: "names", known.STATUS: "statuses", known.HEADER: "headers"}

pages = Blueprint("words", __name__, url_prefix="/words")


@pages.get("")
def index() -> str:
    rows = _rows()
    return render_template(
        "words.html",
        kinds={kind: (label, [row for row in rows if row.kind == kind]) for kind, label in KINDS.items()},
        statuses=imports.STATUSES,
        fields=imports.FIELDS,
        domains=DOMAINS,
    )


@table(pages, "", "index")
def index_table() -> Table:
    return Table(
        name="names-we-know",
        columns={
            "kind": lambda row: row.kind,
            "text": lambda row: row.text,
            "meaning": lambda row: " ".join(row.meaning),
            "domain": lambda row: row.domain,
            "updated": lambda row: row.updated_at,
        },
        rows=_rows(),
    )


@pages.post("")
def add() -> Response:
    """A word and its meaning; one that is there already is given the new meaning."""
    kind, text = request.form.get("kind", ""), " ".join(request.form.get("text", "").split())
    try:
        told = _told(kind, text, request.form.get("domain", ""))
        with desk().writing.begin() as cabinet:
            known.remember(cabinet, principal().workspace_id, told, user_id=principal().user_id)
    except ChoicesRefused as fault:
        flash(fault.message, "bad")
    else:
        flash("Kept. It holds from the next import on.", "good")
    return _back()


@pages.post("/<uuid:known_id>")
def change(known_id: UUID) -> Response:
    workspace = principal().workspace_id
    try:
        with desk().writing.begin() as cabinet:
            row = known.get(cabinet, workspace, str(known_id))
            told = choices.dump(_told(row.kind, row.text, row.domain))[FIELD_OF[row.kind]][row.text]
            meaning = told if row.kind == known.NAME else [told]
            known.change(cabinet, workspace, row.id, meaning, user_id=principal().user_id)
    except ChoicesRefused as fault:
        flash(fault.message, "bad")
    else:
        flash("Changed. It holds from the next import on; what is filed stays as it is.", "good")
    return _back()


@pages.post("/<uuid:known_id>/remove")
def remove(known_id: UUID) -> Response:
    with desk().writing.begin() as cabinet:
        known.remove(cabinet, principal().workspace_id, str(known_id))
    flash("Taken out. From the next import on it is read as if nobody had said anything.", "good")
    return _back()


def _rows() -> list[Known]:
    with desk().reading() as cabinet:
        return known.listing(cabinet, principal().workspace_id)


def _told(kind: str, text: str, domain: str) -> choices.Choices:
    """The form's one word as choices. ChoicesRefused where it cannot mean that."""
    meaning = request.form.get("meaning", "").strip()
    ids = [each for each in meaning.replace(",", " ").upper().split() if each]
    if kind not in KINDS:
        raise ChoicesRefused("There is no such kind of word.")
    if kind == known.NAME and domain not in DOMAINS:
        raise ChoicesRefused("Say whose mitigations they are: Enterprise, Mobile or ICS.")
    plain: dict[str, Any] = {FIELD_OF[kind]: {text: ids if kind == known.NAME else meaning}}
    return choices.load({**plain, "domain": domain if kind == known.NAME else ""})


def _back() -> Response:
    return redirect(url_for("words.index"), 303)
