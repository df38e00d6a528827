"""From a stranger to somebody who is signed in: password, second step, session, and what is written down of it."""

from datetime import timedelta

import structlog
from apiflask import HTTPError
from flask import redirect, request, session, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from mitigap.store import accounts, audit, links, passwords, second_factor, sign_in_counts, web_sessions
from mitigap.store.audit import Act, Actor
from mitigap.store.people import Purpose, User
from mitigap.store.web_sessions import Browser
from service import witness
from service.addresses import own_path
from service.desk import desk

COOKIE_KEY = "session"
SECOND_KEY = "second"
AFTER_KEY = "after"
SECOND_STEP_TTL = timedelta(minutes=10)
TOO_OFTEN = "Too many tries for this account. Try again in {minutes} minutes, or sign in by a link."

log = structlog.get_logger(__name__)


def knock(email: str, password: str) -> User | None:
    """Whose password it is. Nothing in the answer, its time included, tells whether there is such an account."""
    with desk().writing.begin() as cabinet:
        count(cabinet, email)
        user = accounts.by_email(cabinet, email)
        known = user if user is not None and accounts.workspaces_of(cabinet, user.id) else None
    if passwords.fits(password, known.password if known else None):
        return known
    refused(known, "password")
    return None


def count(cabinet: Session, email: str) -> None:
    """One more try for the account; 429 where there were too many of them."""
    witness.aside(cabinet)
    wait = sign_in_counts.take(cabinet, email.strip().lower(), desk().clock())
    if wait is not None:
        seconds = int(wait.total_seconds()) + 1
        told = TOO_OFTEN.format(minutes=seconds // 60 + 1)
        raise HTTPError(429, told, headers={"Retry-After": str(seconds)})


def refused(user: User | None, what: str) -> None:
    """Write down that it was wrong, where there is somebody whom it concerns."""
    log.info("sign-in refused", what=what, known=user is not None, address=witness.address())
    if user is not None:
        with desk().writing.begin() as cabinet:
            actor = Actor(name=user.email, via=what, address=witness.address())
            audit.record_of_user(cabinet, Act.SIGN_IN_FAILED, actor, user.id, user.email)


def let_in(user_id: str, workspace_id: str, via: str, after: str | None = None) -> Response:
    """To the second step where there is one, else straight in."""
    with desk().writing.begin() as cabinet:
        if not second_factor.is_on(cabinet, user_id):
            told = _opened(cabinet, user_id, workspace_id, via)
            return signed_in(told, after)
        now = desk().clock()
        step = links.make(cabinet, user_id, workspace_id, Purpose.SECOND_STEP, now, ttl=SECOND_STEP_TTL)
    session.clear()
    session[SECOND_KEY] = step
    session[AFTER_KEY] = own_path(after)
    return redirect(url_for("sign_in.ask_code"), 303)


def prove(code: str) -> Response | None:
    """In, where the code is right; None where it is wrong. Its tries are counted with those of the password."""
    step = str(session.get(SECOND_KEY, ""))
    with desk().writing.begin() as cabinet:
        now = desk().clock()
        link = links.look(cabinet, step, Purpose.SECOND_STEP, now)
        if link is None:
            return redirect(url_for("sign_in.ask"), 303)
        user = cabinet.get_one(User, link.user_id)
        count(cabinet, user.email)
        right = second_factor.fits(cabinet, user.id, code, now) and links.redeem(
            cabinet, step, Purpose.SECOND_STEP, now
        )
        if right:
            told = _opened(cabinet, user.id, link.workspace_id, "second factor")
            return signed_in(told, session.get(AFTER_KEY))
    refused(user, "second factor")
    return None


def opened_anew(cabinet: Session, user_id: str, workspace_id: str) -> str:
    """The secret of a session in place of the present one."""
    now = desk().clock()
    life = timedelta(seconds=desk().settings.session_life)
    return web_sessions.start(cabinet, user_id, workspace_id, now, ttl=life, browser=browser())


def signed_in(secret: str, after: str | None = None) -> Response:
    """Nothing of before the sign-in lives on after it: a cookie that somebody has planted is worth nothing."""
    keep(secret)
    return redirect(own_path(after), 303)


def keep(secret: str) -> None:
    session.clear()
    session[COOKIE_KEY] = secret
    session.permanent = True


def browser() -> Browser:
    return Browser(address=witness.address(), agent=request.headers.get("User-Agent", ""))


def _opened(cabinet: Session, user_id: str, workspace_id: str, via: str) -> str:
    user = cabinet.get_one(User, user_id)
    sign_in_counts.clear(cabinet, user.email)
    actor = Actor(name=user.email, user_id=user.id, via=via, address=witness.address())
    audit.record(cabinet, Act.SIGN_IN, actor, workspace_id, user.email)
    return opened_anew(cabinet, user_id, workspace_id)
