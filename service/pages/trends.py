"""The scores over time as pictures: of a schedule's runs, and of an inventory's assessments."""

from uuid import UUID

from flask import Blueprint, Response, abort, render_template, request

from mitigap.store import inventories, schedules
from service import chart, downloads, history, trend
from service.access import principal
from service.desk import desk
from service.trend import Trend

RUNS = 50

pages = Blueprint("trends", __name__)


@pages.get("/schedules/<uuid:schedule_id>/trend.svg")
def of_schedule(schedule_id: UUID) -> Response:
    """`?size=narrow` for a small screen. 404 where no run has a score."""
    with desk().reading() as cabinet:
        row = schedules.get(cabinet, principal().workspace_id, str(schedule_id))
        found = trend.trend(schedules.runs(cabinet, row.id, limit=RUNS))
    return _drawn(found)


@pages.get("/inventories/<uuid:inventory_id>/trend.svg")
def of_inventory(inventory_id: UUID) -> Response:
    """`?size=narrow` for a small screen. 404 where no group has been assessed twice."""
    with desk().reading() as cabinet:
        row = inventories.get(cabinet, principal().workspace_id, str(inventory_id))
        found = trend.repeated(history.of_inventory(cabinet, row.id))
    return _drawn(found)


def _drawn(found: Trend | None) -> Response:
    layout = chart.LAYOUTS.get(request.args.get("size", "wide"))
    if found is None or layout is None:
        abort(404)
    drawn = render_template("trend.svg", chart=chart.chart(found, layout))
    return downloads.drawing(drawn.encode(), "trend.svg")
