"""Catalogues on the page: which there are, the workbook to fill in for each, and taking in another."""

from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, url_for
from werkzeug.wrappers import Response as Redirect

from mitigap.errors import CatalogueUnknown, NotFound
from mitigap.store import catalogs, jobs
from mitigap.store.requests import CatalogRequest
from mitigap.store.schema import Kind
from service import downloads, launch, presenters
from service.access import principal
from service.desk import desk
from service.forms import CatalogueForm

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

pages = Blueprint("catalogs", __name__, url_prefix="/catalogs")


@pages.get("")
def index() -> str:
    return _page(CatalogueForm(formdata=None))


@pages.post("")
def load() -> Redirect | tuple[str, int]:
    form = CatalogueForm()
    if not form.validate_on_submit():
        return _page(form), 422
    with desk().writing.begin() as cabinet:
        upload = launch.keep(cabinet, form.filename, form.content)
        order = CatalogRequest(upload=upload, version=form.version.data or None, domain=form.domain.data or None)
        job = launch.accept(cabinet, order, form.filename)
    launch.tell_queue(job)
    return redirect(url_for("jobs.show", job_id=job.id), 303)


@pages.get("/<uuid:catalog_id>/template.xlsx")
def template(catalog_id: UUID) -> Response:
    try:
        with desk().reading() as cabinet:
            row = catalogs.get(cabinet, principal().workspace_id, str(catalog_id))
            data = catalogs.template(cabinet, row.id)
    except CatalogueUnknown as error:
        raise NotFound from error
    return downloads.attachment(data, f"controls-{row.domain}-{row.version or 'template'}.xlsx", XLSX)


def _page(form: CatalogueForm) -> str:
    workspace = principal().workspace_id
    with desk().reading() as cabinet:
        rows = catalogs.listing(cabinet, workspace)
        under_way = jobs.listing(cabinet, workspace, kind=Kind.CATALOG, states=jobs.UNFINISHED, limit=10)
    return render_template(
        "catalogs.html",
        form=form,
        rows=[presenters.catalogue(row) for row in rows],
        under_way=[presenters.job(job) for job in under_way],
        domains=presenters.DOMAINS,
    )
