"""Schedules on the page: which there are, a new one, one with its runs, and what one may do about it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Redirect

from mitigap import cadence, zones
from mitigap.errors import Conflict, NotFound, ScheduleRefused, UserError
from mitigap.store import catalogs, drifts, inventories, jobs, schedules, watchlists
from mitigap.store.schema import Job, Kind, Schedule
from service import addressing, launch, planning, policies, presenters, telling, timetable, trend, watching
from service.access import principal
from service.desk import desk
from service.paging import before, page
from service.schedule_form import ScheduleForm
from service.timetable import Names, RunView

ROWS = 50
RUNS = 50

pages = Blueprint("schedules", __name__, url_prefix="/schedules")


@pages.get("")
def index() -> str:
    with desk().reading() as cabinet:
        rows = schedules.listing(cabinet, principal().workspace_id, before=before(), limit=ROWS + 1)
        names = names_of(cabinet, rows)
    beside = page("schedules.index", [row.created_at for row in rows], ROWS)
    shown = [timetable.schedule(row, names) for row in rows[:ROWS]]
    return render_template("schedules.html", rows=shown, page=beside)


@pages.get("/new")
def new() -> str:
    """`?assessment=` repeats that one, `?inventory=` begins with an inventory; other fields can be told alike."""
    form = ScheduleForm(formdata=request.args)
    with desk().reading() as cabinet:
        if told := request.args.get("assessment"):
            _as_in(cabinet, form, told)
        return _form(cabinet, form)


@pages.post("")
def create() -> Redirect | tuple[str, int]:
    """`preview` asks for its next runs alone."""
    form = ScheduleForm()
    fine = form.validate_on_submit()
    fault = None
    if fine and "preview" not in request.form:
        try:
            row = _kept(form)
            return redirect(url_for("schedules.show", schedule_id=row.id), 303)
        except UserError as error:
            fault = "This inventory is not there any more." if isinstance(error, NotFound) else error.message
    with desk().reading() as cabinet:
        return _form(cabinet, form, fault), 200 if fine and not fault else 422


@pages.get("/<uuid:schedule_id>")
def show(schedule_id: UUID) -> str:
    with desk().reading() as cabinet:
        row = schedules.get(cabinet, principal().workspace_id, str(schedule_id))
        names = names_of(cabinet, [row])
        made = schedules.runs(cabinet, row.id, limit=RUNS)
        runs = _runs(cabinet, row, made)
        told = telling.of(cabinet, row)
    return render_template(
        "schedule.html",
        schedule=timetable.schedule(row, names),
        runs=runs,
        told=told,
        words=trend.words(trend.trend(made)),
    )


@pages.post("/<uuid:schedule_id>/notify")
def tell(schedule_id: UUID) -> Redirect:
    """Who is told of its runs from now on."""
    form = telling.NotifyForm()
    if not form.validate_on_submit():
        flash(form.fault, "bad")
        return redirect(url_for("schedules.show", schedule_id=schedule_id), 303)

    def keep(cabinet: Session, one: tuple[str, str]) -> None:
        schedules.change(cabinet, *one, now=desk().clock(), notify=addressing.order(cabinet, form.asked()))

    return _done(schedule_id, keep)


@pages.post("/<uuid:schedule_id>/pause")
def pause(schedule_id: UUID) -> Redirect:
    reason = planning.reason(request.form.get("reason"))
    return _done(schedule_id, lambda cabinet, one: schedules.pause(cabinet, *one, reason, now=desk().clock()))


@pages.post("/<uuid:schedule_id>/resume")
def resume(schedule_id: UUID) -> Redirect:
    return _done(schedule_id, lambda cabinet, one: schedules.resume(cabinet, *one, now=desk().clock()))


@pages.post("/<uuid:schedule_id>/run")
def run(schedule_id: UUID) -> Redirect:
    who = principal()
    made: list[Job] = []

    def start(cabinet: Session, one: tuple[str, str]) -> None:
        made.append(schedules.run_now(cabinet, *one, user_id=who.user_id, **_at_once()))

    back = _done(schedule_id, start)
    for job in made:
        launch.tell_queue(job)
        return redirect(url_for("jobs.show", job_id=job.id), 303)
    return back


@pages.post("/<uuid:schedule_id>/delete")
def remove(schedule_id: UUID) -> Redirect:
    with desk().writing.begin() as cabinet:
        schedules.remove(cabinet, principal().workspace_id, str(schedule_id))
    flash("The schedule is gone. Its assessments stay.", "good")
    return redirect(url_for("schedules.index"), 303)


def _kept(form: ScheduleForm) -> Schedule:
    who = principal()
    with desk().writing.begin() as cabinet:
        wanted = planning.plan(cabinet, form.asked())
        return schedules.create(cabinet, who.workspace_id, wanted, user_id=who.user_id, now=desk().clock())


def _at_once() -> dict[str, Any]:
    return {"now": desk().clock(), "attempts": desk().settings.attempts}


def _done(schedule_id: UUID, do: Callable[[Session, tuple[str, str]], object]) -> Redirect:
    """Back to the schedule's page, where a refusal is shown."""
    try:
        with desk().writing.begin() as cabinet:
            do(cabinet, (principal().workspace_id, str(schedule_id)))
    except (Conflict, ScheduleRefused) as fault:
        flash(fault.message, "bad")
    return redirect(url_for("schedules.show", schedule_id=schedule_id), 303)


