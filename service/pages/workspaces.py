"""Workspaces: which one is in, what it is called, going over to another, a new one."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, session, url_for
from werkzeug.wrappers import Response

from mitigap.errors import Conflict
from mitigap.store import accounts, audit, web_sessions
from mitigap.store.audit import Act
from service import witness
from service.access import principal
from service.account_forms import NameForm
from service.arrival import COOKIE_KEY
from service.desk import desk

pages = Blueprint("workspaces", __name__, url_prefix="/settings/workspaces")


@pages.get("")
def index() -> str:
    return _page(NameForm(formdata=None), NameForm(formdata=None))


@pages.post("")
def make() -> Response | tuple[str, int]:
    """Whoever makes it is its administrator, and goes in."""
    form = NameForm()
    if not form.validate_on_submit():
        return _page(NameForm(formdata=None), form), 422
    try:
        with desk().writing.begin() as cabinet:
            room = accounts.create_workspace(cabinet, form.name.data, principal().user_id)
            audit.record(cabinet, Act.WORKSPACE_MAKE, witness.actor(), room.id, room.name)
            witness.about(room.name)
            web_sessions.enter(cabinet, str(session[COOKIE_KEY]), room.id, desk().clock())
    except Conflict as fault:
        form.name.errors = [fault.message]
        return _page(NameForm(formdata=None), form), 422
    flash(f"You are in {room.name} now.", "good")
    return redirect(url_for("workspaces.index"), 303)


@pages.post("/name")
def rename() -> Response | tuple[str, int]:
    form = NameForm()
    if not form.validate_on_submit():
        return _page(form, NameForm(formdata=None)), 422
    try:
        with desk().writing.begin() as cabinet:
            accounts.rename_workspace(cabinet, principal().workspace_id, form.name.data)
            witness.about(form.name.data, before=principal().workspace)
    except Conflict as fault:
        form.name.errors = [fault.message]
        return _page(form, NameForm(formdata=None)), 422
    flash("The workspace has its new name.", "good")
    return redirect(url_for("workspaces.index"), 303)


@pages.post("/<uuid:workspace_id>/enter")
def enter(workspace_id: UUID) -> Response:
    """Of this browser alone: another one stays where it is."""
    with desk().writing.begin() as cabinet:
        room = web_sessions.enter(cabinet, str(session[COOKIE_KEY]), str(workspace_id), desk().clock())
        witness.about(room.name)
    flash(f"You are in {room.name} now.", "good")
    return redirect(url_for("overview.show"), 303)


def _page(name: NameForm, new: NameForm) -> str:
    with desk().reading() as cabinet:
        mine = accounts.workspaces_of(cabinet, principal().user_id)
    rooms = sorted(mine, key=lambda each: each[0].name.casefold())
    return render_template("workspaces.html", rooms=rooms, name=name, new=new)
