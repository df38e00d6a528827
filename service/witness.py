"""Who is told of in the audit log: what each writing endpoint does, put down in the transaction that does it."""

from collections.abc import Mapping
from typing import Any

from flask import g, has_request_context, request
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction, sessionmaker

from mitigap.store import audit
from mitigap.store.audit import Act, Actor
from service.security import SAFE_METHODS

ACTS: Mapping[str, Act] = {
    "start.submit": Act.ASSESS,
    "start.try_sample": Act.ASSESS,
    "jobs.cancel": Act.JOB_CANCEL,
    "jobs.retry": Act.JOB_RETRY,
    "catalogs.load": Act.CATALOGUE,
    "previews.order": Act.PREVIEW,
    "previews.accept": Act.PREVIEW_ACCEPT,
    "schedules.create": Act.SCHEDULE_MAKE,
    "schedules.tell": Act.SCHEDULE_CHANGE,
    "schedules.pause": Act.SCHEDULE_CHANGE,
    "schedules.resume": Act.SCHEDULE_CHANGE,
    "schedules.run": Act.SCHEDULE_RUN,
    "schedules.remove": Act.SCHEDULE_DELETE,
    "notifications.add": Act.CHANNEL_MAKE,
    "notifications.test": Act.CHANNEL_TEST,
    "notifications.switch": Act.CHANNEL_CHANGE,
    "notifications.renew": Act.CHANNEL_CHANGE,
    "notifications.remove": Act.CHANNEL_DELETE,
    "imports.begin": Act.IMPORT,
    "imports.sample": Act.IMPORT,
    "imports.choose_columns": Act.IMPORT,
    "imports.choose_values": Act.IMPORT,
    "imports.finish": Act.UPLOAD,
    "imports.discard": Act.IMPORT,
    "words.add": Act.WORDS,
    "words.change": Act.WORDS,
    "words.remove": Act.WORDS,
    "api.replace_words": Act.WORDS,
    "watchlists.create": Act.WATCHLIST_MAKE,
    "watchlists.change": Act.WATCHLIST_CHANGE,
    "watchlists.remove": Act.WATCHLIST_DELETE,
    "api.create_watchlist": Act.WATCHLIST_MAKE,
    "api.change_watchlist": Act.WATCHLIST_CHANGE,
    "api.delete_watchlist": Act.WATCHLIST_DELETE,
    "api.create_inventory": Act.UPLOAD,
    "api.create_revision": Act.UPLOAD,
    "api.create_assessment": Act.ASSESS,
    "api.create_preview": Act.PREVIEW,
    "api.cancel_job": Act.JOB_CANCEL,
    "api.retry_job": Act.JOB_RETRY,
    "api.create_schedule": Act.SCHEDULE_MAKE,
    "api.change_schedule": Act.SCHEDULE_CHANGE,
    "api.delete_schedule": Act.SCHEDULE_DELETE,
    "api.run_schedule": Act.SCHEDULE_RUN,
    "api.create_channel": Act.CHANNEL_MAKE,
    "api.change_channel": Act.CHANNEL_CHANGE,
    "api.delete_channel": Act.CHANNEL_DELETE,
    "api.test_channel": Act.CHANNEL_TEST,
    "api.create_catalog": Act.CATALOGUE,
    "look.change": Act.LOOK,
    "account.choose_password": Act.PASSWORD,
    "account.end": Act.SESSION_END,
    "account.end_others": Act.SESSION_END,
    "second_factor.confirm": Act.SECOND_FACTOR_ON,
    "second_factor.renew": Act.RECOVERY_CODES,
    "second_factor.drop": Act.SECOND_FACTOR_OFF,
    "workspaces.make": Act.WORKSPACE_MAKE,
    "workspaces.rename": Act.WORKSPACE_RENAME,
    "workspaces.enter": Act.WORKSPACE_ENTER,
    "members.invite": Act.INVITE,
    "members.withdraw": Act.INVITATION_WITHDRAW,
    "members.change": Act.ROLE,
    "members.remove": Act.MEMBER_REMOVE,
    "members.renew_password": Act.PASSWORD_LINK,
    "members.drop_second_factor": Act.SECOND_FACTOR_OFF,
    "tokens.make": Act.TOKEN_MAKE,
    "tokens.revoke": Act.TOKEN_REVOKE,
    "api.create_token": Act.TOKEN_MAKE,
    "api.delete_token": Act.TOKEN_REVOKE,
}
"""Endpoint by endpoint. A test asks for a row here, or among BY_HAND, for everything that is not a GET."""

BY_HAND = frozenset(
    {
        "sign_in.enter",
        "sign_in.prove",
        "sign_in.leave",
        "passwords.choose",
        "invitations.take",
        "second_factor.begin",
    }
)
"""These tell it themselves: nobody is signed in yet, or the act is told in several workspaces; or it is none."""

WROTE = "mitigap.wrote"
ASIDE = "mitigap.aside"


def watch(writing: sessionmaker[Session]) -> None:
    """Put an entry beside what a request's first writing transaction does: neither is without the other."""
    event.listen(writing, "do_orm_execute", _note_statement)
    event.listen(writing, "after_flush", _note_flush)
    event.listen(writing, "before_commit", _tell)


def about(subject: str, **detail: Any) -> None:
    """What this request's entry is to say beyond who and when. Without it: the ids in the URL."""
    g.about = (subject, detail)


def tell(cabinet: Session, act: Act, subject: str = "", **detail: Any) -> None:
    """An entry of whoever is signed in."""
    audit.record(cabinet, act, actor(), g.principal.workspace_id, subject, **detail)


def aside(cabinet: Session) -> None:
    """What this transaction writes is not the act itself."""
    cabinet.info[ASIDE] = True


def actor() -> Actor:
    who = g.principal
    via = "token" if "Authorization" in request.headers else "session"
    return Actor(name=who.email, user_id=who.user_id, via=via, address=address())


def address() -> str:
    """As the connection has it; of what the client claims, only what our own proxies have put there is believed."""
    return (request.remote_addr or "")[:64]


def admitted() -> None:
    """From here on, what the request writes is an act."""
    g.admitted = True


def _note_statement(state: ORMExecuteState) -> None:
    if state.is_insert or state.is_update or state.is_delete:
        state.session.info[WROTE] = True


def _note_flush(session: Session, _context: UOWTransaction) -> None:
    session.info[WROTE] = True


def _tell(session: Session) -> None:
    if not has_request_context() or not g.get("admitted") or g.get("told") or request.method in SAFE_METHODS:
        return
    act = ACTS.get(request.endpoint or "")
    session.flush()
    if act is not None and session.info.get(WROTE) and not session.info.get(ASIDE):
        g.told = True
        subject, detail = g.get("about", (" ".join(map(str, (request.view_args or {}).values())), {}))
        tell(session, act, subject, **detail)