def _runs(cabinet: Session, row: Schedule, made: list[Job]) -> list[RunView]:
    compared = drifts.of_runs(cabinet, [job.id for job in made])
    return [timetable.run(row, job, compared.get(job.id)) for job in made]


def names_of(cabinet: Session, rows: list[Schedule]) -> Names:
    """What the ids of these schedules stand for."""
    workspace = principal().workspace_id
    wanted = {row.inventory_id for row in rows}
    return Names(
        inventories={each: inventories.get(cabinet, workspace, each) for each in wanted},
        catalogues={each.id: each for each in catalogs.listing(cabinet, workspace)},
    )


def _as_in(cabinet: Session, form: ScheduleForm, assessment_id: str) -> None:
    """Fill in what that assessment was made of. Anything that is no assessment here is as if it were not."""
    try:
        job = jobs.get(cabinet, principal().workspace_id, str(UUID(assessment_id)))
    except (ValueError, NotFound):
        abort(404)
    if job.kind is not Kind.ASSESS:
        abort(404)
    form.name.data = job.name
    form.groups.data = ", ".join(job.params["groups"] or ())
    form.all.data = job.params["groups"] is None
    form.policy.data = job.params["policy"]["name"]
    form.inventory.data = _inventory_of(cabinet, job)


def _inventory_of(cabinet: Session, job: Job) -> str:
    if "revision" in job.summary:
        return str(job.summary["revision"]["inventory"])
    revision = job.params.get("revision")
    if not revision:
        return ""
    return inventories.revision_by_id(cabinet, principal().workspace_id, revision).inventory_id


def _form(cabinet: Session, form: ScheduleForm, fault: str | None = None) -> str:
    workspace = principal().workspace_id
    shelf = catalogs.listing(cabinet, workspace)
    return render_template(
        "schedule_new.html",
        form=form,
        fault=fault,
        preview=_preview(form),
        inventories=[presenters.inventory(row) for row in inventories.listing(cabinet, workspace)],
        catalogs=[presenters.catalogue(row) for row in shelf],
        domains={row.domain: presenters.DOMAINS.get(row.domain, row.domain) for row in shelf},
        watchlists=watchlists.listing(cabinet, workspace, limit=watching.OFFERED),
        presets=timetable.PRESET_LABELS,
        policies=policies.POLICIES,
        zones=zones.names(),
    )


def _preview(form: ScheduleForm) -> dict[str, Any]:
    """The next six runs in words and dates, or why there are none."""
    try:
        told = cadence.read(form.expression, form.timezone.data or "UTC")
    except ScheduleRefused as fault:
        return {"fault": fault.message}
    return {"words": cadence.words(told), "moments": timetable.moments(told, desk().clock())}
