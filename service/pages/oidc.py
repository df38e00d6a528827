"""In by another's word: away to the issuer, and back with a proof."""

from importlib.util import find_spec

import structlog
from flask import Blueprint, abort, make_response, redirect, render_template, request, session, url_for
from httpx import HTTPError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from mitigap.errors import MitigapError, SettingsRefused
from mitigap.settings import Settings
from mitigap.store import accounts, audit
from mitigap.store.audit import Act, Actor
from mitigap.store.people import Role
from service import arrival, witness
from service.account_forms import SignInForm
from service.addresses import absolute, own_path
from service.desk import desk

KEY = "oidc"
REFUSED = "The single sign-on did not prove who you are, or you may not come in here. Ask your administrator."
AWAY = "The single sign-on cannot be reached just now."

log = structlog.get_logger(__name__)

pages = Blueprint("oidc", __name__, url_prefix="/sign-in/oidc")


def name(settings: Settings) -> str:
    """What the button says; empty where there is none. SettingsRefused where it could not work."""
    if settings.single_sign_on and not (find_spec("authlib") and find_spec("joserfc")):
        raise SettingsRefused("MITIGAP_OIDC_ISSUER needs the extra `oidc`: pip install 'mitigap[oidc]'.")
    return settings.oidc_name if settings.single_sign_on else ""


@pages.get("")
def begin() -> Response:
    """`?next=` is where to go on, if it is a path of ours."""
    from service import single_sign_on  # noqa: PLC0415 - an optional extra

    settings = _settings()
    question = single_sign_on.asked()
    try:
        away = single_sign_on.address(settings, question, _back())
    except (MitigapError, OSError, HTTPError) as fault:
        return _refused(AWAY, 503, fault)
    kept = (question.state, question.nonce, question.verifier)
    session[KEY] = [*kept, own_path(request.args.get("next"))]
    return redirect(away, 303)


@pages.get("/callback")
def finish() -> Response:
    """What was asked is forgotten first: no answer serves twice."""
    from service import single_sign_on  # noqa: PLC0415 - an optional extra

    settings = _settings()
    state, nonce, verifier, after = session.pop(KEY, ["", "", "", "/"])
    question = single_sign_on.Asked(state=state, nonce=nonce, verifier=verifier)
    try:
        if not state:
            raise single_sign_on.NotProven
        email = single_sign_on.email(settings, question, request.args.to_dict(), _back())
    except (MitigapError, OSError, HTTPError) as fault:
        return _refused(REFUSED, 403, fault)
    with desk().writing.begin() as cabinet:
        place = _place(cabinet, settings, email)
    return arrival.let_in(*place, "single sign-on", after) if place else _refused(REFUSED, 403)


def _place(cabinet: Session, settings: Settings, email: str) -> tuple[str, str] | None:
    """Who it is, and in which workspace. One who is new comes into the one that the settings name."""
    user = accounts.by_email(cabinet, email)
    rooms = accounts.workspaces_of(cabinet, user.id) if user else []
    if user and rooms:
        return user.id, rooms[0][0].id
    if not settings.oidc_workspace:
        return None
    made = accounts.create_user(cabinet, email, Role(settings.oidc_role), settings.oidc_workspace)
    room = accounts.ensure_workspace(cabinet, settings.oidc_workspace)
    actor = Actor(name=email, user_id=made.id, via="single sign-on", address=witness.address())
    audit.record(cabinet, Act.MEMBER_JOIN, actor, room.id, email, role=settings.oidc_role)
    return made.id, room.id


def _settings() -> Settings:
    settings = desk().settings
    return settings if settings.single_sign_on else abort(404)


def _back() -> str:
    return absolute(url_for("oidc.finish"))


def _refused(words: str, status: int, fault: BaseException | None = None) -> Response:
    log.warning("single sign-on refused", why=repr(fault.__cause__ or fault) if fault else "no place for them")
    page = render_template("sign_in.html", form=SignInForm(formdata=None), wrong=words, next=own_path(None))
    return make_response(page, status)
