"""Watch-lists on the page: which there are, a new one, and one with its groups to change."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Redirect

from mitigap.errors import CatalogueUnknown, Conflict, GroupAmbiguous, GroupUnknown
from mitigap.store import catalogs, watchlists
from mitigap.store.schema import CatalogueRow, Watchlist
from service import presenters
from service.access import principal
from service.desk import desk
from service.groups import entries
from service.shelf import named
from service.watching import OFFERED, members
from service.watchlist_form import WatchlistForm

pages = Blueprint("watchlists", __name__, url_prefix="/watchlists")


@pages.get("")
def index() -> str:
    return _list(WatchlistForm(formdata=None))


@pages.post("")
def create() -> str | tuple[str, int] | Redirect:
    form = WatchlistForm()
    if form.validate_on_submit():
        with desk().writing.begin() as cabinet:
            row = _made(cabinet, form)
        if row:
            return redirect(url_for("watchlists.show", watchlist_id=row.id), 303)
    return _list(form), 422


@pages.get("/<uuid:watchlist_id>")
def show(watchlist_id: UUID) -> str:
    with desk().reading() as cabinet:
        row = watchlists.get(cabinet, principal().workspace_id, str(watchlist_id))
        form = WatchlistForm(formdata=None)
        form.name.data = row.name
        form.groups.data = ", ".join(f"{each} = {weight:g}" if weight != 1 else each for each, weight in _sorted(row))
        return _one(cabinet, row, form)


@pages.post("/<uuid:watchlist_id>")
def change(watchlist_id: UUID) -> tuple[str, int] | Redirect:
    form = WatchlistForm()
    fine = form.validate_on_submit()
    with desk().writing.begin() as cabinet:
        row = watchlists.get(cabinet, principal().workspace_id, str(watchlist_id))
        if not (fine and _changed(cabinet, row, form)):
            return _one(cabinet, row, form), 422
    flash("The watch-list is changed. What was assessed by it stays as it was.", "good")
    return redirect(url_for("watchlists.show", watchlist_id=watchlist_id), 303)


@pages.post("/<uuid:watchlist_id>/delete")
def remove(watchlist_id: UUID) -> Redirect:
    try:
        with desk().writing.begin() as cabinet:
            watchlists.remove(cabinet, principal().workspace_id, str(watchlist_id))
    except Conflict as fault:
        flash(fault.message, "bad")
        return redirect(url_for("watchlists.show", watchlist_id=watchlist_id), 303)
    flash("The watch-list is gone. What was assessed by it stays.", "good")
    return redirect(url_for("watchlists.index"), 303)


def _made(cabinet: Session, form: WatchlistForm) -> Watchlist | None:
    """None where the form names what is not there, the fault then standing beside its field."""
    try:
        row = named(cabinet, form.catalog.data)
        groups = members(cabinet, row, form.texts, form.weights)
        return watchlists.create(cabinet, principal().workspace_id, form.name.data, row.domain, groups)
    except (CatalogueUnknown, GroupUnknown, GroupAmbiguous) as fault:
        form.groups.errors = (fault.message,)
    except Conflict as fault:
        form.name.errors = (fault.message,)
    return None


def _changed(cabinet: Session, row: Watchlist, form: WatchlistForm) -> bool:
    try:
        groups = members(cabinet, _shelf(cabinet, row), form.texts, form.weights)
        watchlists.change(cabinet, principal().workspace_id, row.id, name=form.name.data, groups=groups)
    except (GroupUnknown, GroupAmbiguous) as fault:
        form.groups.errors = (fault.message,)
    except Conflict as fault:
        form.name.errors = (fault.message,)
    else:
        return True
    return False


def _shelf(cabinet: Session, row: Watchlist) -> CatalogueRow:
    return catalogs.latest(cabinet, principal().workspace_id, row.domain)


def _sorted(row: Watchlist) -> list[tuple[str, float]]:
    """The heaviest first."""
    return sorted(row.groups.items(), key=lambda each: (-each[1], each[0]))


def _list(form: WatchlistForm) -> str:
    workspace = principal().workspace_id
    with desk().reading() as cabinet:
        rows = watchlists.listing(cabinet, workspace, limit=OFFERED)
        shelf = [presenters.catalogue(row) for row in catalogs.listing(cabinet, workspace)]
    return render_template("watchlists.html", rows=rows, form=form, catalogs=shelf, domains=presenters.DOMAINS)


def _one(cabinet: Session, row: Watchlist, form: WatchlistForm) -> str:
    shelf = _shelf(cabinet, row)
    names = {each.id: each for each in entries(catalogs.groups(cabinet, shelf.id))}
    return render_template(
        "watchlist.html",
        row=row,
        form=form,
        catalog=presenters.catalogue(shelf),
        groups=[(each, names.get(each), weight) for each, weight in _sorted(row)],
    )
