"""Everything of one assessment as one ZIP, put together while it is sent: nothing is stored twice.

Equal contents give equal bytes: entries stand in the order of their names, bear the oldest date a ZIP knows, and the
last of them, in the form that `sha256sum -c` reads, holds the digest of each.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import msgspec
from flask import Response, request
from sqlalchemy.orm import Session

from mitigap.errors import NotFound
from mitigap.store import drifts, inventories, results, uploads
from mitigap.store.schema import Job, Upload
from service.desk import desk

EXTENSION = "zip"
MEDIA_TYPE = "application/zip"
MANIFEST = "MANIFEST.sha256"
FOLDER = "upload"
"""Where the original stands: its name is a user's, and may be that of any other file here."""

DEFLATED_ALREADY = (".xlsx", ".pdf", ".ods", ".zip")

_ODD = re.compile(r'[<>:"|?*\\/]|[. ]+$')
_READABLE = 0o644 << 16
_UNIX = 3

Load = Callable[[Session], bytes]


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """`mark` is equal for equal bytes: what the whole's ETag is made of. The bytes are loaded when their turn comes."""

    name: str
    mark: str
    load: Load


def sent(cabinet: Session, job: Job, stem: str) -> Response:
    """NotFound where the assessment's files have been let go."""
    entries = sorted(_entries(cabinet, job, stem), key=lambda each: each.name)
    response = Response(mimetype=MEDIA_TYPE)
    response.set_etag(hashlib.sha256(repr([(each.name, each.mark) for each in entries]).encode()).hexdigest()[:32])
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers.set("Content-Disposition", "attachment", filename=f"{stem}.{EXTENSION}")
    response.response = stream(_loaded(entries, desk().reading))
    response.make_conditional(request)
    return response


def stream(files: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    """The archive piece by piece; one file is in memory at a time."""
    sink, lines = _Sink(), []
    with ZipFile(sink, "w") as archive:
        for name, data in files:
            lines.append(f"{hashlib.sha256(data).hexdigest()}  {name}\n")
            archive.writestr(_info(name), data)
            yield sink.taken()
        archive.writestr(_info(MANIFEST), "".join(lines))
    yield sink.taken()


def _entries(cabinet: Session, job: Job, stem: str) -> Iterator[Entry]:
    found = results.artifacts(cabinet, job.workspace_id, job.id)
    if not found:
        raise NotFound
    for each in found:
        yield Entry(name=each.filename, mark=f"{job.id} {each.size}", load=_artifact(job, each.format))
    yield Entry(name=f"{stem}.json", mark=job.id, load=_document(job))
    if "moved" in job.summary:
        base = job.summary["moved"]["base"]
        yield Entry(name="mitigap-drift.json", mark=f"{job.id} {base}", load=_drift(job, base))
    original = _upload(cabinet, job)
    yield Entry(name=f"{FOLDER}/{_safe(original.filename)}", mark=original.sha256, load=_original(original))


def _artifact(job: Job, form: str) -> Load:
    key = (job.workspace_id, job.id, form)
    return lambda session: results.artifact(session, *key).data


def _document(job: Job) -> Load:
    key = (job.workspace_id, job.id)
    return lambda session: results.document(session, *key)


def _drift(job: Job, base: str) -> Load:
    key = (job.workspace_id, job.id, base)
    return lambda session: drifts.body(session, *key)


def _original(upload: Upload) -> Load:
    key = (upload.workspace_id, upload.id)
    return lambda session: uploads.data(session, *key)


def _upload(cabinet: Session, job: Job) -> Upload:
    asked: dict[str, Any] = job.params
    if asked.get("upload"):
        return uploads.get(cabinet, job.workspace_id, asked["upload"])
    revision = inventories.revision_by_id(cabinet, job.workspace_id, asked["revision"])
    return uploads.get(cabinet, job.workspace_id, revision.upload_id)


def _loaded(entries: Iterable[Entry], reading: Callable[[], Session]) -> Iterator[tuple[str, bytes]]:
    for each in entries:
        with reading() as session:
            data = each.load(session)
        yield each.name, data


def _safe(filename: str) -> str:
    """A name that every system can unpack."""
    return _ODD.sub("_", filename)


def _info(name: str) -> ZipInfo:
    info = ZipInfo(name)
    info.external_attr, info.create_system = _READABLE, _UNIX
    info.compress_type = ZIP_STORED if name.lower().endswith(DEFLATED_ALREADY) else ZIP_DEFLATED
    return info


class _Sink:
    """What the archive is written to: it cannot go back, and keeps only what has not been sent yet."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Nothing is open."""

    def taken(self) -> bytes:
        whole = b"".join(self._parts)
        self._parts.clear()
        return whole
