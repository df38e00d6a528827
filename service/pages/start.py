"""The first page: the main job at once, and what was done lately."""

from pathlib import Path
from uuid import UUID

import msgspec
from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from mitigap.errors import CatalogueUnknown, GroupAmbiguous, GroupUnknown, NotFound
from mitigap.store import catalogs, inventories, jobs, watchlists
from mitigap.store.requests import AssessRequest, PolicyRequest
from mitigap.store.schema import CatalogueRow, Job, Kind
from service import downloads, launch, policies, presenters, watching
from service.access import principal
from service.desk import desk
from service.forms import AssessForm
from service.groups import entries, matching
from service.watching import Scope, named_groups, of_watchlist

SAMPLE = Path(__file__).parent.parent / "samples" / "sample-controls.csv"
SAMPLE_GROUP = "G0077"
LONGEST_QUERY = 100
RECENT = 10
MEGABYTE = 1024 * 1024

pages = Blueprint("start", __name__)


@pages.get("/")
def show() -> str:
    """`?catalog=`, `?inventory=`, `?watchlist=` and `?group=` choose beforehand; `?q=` narrows the groups."""
    form = AssessForm(formdata=None)
    form.catalog.data = request.args.get("catalog", "")
    form.inventory.data = request.args.get("inventory", "")
    form.groups.data = request.args.getlist("group")
    form.watchlist.data = request.args.get("watchlist", "")
    return _page(form, request.args.get("q", "")[:LONGEST_QUERY])


@pages.post("/")
def submit() -> Response | tuple[str, int]:
    form = AssessForm()
    job = None
    if form.validate_on_submit():
        with desk().writing.begin() as cabinet:
            job = _ordered(cabinet, form)
    if job is None:
        return _page(form, ""), 422
    return _sent(job)


@pages.get("/sample-controls.csv")
def sample() -> Response:
    return downloads.attachment(SAMPLE.read_bytes(), SAMPLE.name, "text/csv")


@pages.post("/sample")
def try_sample() -> Response:
    """One click from an empty house to a whole report."""
    with desk().writing.begin() as cabinet:
        row = catalogs.find(cabinet, principal().workspace_id)
        index = entries(catalogs.groups(cabinet, row.id))
        group = next((entry for entry in index if entry.id == SAMPLE_GROUP), index[0])
        upload = launch.keep(cabinet, SAMPLE.name, SAMPLE.read_bytes())
        order = AssessRequest(catalogue=row.id, groups=(group.id,), upload=upload, name="Sample controls")
        job = launch.accept(cabinet, order, order.name)
    return _sent(job)


def _sent(job: Job) -> Response:
    launch.tell_queue(job)
    return redirect(url_for("jobs.show", job_id=job.id), 303)


def _ordered(cabinet: Session, form: AssessForm) -> Job | None:
    """The accepted job; None where the form names what is not there, the fault then standing beside its field."""
    try:
        row = catalogs.find(cabinet, principal().workspace_id, form.catalog.data)
        wanted = _scope(cabinet, row, form)
        if form.inventory.data:
            return _reassessed(cabinet, form, row, wanted)
    except (CatalogueUnknown, GroupUnknown, GroupAmbiguous) as fault:
        form.groups.errors = (fault.message,)
    except NotFound:
        form.inventory.errors = ("This inventory is not there any more.",)
    else:
        return _assessed(cabinet, form, row, wanted)
    return None


def _scope(cabinet: Session, row: CatalogueRow, form: AssessForm) -> Scope:
    if form.watchlist.data:
        return of_watchlist(cabinet, form.watchlist.data, row)
    return Scope(groups=None if form.all.data else named_groups(cabinet, row, form.groups.data))


def _reassessed(cabinet: Session, form: AssessForm, row: CatalogueRow, wanted: Scope) -> Job:
    inventory_id = _uuid(form.inventory.data)
    inventory = inventories.get(cabinet, principal().workspace_id, inventory_id)
    revision = inventories.revision(cabinet, principal().workspace_id, inventory_id)
    policy = PolicyRequest(name=form.policy.data)
    order = AssessRequest(
        catalogue=row.id, revision=revision.id, name=inventory.name, policy=policy, **msgspec.structs.asdict(wanted)
    )
    return launch.accept(cabinet, order, inventory.name)


def _assessed(cabinet: Session, form: AssessForm, row: CatalogueRow, wanted: Scope) -> Job:
    upload = launch.keep(cabinet, form.filename, form.content)
    policy = PolicyRequest(name=form.policy.data)
    order = AssessRequest(
        catalogue=row.id,
        upload=upload,
        name=form.title,
        policy=policy,
        choices=launch.settled(cabinet, row),
        **msgspec.structs.asdict(wanted),
    )
    return launch.accept(cabinet, order, form.title)


def _uuid(text: str) -> str:
    """The text as an id; NotFound where it can be nobody's."""
    try:
        return str(UUID(text))
    except ValueError as error:
        raise NotFound from error


def _page(form: AssessForm, query: str) -> str:
    workspace = principal().workspace_id
    with desk().reading() as cabinet:
        shelf = catalogs.listing(cabinet, workspace)
        row = _chosen(cabinet, form)
        index = entries(catalogs.groups(cabinet, row.id)) if row else ()
        recent = jobs.listing(cabinet, workspace, kind=Kind.ASSESS, limit=RECENT)
        inventory = _kept_inventory(cabinet, form)
        listed = watchlists.listing(cabinet, workspace, limit=watching.OFFERED)
    chosen = {index[0].id} if len(index) == 1 else set(form.groups.data or ())
    shown = {group.id for group in matching(index, query)}
    return render_template(
        "start.html",
        form=form,
        q=query,
        catalog=presenters.catalogue(row) if row else None,
        catalogs=[presenters.catalogue(each) for each in shelf],
        groups=[presenters.group_choice(group, shown, chosen) for group in index],
        inventory=inventory,
        watchlists=[each for each in listed if row and each.domain == row.domain],
        recent=[presenters.assessment(job) for job in recent],
        policies=policies.POLICIES,
        limit_mb=desk().settings.max_body // MEGABYTE,
    )


def _chosen(cabinet: Session, form: AssessForm) -> CatalogueRow | None:
    """The catalogue asked for; the standard one where that is not there; None in a house that is still being set up."""
    for text in (form.catalog.data or "", ""):
        try:
            return catalogs.find(cabinet, principal().workspace_id, text)
        except CatalogueUnknown:
            continue
    return None


def _kept_inventory(cabinet: Session, form: AssessForm) -> presenters.InventoryView | None:
    if not form.inventory.data:
        return None
    try:
        inventory = inventories.get(cabinet, principal().workspace_id, _uuid(form.inventory.data))
    except NotFound:
        form.inventory.data = ""
        return None
    return presenters.inventory(inventory)
