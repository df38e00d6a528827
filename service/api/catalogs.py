"""Catalogues over the API: which there are, and taking in another."""

from typing import Any

from apiflask import abort
from flask import request, url_for

from mitigap.store import catalogs
from mitigap.store.requests import CatalogRequest
from service import launch
from service.access import principal
from service.api import shapes
from service.api.blueprint import api
from service.api.keys import idempotency_key
from service.api.schemas import Accepted, BundleIn, CatalogsOut
from service.desk import desk


@api.get("/catalogs")
@api.doc(summary="The catalogues of this workspace", tags=["Catalogues"])
@api.output(CatalogsOut)
def list_catalogs() -> dict[str, Any]:
    with desk().reading() as cabinet:
        return {"catalogs": [shapes.catalogue(row) for row in catalogs.listing(cabinet, principal().workspace_id)]}


@api.post("/catalogs")
@api.doc(summary="Take in a STIX bundle or a group document", tags=["Catalogues"], responses=[413])
@api.input(BundleIn, location="form_and_files")
@api.output(Accepted, status_code=202)
def create_catalog(form_and_files_data: dict[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
    """`version` and `domain` are needed only where the file does not say them."""
    bundle = form_and_files_data["bundle"]
    data = bundle.stream.read()
    if not data:
        abort(422, "bundle: The file is empty.")
    with desk().writing.begin() as cabinet:
        upload = launch.keep(cabinet, bundle.filename or "", data)
        order = CatalogRequest(
            upload=upload, version=form_and_files_data.get("version"), domain=form_and_files_data.get("domain")
        )
        job = launch.accept(cabinet, order, bundle.filename or "", idempotency_key(request))
    launch.tell_queue(job)
    return {"id": job.id, "job": job.id}, 202, {"Location": url_for("api.get_job", job_id=job.id)}
