"""Taking an invitation. Who has an account signs in to it first: a link alone opens nobody's account but a new one."""

from flask import Blueprint, flash, g, make_response, redirect, render_template, session, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from mitigap.store import accounts, audit, invitations, passwords, second_factor, sign_in_counts, web_sessions
from mitigap.store.audit import Act, Actor
from mitigap.store.people import Invitation, Workspace
from service import arrival, witness
from service.account_forms import NewPasswordForm
from service.arrival import COOKIE_KEY
from service.desk import desk

pages = Blueprint("invitations", __name__, url_prefix="/invitations")


@pages.get("/<secret>")
def show(secret: str) -> Response:
    return _page(secret, NewPasswordForm(formdata=None))


@pages.post("/<secret>")
def take(secret: str) -> Response:
    with desk().reading() as cabinet:
        row = invitations.look(cabinet, secret, desk().clock())
        known = row is not None and _is_known(cabinet, row.email)
    if row is None:
        return _page(secret, NewPasswordForm(formdata=None))
    if known:
        return _joined(secret) if _is_here(row) else _page(secret, NewPasswordForm(formdata=None), 403)
    form = NewPasswordForm()
    if not form.validate_on_submit() or not form.fits(row.email):
        return _page(secret, form, 422)
    return _founded(secret, passwords.kept(form.password.data))


def _joined(secret: str) -> Response:
    """The one who is signed in, into one more workspace."""
    told = str(session[COOKIE_KEY])
    with desk().writing.begin() as cabinet:
        row = invitations.take(cabinet, secret, desk().clock())
        if row is None:
            return _gone()
        _put_in(cabinet, row, g.principal.user_id, "session")
        web_sessions.enter(cabinet, told, row.workspace_id, desk().clock())
    return _welcome()


def _founded(secret: str, stored: str) -> Response:
    """A new account, or one that belongs nowhere any more and so has nothing left to lose."""
    with desk().writing.begin() as cabinet:
        row = invitations.take(cabinet, secret, desk().clock())
        if row is None or _is_known(cabinet, row.email):
            return _gone()
        user = accounts.ensure_user(cabinet, row.email)
        passwords.put(cabinet, user.id, stored)
        second_factor.drop(cabinet, user.id)
        web_sessions.end_all(cabinet, user.id)
        sign_in_counts.clear(cabinet, user.email)
        _put_in(cabinet, row, user.id, "invitation")
        told = arrival.opened_anew(cabinet, user.id, row.workspace_id)
    arrival.keep(told)
    return _welcome()


def _put_in(cabinet: Session, row: Invitation, user_id: str, via: str) -> None:
    accounts.put_in(cabinet, user_id, row.workspace_id, row.role)
    actor = Actor(name=row.email, user_id=user_id, via=via, address=witness.address())
    audit.record(cabinet, Act.MEMBER_JOIN, actor, row.workspace_id, row.email, role=row.role)


def _is_known(cabinet: Session, email: str) -> bool:
    user = accounts.by_email(cabinet, email)
    return user is not None and bool(accounts.workspaces_of(cabinet, user.id))


def _is_here(row: Invitation) -> bool:
    return g.principal is not None and g.principal.email == row.email


def _page(secret: str, form: NewPasswordForm, status: int = 200) -> Response:
    with desk().reading() as cabinet:
        row = invitations.look(cabinet, secret, desk().clock())
        if row is None:
            return _gone()
        known = _is_known(cabinet, row.email)
        room = cabinet.get_one(Workspace, row.workspace_id)
    page = render_template(
        "invitation.html", row=row, room=room, known=known, here=_is_here(row), secret=secret, form=form
    )
    return make_response(page, status)


def _gone() -> Response:
    return make_response(render_template("invitation.html", row=None), 410)


def _welcome() -> Response:
    flash("Welcome. This is what the workspace has.", "good")
    return redirect(url_for("overview.show"), 303)
