"""Handing out what is ready: stored bytes with a name, a type, an ETag, and for a page of somebody's text a cage."""

import base64
import hashlib
import re
from collections.abc import Mapping
from io import BytesIO

from apiflask import HTTPError
from flask import Response, request, send_file
from sqlalchemy.orm import Session

from mitigap.store import jobs, results
from mitigap.store.schema import Artifact, Job, State
from service import bundle
from service.access import principal

FORMATS: Mapping[str, str] = {
    "html": "html",
    "xlsx": "xlsx",
    "csv": "csv",
    "md": "md",
    "json": "json",
    "portfolio.json": "portfolio",
    "layer.json": "layer",
    "gaps.layer.json": "gaps",
    "threat.layer.json": "threat",
    "poam.json": "poam",
    "zip": "zip",
}
"""What stands after `report.` in a URL, and the artifact it means; `zip` is all of them, made while it is sent."""

DOCUMENT = "json"
"""It is no artifact but the job's own document."""

FORECAST = "forecast"
"""The artifact that looks ahead."""

PAGES = frozenset({"html", "drift.html"})
RETRY_AFTER = "2"
HEAD = 256 * 1024
"""Bytes at a page's beginning in which its one style element ends."""

STYLE = re.compile(rb"<style>(.*?)</style>", re.DOTALL)


def report(cabinet: Session, job: Job, extension: str) -> Response:
    """One format of a finished assessment."""
    ready(job)
    if extension == bundle.EXTENSION:
        return bundle.sent(cabinet, job, stem(job))
    if FORMATS[extension] == DOCUMENT:
        body = results.document(cabinet, principal().workspace_id, job.id)
        return attachment(body, f"{stem(job)}.json", "application/json")
    return sent(results.artifact(cabinet, principal().workspace_id, job.id, FORMATS[extension]))


def stem(job: Job) -> str:
    """`mitigap-G0077-2026-11-24`, as its files are called."""
    groups = [each["id"] for each in job.summary["groups"]]
    scope = groups[0] if len(groups) == 1 else f"{len(groups)}-groups"
    return f"mitigap-{scope}-{job.summary['as_of']}"


def forecast(cabinet: Session, job: Job, *, shown: bool = False) -> Response:
    ready(job)
    found = results.artifact(cabinet, principal().workspace_id, job.id, FORECAST)
    return attachment(found.data, found.filename, found.media_type, shown=shown)


def drawing(data: bytes, filename: str) -> Response:
    """An SVG with a style of its own, in the cage of a page."""
    response = attachment(data, filename, "image/svg+xml", shown=True)
    response.headers["Content-Security-Policy"] = _cage(data)
    return response


def ready(job: Job) -> None:
    """409 with the state where a job has no result to hand out."""
    if job.state is not State.SUCCEEDED:
        waiting = {"Retry-After": RETRY_AFTER} if job.state in jobs.UNFINISHED else {}
        raise HTTPError(409, f"The report is not there: the job is {job.state}.", headers=waiting)


def sent(artifact: Artifact) -> Response:
    """A page is shown in its cage, unless it is asked for as a file; anything else is saved."""
    is_page = artifact.format in PAGES
    shown = is_page and "download" not in request.args
    response = attachment(artifact.data, artifact.filename, artifact.media_type, shown=shown)
    if is_page:
        response.headers["Content-Security-Policy"] = _cage(artifact.data)
    return response


def attachment(data: bytes, filename: str, media_type: str, *, shown: bool = False) -> Response:
    """Bytes under a name of any letters (RFC 6266). A browser may keep them, but asks each time."""
    response = send_file(
        BytesIO(data),
        mimetype=media_type,
        as_attachment=not shown,
        download_name=filename,
        etag=hashlib.sha256(data).hexdigest()[:32],
        conditional=True,
    )
    response.content_type = media_type  # send_file adds a second charset to one that has its own
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _cage(page: bytes) -> str:
    """A report holds other people's words: no script, no form, an origin of its own, and its one style by its hash."""
    found = STYLE.search(page[:HEAD])
    style = base64.b64encode(hashlib.sha256(found[1]).digest()).decode() if found else ""
    allowed = f"'sha256-{style}'" if style else "'none'"
    return (
        f"default-src 'none'; style-src {allowed}; img-src data:; base-uri 'none'; form-action 'none'; "
        "object-src 'none'; frame-ancestors 'none'; sandbox allow-popups allow-popups-to-escape-sandbox"
    )
