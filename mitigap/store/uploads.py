"""Files as they came in. Names are shown, never used as paths: an upload is found by its id."""

import hashlib

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mitigap.store import database
from mitigap.store.columns import new_id
from mitigap.store.rows import changed, found, insert_once
from mitigap.store.schema import Upload

LONGEST_NAME = 200


def add(session: Session, workspace_id: str, filename: str, data: bytes) -> Upload:
    """Keep a file. The same bytes under the same name are one upload, so that a repeated request equals itself.

    One that is there already is as if it had come now: whoever purges what nobody needs must not take it meanwhile.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    name, now = clean_name(filename), database.now(session)
    same = (Upload.workspace_id == workspace_id, Upload.sha256 == sha256, Upload.filename == name)
    key = {"workspace_id": workspace_id, "sha256": sha256, "filename": name}
    if not insert_once(session, Upload, id=new_id(), **key, size=len(data), created_at=now, data=data):
        changed(session, update(Upload).where(*same).values(created_at=now))
    return session.scalars(select(Upload).where(*same)).one()


def get(session: Session, workspace_id: str, upload_id: str) -> Upload:
    return found(session.scalar(select(Upload).where(Upload.id == upload_id, Upload.workspace_id == workspace_id)))


def data(session: Session, workspace_id: str, upload_id: str) -> bytes:
    return found(session.scalar(select(Upload.data).where(Upload.id == upload_id, Upload.workspace_id == workspace_id)))


def clean_name(filename: str) -> str:
    """The last part of a path, printable, and short without losing its extension."""
    name = filename.replace("\\", "/").rpartition("/")[2]
    name = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in name).strip()
    stem, dot, extension = name.rpartition(".")
    short = (stem[:LONGEST_NAME] + dot + extension[:20]) if dot else name[:LONGEST_NAME]
    return short or "upload"
