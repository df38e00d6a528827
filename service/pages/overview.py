"""The first look at a workspace: what went down, what failed, the groups watched, the inventories, the trend."""

from collections.abc import Sequence

from flask import Blueprint, render_template
from sqlalchemy.orm import Session

from mitigap.errors import CatalogueUnknown
from mitigap.store import catalogs, inventories, jobs, schedules
from mitigap.store.schema import Job, Kind, Schedule, State
from service import overview, presenters, trend
from service.access import principal
from service.desk import desk

LOOKED_AT = 200
"""The newest finished assessments, out of which the page is made."""
FAILED_SHOWN = 5
RUNS = 50

pages = Blueprint("overview", __name__, url_prefix="/overview")


@pages.get("")
def show() -> str:
    workspace = principal().workspace_id
    with desk().reading() as cabinet:
        owned = {row.id: row for row in inventories.listing(cabinet, workspace)}
        done = jobs.listing(cabinet, workspace, kind=Kind.ASSESS, states=(State.SUCCEEDED,), limit=LOOKED_AT)
        failed = jobs.listing(cabinet, workspace, states=(State.FAILED,), limit=FAILED_SHOWN)
        repeated = schedules.listing(cabinet, workspace)
        drawn, words = _trend(cabinet, repeated)
        template_of = _standard(cabinet)
        rows = overview.watched(done, owned, inventories.kept_in(cabinet, workspace, _revisions(done)))
    return render_template(
        "overview.html",
        rows=rows[: overview.SHOWN],
        more=max(0, len(rows) - overview.SHOWN),
        fallen=overview.fallen(rows)[: overview.SHOWN],
        failed=[presenters.job(each) for each in failed],
        paused=[each for each in repeated if each.paused_reason],
        inventories=list(overview.kept(list(owned.values())[: overview.SHOWN], rows)),
        drawn=drawn,
        words=words,
        template_of=template_of,
    )


def _revisions(done: Sequence[Job]) -> set[str]:
    return {each.params["revision"] for each in done if each.params.get("revision")}


def _trend(cabinet: Session, repeated: Sequence[Schedule]) -> tuple[Schedule | None, str]:
    """The schedule that ran last and has something to draw, and its drawing in words."""
    for row in sorted(repeated, key=lambda each: str(each.last_run_at or ""), reverse=True)[:FAILED_SHOWN]:
        if words := trend.words(trend.trend(schedules.runs(cabinet, row.id, limit=RUNS))):
            return row, words
    return None, ""


def _standard(cabinet: Session) -> str | None:
    """The catalogue whose template is offered; None while it is still being loaded."""
    try:
        return catalogs.find(cabinet, principal().workspace_id).id
    except CatalogueUnknown:
        return None
