"""How this workspace's reports look: shown and changed by its admins."""

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as Redirect

from mitigap.branding import LONGEST_TITLE, MEANINGS, Branding
from mitigap.store import looks
from service import downloads
from service.access import principal
from service.desk import desk
from service.look_form import LookForm

pages = Blueprint("look", __name__, url_prefix="/settings/branding")


@pages.get("")
def show() -> str:
    found = _found()
    told = {"title": found.title, "accent": found.accent, "marking": found.marking or ""}
    return _page(LookForm(formdata=None, data=told), found)


@pages.post("")
def change() -> tuple[str, int] | Redirect:
    form = LookForm()
    if not form.validate_on_submit():
        return _page(form, _found()), 422
    with desk().writing.begin() as cabinet:
        workspace = principal().workspace_id
        looks.put(cabinet, workspace, form.wanted(looks.get(cabinet, workspace)))
    flash("Kept. Reports made from now on look like this; those that are made already stay as they are.", "good")
    return redirect(url_for("look.show"), 303)


@pages.get("/logo")
def logo() -> Response:
    picture = _found().logo
    if picture is None:
        abort(404)
    return downloads.attachment(picture.data, f"logo.{picture.format}", picture.media_type, shown=True)


def _found() -> Branding:
    with desk().reading() as cabinet:
        return looks.get(cabinet, principal().workspace_id)


def _page(form: LookForm, found: Branding) -> str:
    return render_template("look.html", form=form, found=found, meanings=MEANINGS, longest_title=LONGEST_TITLE)
