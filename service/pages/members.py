"""Members of the workspace: who they are, what they may do, inviting others, and ways back in for who is locked out."""

from datetime import timedelta
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from mitigap.errors import Conflict, UserError
from mitigap.store import accounts, invitations, links, second_factor
from mitigap.store.people import Purpose, Role, User
from service import mailing, member_views, witness
from service.access import principal
from service.account_forms import InviteForm, RoleForm
from service.addresses import absolute
from service.desk import desk

PASSWORD_TTL = timedelta(hours=24)
ELSEWHERE = "They belong to other workspaces too: ask an operator for `mitigap user password`."
INVITED = """{by} invites you to the workspace "{workspace}" of Mitigap, as {role}.

Open this link within 7 days; it works once:

{link}
"""
RENEWED = """{by} has made a link for you to choose a new password for Mitigap.

Open it within 24 hours; it works once:

{link}

If you did not ask for it, tell your administrator.
"""

pages = Blueprint("members", __name__, url_prefix="/settings/members")


@pages.get("")
def index() -> str:
    return _page(InviteForm(formdata=None))


@pages.post("/invitations")
def invite() -> str | tuple[str, int]:
    """The link is in the letter, or else shown in this answer alone."""
    form = InviteForm()
    if not form.validate_on_submit():
        return _page(form), 422
    who = principal()
    role = Role(form.role.data)
    try:
        with desk().writing.begin() as cabinet:
            row, secret = invitations.make(cabinet, who.workspace_id, form.email.data, role, desk().clock())
            witness.about(row.email, role=role)
    except UserError as fault:
        form.email.errors = [fault.message]
        return _page(form), 422
    link = absolute(url_for("invitations.show", secret=secret))
    text = INVITED.format(by=who.email, workspace=who.workspace, role=role, link=link)
    sent = mailing.send(row.email, f"Your invitation to {who.workspace}", text)
    return _page(InviteForm(formdata=None), link=link, to=row.email, sent=sent), 201


@pages.post("/invitations/<uuid:invitation_id>/withdraw")
def withdraw(invitation_id: UUID) -> Response:
    with desk().writing.begin() as cabinet:
        row = invitations.withdraw(cabinet, principal().workspace_id, str(invitation_id), desk().clock())
        witness.about(row.email)
    flash("The invitation no longer works.", "good")
    return _back()


@pages.post("/<uuid:user_id>/role")
def change(user_id: UUID) -> Response | tuple[str, int]:
    form = RoleForm()
    with desk().writing.begin() as cabinet:
        user = _member(cabinet, user_id)
        if not form.validate_on_submit():
            return _page(InviteForm(formdata=None), fault="There is no such role."), 422
        try:
            accounts.set_role(cabinet, user.id, principal().workspace_id, Role(form.role.data))
        except Conflict as fault:
            flash(fault.message, "bad")
            return _back()
        witness.about(user.email, role=form.role.data)
    flash(f"{user.email} is {form.role.data} now.", "good")
    return _back()


@pages.post("/<uuid:user_id>/remove")
def remove(user_id: UUID) -> Response:
    with desk().writing.begin() as cabinet:
        user = _member(cabinet, user_id)
        try:
            accounts.remove_member(cabinet, user.id, principal().workspace_id)
        except Conflict as fault:
            flash(fault.message, "bad")
            return _back()
        witness.about(user.email)
    flash(f"{user.email} is no member any more.", "good")
    return _back()


@pages.post("/<uuid:user_id>/password")
def renew_password(user_id: UUID) -> tuple[str, int]:
    who = principal()
    with desk().writing.begin() as cabinet:
        user = _in_our_care(cabinet, user_id)
        now = desk().clock()
        secret = links.make(cabinet, user.id, who.workspace_id, Purpose.PASSWORD, now, ttl=PASSWORD_TTL)
        witness.about(user.email)
    link = absolute(url_for("passwords.ask", secret=secret))
    sent = mailing.send(user.email, "A new password for Mitigap", RENEWED.format(by=who.email, link=link))
    return _page(InviteForm(formdata=None), link=link, to=user.email, sent=sent, password=True), 201


@pages.post("/<uuid:user_id>/second-factor")
def drop_second_factor(user_id: UUID) -> Response:
    with desk().writing.begin() as cabinet:
        user = _in_our_care(cabinet, user_id)
        second_factor.drop(cabinet, user.id)
        witness.about(user.email)
    flash(f"{user.email} signs in without a second step until they set one up anew.", "good")
    return _back()


def _member(cabinet: Session, user_id: UUID) -> User:
    """NotFound for whoever is none here."""
    return cabinet.get_one(User, accounts.member(cabinet, str(user_id), principal().workspace_id).user_id)


def _in_our_care(cabinet: Session, user_id: UUID) -> User:
    """Conflict where it would open the door of a workspace that is not ours."""
    user = _member(cabinet, user_id)
    if not accounts.answers_for(cabinet, principal().user_id, user.id):
        raise Conflict(ELSEWHERE)
    return user


def _page(form: InviteForm, **told: object) -> str:
    with desk().reading() as cabinet:
        rows = member_views.members(cabinet)
        waiting = member_views.open_invitations(cabinet)
    words = {"form": form, "rows": rows, "waiting": waiting, "roles": member_views.ROLES, **told}
    return render_template("members.html", **words)


def _back() -> Response:
    return redirect(url_for("members.index"), 303)
