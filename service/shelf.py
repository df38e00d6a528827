"""Finding the catalogue that a request names, and naming the others where it is not there."""

from sqlalchemy.orm import Session

from mitigap.errors import CatalogueUnknown
from mitigap.store import catalogs
from mitigap.store.schema import CatalogueRow
from service.access import principal


def named(cabinet: Session, text: str | None) -> CatalogueRow:
    """By label, digest, id or source; the standard one where nothing is said. CatalogueUnknown names what there is."""
    workspace = principal().workspace_id
    try:
        return catalogs.find(cabinet, workspace, text or "")
    except CatalogueUnknown as fault:
        labels = ", ".join(dict.fromkeys(row.label for row in catalogs.listing(cabinet, workspace)))
        there = f"There are: {labels}." if labels else "None has been loaded yet."
        raise CatalogueUnknown(f"There is no catalogue “{text}”. {there}" if text else there) from fault
