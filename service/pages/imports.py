"""Bringing a spreadsheet in, in four steps: file, columns, values, check. What is shown is what is filed."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from mitigap.choices import NONE, Choices
from mitigap.errors import CatalogueUnknown, ChoicesRefused, NotFound
from mitigap.store import catalogs, drafts, inventories, results, uploads
from mitigap.store.imports import Draft
from mitigap.store.schema import CatalogueRow, Job, State
from service import imports, launch, presenters, reading, waiting
from service.access import principal
from service.desk import desk
from service.forms import ImportForm
from service.pages.start import SAMPLE

NAMES_SHOWN = 40
MEGABYTE = 1024 * 1024

pages = Blueprint("imports", __name__, url_prefix="/imports")


@pages.get("/new")
def new() -> str:
    """`?inventory=` brings the next revision of one that is there."""
    form = ImportForm(formdata=None)
    form.inventory.data = request.args.get("inventory", "")
    form.catalog.data = request.args.get("catalog", "")
    return _first(form)


@pages.post("/new")
def begin() -> Response | tuple[str, int]:
    form = ImportForm()
    if not form.validate_on_submit():
        return _first(form), 422
    return _begun(form.title, form.filename, form.content, form.catalog.data or "", form.inventory.data)


@pages.post("/sample")
def sample() -> Response:
    """The steps with made-up controls."""
    return _begun("Sample controls", SAMPLE.name, SAMPLE.read_bytes(), "", None)


@pages.get("/<uuid:draft_id>")
def show(draft_id: UUID) -> Response:
    _draft(draft_id)
    return redirect(url_for("imports.columns", draft_id=draft_id), 303)


@pages.get("/<uuid:draft_id>/columns")
def columns(draft_id: UUID) -> str:
    draft, job = _looked(draft_id)
    return _waiting(draft, job) or _columns(draft, job)


@pages.post("/<uuid:draft_id>/columns")
def choose_columns(draft_id: UUID) -> Response | tuple[str, int]:
    draft, job = _looked(draft_id)
    if _is_other(job):
        return _again(draft, "columns")
    try:
        with desk().reading() as cabinet:
            told = imports.with_columns(imports.told(draft), imports.look(cabinet, job), request.form)
    except ChoicesRefused as fault:
        return _columns(draft, job, fault.message), 422
    moved = (told.sheet, told.header_row) != (imports.told(draft).sheet, imports.told(draft).header_row)
    _chosen(draft, told)
    onward = "values" if request.form.get("go") == "next" and not moved else "columns"
    return redirect(url_for(f"imports.{onward}", draft_id=draft_id), 303)


@pages.get("/<uuid:draft_id>/values")
def values(draft_id: UUID) -> str | Response:
    draft, job = _looked(draft_id)
    return _waiting(draft, job) or _unless_refused(draft, job) or _values(draft, job)


@pages.post("/<uuid:draft_id>/values")
def choose_values(draft_id: UUID) -> Response | tuple[str, int]:
    draft, job = _looked(draft_id)
    if _is_other(job):
        return _again(draft, "values")
    try:
        with desk().reading() as cabinet:
            told = imports.with_values(imports.told(draft), imports.look(cabinet, job), request.form)
    except ChoicesRefused as fault:
        return _values(draft, job, fault.message), 422
    _chosen(draft, told)
    onward = "check" if request.form.get("go") == "next" else "values"
    return redirect(url_for(f"imports.{onward}", draft_id=draft_id), 303)


@pages.get("/<uuid:draft_id>/check")
def check(draft_id: UUID) -> str | Response:
    draft, job = _looked(draft_id)
    return _waiting(draft, job) or _unless_refused(draft, job) or _check(draft, job)


@pages.post("/<uuid:draft_id>/check")
def finish(draft_id: UUID) -> Response | str:
    draft, job = _looked(draft_id)
    if _is_other(job) or job.summary["refusal"]:
        return _again(draft, "check")
    with desk().writing.begin() as cabinet:
        remember = "remember" in request.form
        filed = imports.finish(cabinet, drafts.get(cabinet, principal().workspace_id, draft.id), job, remember=remember)
    launch.tell_queue(filed)
    return _filed(waiting.a_moment(filed.id), assess=request.form.get("go") == "assess")


@pages.post("/<uuid:draft_id>/discard")
def discard(draft_id: UUID) -> Response:
    draft = _draft(draft_id)
    with desk().writing.begin() as cabinet:
        drafts.remove(cabinet, principal().workspace_id, draft.id)
    flash("The import was given up. Nothing was kept of it.", "good")
    return redirect(url_for("inventories.index"), 303)


def _begun(title: str, filename: str, content: bytes, catalog: str, inventory_id: str | None) -> Response:
    workspace = principal().workspace_id
    with desk().writing.begin() as cabinet:
        row = catalogs.find(cabinet, workspace, catalog)
        name = inventories.get(cabinet, workspace, inventory_id).name if inventory_id else title
        upload = launch.keep(cabinet, filename, content)
        job = imports.order(cabinet, row, upload=upload, name=name, told=NONE)
        told: dict[str, Any] = {"upload_id": upload, "catalogue_id": row.id, "job_id": job.id, "name": name}
        told |= {"inventory_id": inventory_id or None, "choices": {}}
        draft = drafts.create(cabinet, workspace, user_id=principal().user_id, **told)
    launch.tell_queue(job)
    return redirect(url_for("imports.columns", draft_id=draft.id), 303)


def _draft(draft_id: UUID) -> Draft:
    with desk().reading() as cabinet:
        return drafts.get(cabinet, principal().workspace_id, str(draft_id))


def _looked(draft_id: UUID) -> tuple[Draft, Job]:
    """The draft, and the last look at its file as it is after a moment's wait."""
    draft = _draft(draft_id)
    return draft, waiting.a_moment(draft.job_id)


