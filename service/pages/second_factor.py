"""The second step of one's own sign-in: set up with an app, recovery codes, given up."""

import segno
from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from mitigap.store import passwords, second_factor, sign_in_counts
from mitigap.store.people import SecondFactor, User
from service import arrival, witness
from service.access import principal
from service.account_forms import CodeForm, ProofForm
from service.desk import desk

WRONG_CODE = "This is not the code that the app shows just now."
WRONG_PROOF = "That is not right."
OFF = "Sign-in asks for no second step any more."

pages = Blueprint("second_factor", __name__, url_prefix="/settings/second-factor")


@pages.get("")
def show() -> str | Response:
    return _page(CodeForm(formdata=None), ProofForm(formdata=None))


@pages.post("/begin")
def begin() -> Response:
    with desk().writing.begin() as cabinet:
        second_factor.begin(cabinet, principal().user_id, desk().clock())
    return redirect(url_for("second_factor.show"), 303)


@pages.post("/confirm")
def confirm() -> Response | str | tuple[str | Response, int]:
    """The recovery codes stand in this answer alone."""
    form = CodeForm()
    codes = _confirmed(form.code.data) if form.validate_on_submit() else None
    if codes is None:
        form.code.errors = form.code.errors or [WRONG_CODE]
        return _page(form, ProofForm(formdata=None)), 422
    return render_template("recovery_codes.html", codes=codes)


@pages.post("/codes")
def renew() -> Response | str | tuple[str | Response, int]:
    form = ProofForm()
    if not _proved(form):
        return _page(CodeForm(formdata=None), form), 422
    with desk().writing.begin() as cabinet:
        sign_in_counts.clear(cabinet, principal().email)
        codes = second_factor.renew_codes(cabinet, principal().user_id, desk().clock())
        witness.about(principal().email)
    return render_template("recovery_codes.html", codes=codes)


@pages.post("/off")
def drop() -> Response | tuple[str | Response, int]:
    form = ProofForm()
    if not _proved(form):
        return _page(CodeForm(formdata=None), form), 422
    with desk().writing.begin() as cabinet:
        sign_in_counts.clear(cabinet, principal().email)
        second_factor.drop(cabinet, principal().user_id)
        witness.about(principal().email)
    flash(OFF, "good")
    return redirect(url_for("account.show"), 303)


def _confirmed(code: str) -> list[str] | None:
    who = principal()
    with desk().writing.begin() as cabinet:
        arrival.count(cabinet, who.email)
    with desk().writing.begin() as cabinet:
        if second_factor.is_on(cabinet, who.user_id):
            return None
        witness.about(who.email)
        codes = second_factor.confirm(cabinet, who.user_id, "".join(code.split()), desk().clock())
        if codes is not None:
            sign_in_counts.clear(cabinet, who.email)
        return codes


def _proved(form: ProofForm) -> bool:
    """By the password, or by a code where there is none; guessing is counted."""
    if not form.validate_on_submit():
        return False
    who = principal()
    with desk().writing.begin() as cabinet:
        arrival.count(cabinet, who.email)
        stored = cabinet.get_one(User, who.user_id).password
        by_code = stored is None and second_factor.fits(cabinet, who.user_id, form.proof.data, desk().clock())
    if by_code or (stored is not None and passwords.fits(form.proof.data, stored)):
        return True
    form.proof.errors = [WRONG_PROOF]
    return False


def _page(form: CodeForm, proof: ProofForm) -> str | Response:
    who = principal()
    with desk().reading() as cabinet:
        row = cabinet.get(SecondFactor, who.user_id)
        if row is None:
            return redirect(url_for("account.show"), 303)
        left = second_factor.codes_left(cabinet, who.user_id)
        has_password = cabinet.get_one(User, who.user_id).password is not None
    told = {"form": form, "proof": proof, "left": left, "has_password": has_password}
    if row.confirmed_at:
        return render_template("second_factor.html", since=row.confirmed_at, **told)
    uri = second_factor.address(row.secret, who.email)
    picture = segno.make(uri, error="m").svg_data_uri(scale=4, border=3)
    grouped = " ".join(row.secret[at : at + 4] for at in range(0, len(row.secret), 4))
    return render_template("second_factor.html", picture=picture, secret=grouped, **told)
