"""The assessments that were made of one inventory, whatever revision of it."""

from sqlalchemy.orm import Session

from mitigap.store import inventories, jobs
from mitigap.store.schema import Job, Kind, State
from service.access import principal

LOOKED_AT = 200
"""The workspace's newest assessments, among which those of the inventory are looked for."""


def of_inventory(cabinet: Session, inventory_id: str) -> list[Job]:
    """The newest first, those that succeeded alone."""
    workspace = principal().workspace_id
    kept = inventories.revisions(cabinet, workspace, inventory_id)
    revisions, makers = {each.id for each in kept}, {each.job_id for each in kept}
    found = jobs.listing(cabinet, workspace, kind=Kind.ASSESS, states=(State.SUCCEEDED,), limit=LOOKED_AT)
    return [each for each in found if each.id in makers or each.params.get("revision") in revisions]
