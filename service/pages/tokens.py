"""One's own API tokens in this workspace: which there are, a new one, one less."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from mitigap.store import tokens
from service import witness
from service.access import principal
from service.account_forms import TokenForm
from service.desk import desk

pages = Blueprint("tokens", __name__, url_prefix="/settings/tokens")


@pages.get("")
def index() -> str:
    return _page(TokenForm(formdata=None))


@pages.post("")
def make() -> tuple[str, int]:
    """The answer is the one place where the secret stands."""
    form = TokenForm()
    if not form.validate_on_submit():
        return _page(form), 422
    who = principal()
    told = {"name": form.name.data, "read_only": form.scope.data == "read"}
    with desk().writing.begin() as cabinet:
        row, secret = tokens.make(cabinet, who.user_id, who.workspace_id, **told)
        witness.about(row.name, id=row.id, read_only=row.read_only)
    return _page(TokenForm(formdata=None), secret), 201


@pages.post("/<uuid:token_id>/revoke")
def revoke(token_id: UUID) -> Response:
    who = principal()
    with desk().writing.begin() as cabinet:
        tokens.revoke(cabinet, who.user_id, who.workspace_id, str(token_id))
    flash("The token works no more.", "good")
    return redirect(url_for("tokens.index"), 303)


def _page(form: TokenForm, secret: str = "") -> str:
    with desk().reading() as cabinet:
        rows = tokens.listing(cabinet, principal().user_id, principal().workspace_id)
    return render_template("tokens.html", rows=rows, form=form, secret=secret)
