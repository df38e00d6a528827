"""Notifications on the page: where this workspace is told, a new place, one with its log, and a test of it."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Redirect

from mitigap.errors import Conflict, DestinationRefused
from mitigap.store import channels, notifications
from mitigap.store.notices import Channel, Medium
from service import addressing, postings
from service.access import principal
from service.channel_form import KINDS, ChannelForm
from service.desk import desk

pages = Blueprint("notifications", __name__, url_prefix="/settings/notifications")


@pages.get("")
def index() -> str:
    return _list(ChannelForm(formdata=None))


@pages.post("")
def add() -> str | tuple[str, int] | Redirect:
    """A webhook's page is the answer itself: its secret is shown here and nowhere else, not even in a cookie."""
    form = ChannelForm()
    if not form.validate_on_submit():
        return _list(form), 422
    try:
        with desk().writing.begin() as cabinet:
            row, secret = addressing.make(cabinet, Medium(form.kind.data), form.name.data, form.target.data)
    except (DestinationRefused, Conflict) as fault:
        form.target.errors = [fault.message]
        return _list(form), 422
    return (_one(row, secret), 201) if secret else _back(row.id)


@pages.get("/<uuid:channel_id>")
def show(channel_id: UUID) -> str:
    with desk().reading() as cabinet:
        row = channels.get(cabinet, principal().workspace_id, str(channel_id))
    return _one(row)


@pages.post("/<uuid:channel_id>/test")
def test(channel_id: UUID) -> Redirect:
    return _done(channel_id, lambda cabinet, one: notifications.try_out(cabinet, *one))


@pages.post("/<uuid:channel_id>/switch")
def switch(channel_id: UUID) -> Redirect:
    """On where it is off, off where it is on."""

    def turn(cabinet: Session, one: tuple[str, str]) -> None:
        channels.change(cabinet, *one, enabled=not channels.get(cabinet, *one).enabled)

    return _done(channel_id, turn)


@pages.post("/<uuid:channel_id>/secret")
def renew(channel_id: UUID) -> str | Redirect:
    one = (principal().workspace_id, str(channel_id))
    try:
        with desk().writing.begin() as cabinet:
            secret = channels.renew_secret(cabinet, *one)
            row = channels.get(cabinet, *one)
    except Conflict as fault:
        flash(fault.message, "bad")
        return _back(channel_id)
    return _one(row, secret)


@pages.post("/<uuid:channel_id>/delete")
def remove(channel_id: UUID) -> Redirect:
    with desk().writing.begin() as cabinet:
        channels.remove(cabinet, principal().workspace_id, str(channel_id))
    flash("The channel is gone, and its log with it.", "good")
    return redirect(url_for("notifications.index"), 303)


def _list(form: ChannelForm) -> str:
    with desk().reading() as cabinet:
        rows = channels.listing(cabinet, principal().workspace_id)
    return render_template(
        "notifications.html",
        rows=[postings.channel(row) for row in rows],
        form=form,
        kinds=KINDS,
        mails=desk().settings.mails,
    )


def _one(row: Channel, secret: str = "") -> str:
    with desk().reading() as cabinet:
        log = [postings.posting(entry) for entry in notifications.log_of(cabinet, row.id)]
    return render_template("channel.html", channel=postings.channel(row), log=log, secret=secret)


def _done(channel_id: UUID, do: Callable[[Session, tuple[str, str]], object]) -> Redirect:
    """Back to the channel's page, where a refusal is shown."""
    try:
        with desk().writing.begin() as cabinet:
            do(cabinet, (principal().workspace_id, str(channel_id)))
    except Conflict as fault:
        flash(fault.message, "bad")
    return _back(channel_id)


def _back(channel_id: UUID | str) -> Redirect:
    return redirect(url_for("notifications.show", channel_id=channel_id), 303)
