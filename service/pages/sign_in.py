"""The ways in: e-mail and password, the second step, the one-time link; and the way out."""

from flask import Blueprint, flash, make_response, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from mitigap.store import accounts, links, web_sessions
from mitigap.store.audit import Act
from mitigap.store.people import Purpose
from service import arrival, witness
from service.account_forms import CodeForm, SignInForm
from service.addresses import own_path
from service.arrival import COOKIE_KEY
from service.desk import desk

LONGEST_SECRET = 200
WRONG = "The e-mail address or the password is wrong."
WRONG_CODE = "This code is wrong, or has been used."

pages = Blueprint("sign_in", __name__)


@pages.get("/sign-in")
def ask() -> str:
    """`?next=` is where to go on, if it is a path of ours."""
    return render_template("sign_in.html", form=SignInForm(formdata=None), next=own_path(request.args.get("next")))


@pages.post("/sign-in")
def enter() -> Response:
    form = SignInForm()
    user = arrival.knock(form.email.data, form.password.data) if form.validate_on_submit() else None
    if user is None:
        wrong = None if form.errors else WRONG
        page = render_template("sign_in.html", form=form, wrong=wrong, next=own_path(form.next.data))
        return make_response(page, 422)
    with desk().reading() as cabinet:
        room = accounts.workspaces_of(cabinet, user.id)[0][0]
    return arrival.let_in(user.id, room.id, "password", form.next.data)


@pages.get("/sign-in/code")
def ask_code() -> str | Response:
    if arrival.SECOND_KEY not in session:
        return redirect(url_for("sign_in.ask"), 303)
    return render_template("sign_in_code.html", form=CodeForm(formdata=None))


@pages.post("/sign-in/code")
def prove() -> Response:
    form = CodeForm()
    answer = arrival.prove(form.code.data) if form.validate_on_submit() else None
    if answer is None:
        form.code.errors = form.code.errors or [WRONG_CODE]
        return make_response(render_template("sign_in_code.html", form=form), 422)
    return answer


@pages.get("/sign-in/<secret>")
def redeem(secret: str) -> Response:
    """The link of `mitigap serve` is opened, not sent: this one GET changes something, once.

    Whoever only looks what is there (HEAD, a browser that fetches ahead) does not use it up.
    """
    if request.method == "HEAD" or "Sec-Purpose" in request.headers:
        return make_response("", 204)
    with desk().writing.begin() as cabinet:
        whose = links.redeem(cabinet, secret[:LONGEST_SECRET], Purpose.SIGN_IN, desk().clock())
    if whose is None:
        page = render_template("sign_in.html", form=SignInForm(formdata=None), stale=True, next=own_path(None))
        return make_response(page, 410)
    return arrival.let_in(*whose, "link")


@pages.post("/sign-out")
def leave() -> Response:
    secret = session.get(COOKIE_KEY)
    if isinstance(secret, str):
        with desk().writing.begin() as cabinet:
            web_sessions.end(cabinet, secret)
            witness.tell(cabinet, Act.SIGN_OUT)
    session.clear()
    flash("You are signed out.", "good")
    return redirect(url_for("sign_in.ask"), 303)
