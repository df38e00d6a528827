"""The one-time link in, and the way out. The cookie holds a session's secret; everything else about it is a row."""

from flask import Blueprint, flash, make_response, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from mitigap.store import accounts
from service.access import COOKIE_KEY
from service.desk import desk

LONGEST_SECRET = 200

pages = Blueprint("sign_in", __name__)


@pages.get("/sign-in")
def ask() -> str:
    return render_template("sign_in.html")


@pages.get("/sign-in/<secret>")
def redeem(secret: str) -> Response:
    """The link of `mitigap serve` is opened, not sent: this one GET changes something, once.

    Whoever only looks what is there (HEAD, a browser that fetches ahead) does not use it up.
    """
    if request.method == "HEAD" or "Sec-Purpose" in request.headers:
        return make_response("", 204)
    with desk().writing.begin() as cabinet:
        opened = accounts.redeem_link(cabinet, secret[:LONGEST_SECRET], desk().clock())
    if opened is None:
        return make_response(render_template("sign_in.html", stale=True), 410)
    session.clear()  # nothing of before the sign-in lives on after it
    session[COOKIE_KEY] = opened
    session.permanent = True
    return redirect(url_for("start.show"), 303)


@pages.post("/sign-out")
def leave() -> Response:
    secret = session.get(COOKIE_KEY)
    if isinstance(secret, str):
        with desk().writing.begin() as cabinet:
            accounts.end_session(cabinet, secret)
    session.clear()
    flash("You are signed out.", "good")
    return redirect(url_for("sign_in.ask"), 303)
