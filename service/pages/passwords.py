"""A new password by a one-time link, which an administrator or an operator has made."""

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from mitigap.store import audit, links, passwords, sign_in_counts, web_sessions
from mitigap.store.audit import Act, Actor
from mitigap.store.people import Purpose, User
from service import witness
from service.account_forms import NewPasswordForm
from service.desk import desk

pages = Blueprint("passwords", __name__, url_prefix="/password")


@pages.get("/<secret>")
def ask(secret: str) -> Response:
    with desk().reading() as cabinet:
        user = _owner(cabinet, secret)
    return _page(user, NewPasswordForm(formdata=None))


@pages.post("/<secret>")
def choose(secret: str) -> Response:
    """Nobody is signed in by it: what comes next is the usual way in, second step and all."""
    with desk().reading() as cabinet:
        user = _owner(cabinet, secret)
    form = NewPasswordForm()
    if user is None or not form.validate_on_submit() or not form.fits(user.email):
        return _page(user, form, 422)
    stored = passwords.kept(form.password.data)
    with desk().writing.begin() as cabinet:
        if links.redeem(cabinet, secret, Purpose.PASSWORD, desk().clock()) is None:
            return _page(None, form)
        _put(cabinet, user, stored)
    flash("The password is set. Sign in with it.", "good")
    return redirect(url_for("sign_in.ask"), 303)


def _put(cabinet: Session, user: User, stored: str) -> None:
    passwords.put(cabinet, user.id, stored)
    web_sessions.end_all(cabinet, user.id)
    links.withdraw(cabinet, user.id)
    sign_in_counts.clear(cabinet, user.email)
    actor = Actor(name=user.email, user_id=user.id, via="link", address=witness.address())
    audit.record_of_user(cabinet, Act.PASSWORD, actor, user.id, user.email)


def _owner(cabinet: Session, secret: str) -> User | None:
    link = links.look(cabinet, secret, Purpose.PASSWORD, desk().clock())
    return cabinet.get_one(User, link.user_id) if link else None


def _page(user: User | None, form: NewPasswordForm, status: int = 200) -> Response:
    return make_response(render_template("password.html", user=user, form=form), status if user else 410)
