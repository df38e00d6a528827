"""One's own account: the password, and where one is signed in."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, session, url_for
from werkzeug.wrappers import Response

from mitigap.store import accounts, links, passwords, second_factor, sign_in_counts, web_sessions
from mitigap.store.people import User
from service import arrival, browsers, witness
from service.access import principal
from service.account_forms import NewPasswordForm
from service.arrival import COOKIE_KEY
from service.desk import desk

WRONG = "This is not your present password."
ENDED = "Everybody else who used your account is signed out."

pages = Blueprint("account", __name__, url_prefix="/settings")


@pages.get("/account")
def show() -> str:
    return _page(NewPasswordForm(formdata=None))


@pages.post("/account/password")
def choose_password() -> Response | tuple[str, int]:
    """Every session ends and every link is void; this browser goes on under a new session."""
    form = NewPasswordForm()
    if not form.validate_on_submit() or not form.fits(principal().email) or not _present_fits(form):
        return _page(form), 422
    stored = passwords.kept(form.password.data)
    who = principal()
    with desk().writing.begin() as cabinet:
        passwords.put(cabinet, who.user_id, stored)
        web_sessions.end_all(cabinet, who.user_id)
        links.withdraw(cabinet, who.user_id)
        sign_in_counts.clear(cabinet, who.email)
        witness.about(who.email)
        told = arrival.opened_anew(cabinet, who.user_id, who.workspace_id)
    arrival.keep(told)
    flash(f"The password is set. {ENDED}", "good")
    return _back()


@pages.post("/account/sessions/<uuid:session_id>/end")
def end(session_id: UUID) -> Response:
    with desk().writing.begin() as cabinet:
        web_sessions.end_one(cabinet, principal().user_id, str(session_id))
        witness.about(principal().email)
    return _back()


@pages.post("/account/sessions/end")
def end_others() -> Response:
    with desk().writing.begin() as cabinet:
        web_sessions.end_all(cabinet, principal().user_id, but=str(session[COOKIE_KEY]))
        witness.about(principal().email, others=True)
    flash(ENDED, "good")
    return _back()


def _present_fits(form: NewPasswordForm) -> bool:
    """Guessing it is counted as guessing it at the door is."""
    who = principal()
    with desk().reading() as cabinet:
        stored = cabinet.get_one(User, who.user_id).password
    if stored is None:
        return True
    with desk().writing.begin() as cabinet:
        arrival.count(cabinet, who.email)
    right = passwords.fits(form.present.data or "", stored)
    form.present.errors = () if right else [WRONG]
    return right


def _page(form: NewPasswordForm) -> str:
    who = principal()
    secret = str(session[COOKIE_KEY])
    with desk().reading() as cabinet:
        user = cabinet.get_one(User, who.user_id)
        rows = web_sessions.listing(cabinet, who.user_id, desk().clock())
        second = second_factor.is_on(cabinet, who.user_id)
        codes = second_factor.codes_left(cabinet, who.user_id)
        rooms = {room.id: room.name for room, _ in accounts.workspaces_of(cabinet, who.user_id)}
    return render_template(
        "account.html",
        form=form,
        user=user,
        second=second,
        codes=codes,
        sessions=[browsers.view(row, rooms.get(row.workspace_id, ""), secret) for row in rows],
    )


def _back() -> Response:
    return redirect(url_for("account.show"), 303)
