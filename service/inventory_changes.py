"""What one revision changed in the one before, as the workshop filed it with the revision."""

from typing import Any

import msgspec
from sqlalchemy.orm import Session

from mitigap.errors import NotFound
from mitigap.store import inventories
from mitigap.store.schema import Revision
from service.access import principal
from service.reading import ControlView

FIELDS = {
    "text": "Control",
    "mitigations": "Mitigation",
    "status": "Status",
    "level": "Percent",
    "reference": "Your own id",
    "owner": "Owner",
    "evidence": "Evidence",
    "notes": "Notes",
    "reviewed": "Reviewed",
    "expires": "Expires",
}
NOTHING: dict[str, Any] = {
    "schema": "mitigap/inventory-difference/1",
    "base": None,
    "counts": {"added": 0, "removed": 0, "changed": 0, "same": 0},
    "added": [],
    "removed": [],
    "changed": [],
    "levels": [],
}


class FieldChange(msgspec.Struct, frozen=True, kw_only=True):
    field: str
    before: Any
    now: Any

    @property
    def label(self) -> str:
        return FIELDS.get(self.field, self.field)


class RowChange(msgspec.Struct, frozen=True, kw_only=True):
    text: str
    before: str
    now: str
    fields: list[FieldChange]


class LevelView(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    before: float | None
    now: float | None


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    base: int | None
    counts: dict[str, int]
    added: list[ControlView]
    removed: list[ControlView]
    changed: list[RowChange]
    levels: list[LevelView]


def told(cabinet: Session, inventory_id: str, number: int) -> dict[str, Any]:
    """The document. NotFound where there is no such revision, or it was filed before changes were worked out."""
    revision = _revision(cabinet, inventory_id, number)
    if number == 1:
        return NOTHING
    found: dict[str, Any] = msgspec.json.decode(inventories.difference(cabinet, principal().workspace_id, revision.id))
    return found


def changes(cabinet: Session, inventory_id: str, number: int) -> Changes | None:
    """The same for a page; None where it was not worked out."""
    try:
        return msgspec.convert(told(cabinet, inventory_id, number), Changes)
    except NotFound:
        _revision(cabinet, inventory_id, number)
        return None


def _revision(cabinet: Session, inventory_id: str, number: int) -> Revision:
    return inventories.revision(cabinet, principal().workspace_id, inventory_id, number)