def _is_other(job: Job) -> bool:
    """Whether a form was made from another look than the last, or there is none yet: its numbers mean nothing now."""
    return job.state is not State.SUCCEEDED or request.form.get("look") != job.id


def _again(draft: Draft, step: str) -> Response:
    flash("The file has been read anew since that page was shown. Look at it once more.", "bad")
    return redirect(url_for(f"imports.{step}", draft_id=draft.id), 303)


def _chosen(draft: Draft, told: Choices) -> None:
    """Keep what was chosen, and look at the file once more where that is anything new."""
    if told == imports.told(draft):
        return
    workspace = principal().workspace_id
    with desk().writing.begin() as cabinet:
        row = catalogs.get(cabinet, workspace, draft.catalogue_id)
        job = imports.order(cabinet, row, upload=draft.upload_id, name=draft.name, told=told)
        kept = drafts.get(cabinet, workspace, draft.id)
        drafts.change(cabinet, kept, choices=imports.plain(told), job_id=job.id)
    launch.tell_queue(job)


def _waiting(draft: Draft, job: Job) -> str:
    """A page for as long as the file is being read, or if it cannot be; empty where it has been."""
    if job.state is State.SUCCEEDED:
        return ""
    return render_template("import_wait.html", draft=draft, job=presenters.job(job))


def _unless_refused(draft: Draft, job: Job) -> Response | None:
    """Back to the columns, where it stands what is missing."""
    return redirect(url_for("imports.columns", draft_id=draft.id), 303) if job.summary["refusal"] else None


def _columns(draft: Draft, job: Job, fault: str = "") -> str:
    with desk().reading() as cabinet:
        seen = imports.look(cabinet, job)
    return render_template("import_columns.html", **_common(draft, job), look=seen, fields=imports.FIELDS, fault=fault)


def _values(draft: Draft, job: Job, fault: str = "") -> str:
    with desk().reading() as cabinet:
        seen = imports.look(cabinet, job)
    first = max(0, (request.args.get("page", 1, type=int) - 1)) * NAMES_SHOWN
    names = [*enumerate(seen.names)]
    return render_template(
        "import_values.html",
        **_common(draft, job),
        look=seen,
        statuses=imports.STATUSES,
        leave_out=imports.LEAVE_OUT,
        names=names[first : first + NAMES_SHOWN],
        names_pages=-(-len(names) // NAMES_SHOWN),
        names_page=first // NAMES_SHOWN + 1,
        fault=fault,
    )


def _check(draft: Draft, job: Job) -> str:
    workspace = principal().workspace_id
    with desk().reading() as cabinet:
        seen = imports.look(cabinet, job)
        told = reading.shelf.take(job.id, lambda: results.document(cabinet, workspace, job.id))
    show, query = request.args.get("show", ""), request.args.get("q", "")[: reading.LONGEST_QUERY]
    page = reading.page(told, show=show, query=query, number=request.args.get("page", 1, type=int))
    return render_template(
        "import_check.html",
        **_common(draft, job),
        look=seen,
        reading=told,
        page=page,
        show=show,
        q=query,
        filters={key: label for key, (label, _) in reading.FILTERS.items()},
        chosen=imports.told(draft),
    )


def _common(draft: Draft, job: Job) -> dict[str, Any]:
    return {"draft": draft, "job": job, "filename": _filename(draft)}


def _filename(draft: Draft) -> str:
    with desk().reading() as cabinet:
        return uploads.get(cabinet, principal().workspace_id, draft.upload_id).filename


def _filed(job: Job, *, assess: bool) -> Response:
    """On to the inventory, or to the first page with it chosen; to the job where that takes longer."""
    if job.state is not State.SUCCEEDED:
        return redirect(url_for("jobs.show", job_id=job.id), 303)
    inventory = job.summary["revision"]["inventory"]
    if assess:
        return redirect(url_for("start.show", inventory=inventory), 303)
    return redirect(url_for("inventories.show", inventory_id=inventory), 303)


def _first(form: ImportForm) -> str:
    workspace = principal().workspace_id
    with desk().reading() as cabinet:
        shelf = catalogs.listing(cabinet, workspace)
        row = _catalogue(cabinet, form.catalog.data or "")
        kept = inventories.get(cabinet, workspace, _uuid(form.inventory.data)) if form.inventory.data else None
    return render_template(
        "import_file.html",
        form=form,
        inventory=presenters.inventory(kept) if kept else None,
        catalogs=[presenters.catalogue(each) for each in shelf],
        catalog=presenters.catalogue(row) if row else None,
        limit_mb=desk().settings.max_body // MEGABYTE,
    )


def _catalogue(cabinet: Session, text: str) -> CatalogueRow | None:
    try:
        return catalogs.find(cabinet, principal().workspace_id, text)
    except CatalogueUnknown:
        return None


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError as fault:
        raise NotFound from fault
