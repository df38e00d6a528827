from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from servers import at_once
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from mitigap.errors import Conflict, NotFound, UserError
from mitigap.store import accounts, database, expiry, links, tokens, web_sessions
from mitigap.store.accounts import PERMISSIONS, Permission, Principal
from mitigap.store.schema import Purpose, Role, SignInLink, Token, WebSession

EMAIL = "analyst@example.org"


@pytest.fixture
def session(sessions: sessionmaker[Session]) -> Iterator[Session]:
    with sessions.begin() as session:
        accounts.create_user(session, EMAIL, Role.ANALYST, "SOC")
        yield session


def principal(session: Session, **token: Any) -> Principal | None:
    return tokens.principal_of(session, tokens.create(session, EMAIL, **token))


def test_token_names_its_owner_and_workspace(session: Session) -> None:
    found = principal(session)
    assert (found.email, found.workspace, found.role, found.read_only) == (EMAIL, "SOC", Role.ANALYST, False)


def test_token_is_stored_hashed_and_long_enough(session: Session) -> None:
    secret = tokens.create(session, EMAIL)
    stored = session.scalars(select(Token)).one()
    assert secret not in {stored.hash, stored.name, stored.id}
    assert len(secret.removeprefix(tokens.TOKEN_PREFIX)) * 6 >= 128


def test_two_tokens_differ(session: Session) -> None:
    assert tokens.create(session, EMAIL) != tokens.create(session, EMAIL)


@pytest.mark.parametrize("secret", ["", "mitigap_wrong", "\0", "é" * 400])
def test_wrong_token_names_nobody(session: Session, secret: str) -> None:
    assert tokens.principal_of(session, secret) is None


def test_revoked_token_names_nobody(session: Session) -> None:
    secret = tokens.create(session, EMAIL)
    found = tokens.principal_of(session, secret)
    [token] = tokens.listing(session, found.user_id, found.workspace_id)
    tokens.revoke(session, found.user_id, found.workspace_id, token.id)
    assert tokens.principal_of(session, secret) is None


def test_nobody_revokes_a_stranger_s_token(session: Session) -> None:
    other = accounts.create_user(session, "other@example.org", Role.ADMIN, "SOC")
    tokens.create(session, EMAIL)
    token = session.scalars(select(Token)).one()
    with pytest.raises(NotFound):
        tokens.revoke(session, other.id, token.workspace_id, token.id)


def test_use_of_a_token_is_noted_once_a_minute(session: Session) -> None:
    secret = tokens.create(session, EMAIL)
    assert not tokens.use_is_noted(session, secret)
    tokens.note_use(session, secret)
    assert tokens.use_is_noted(session, secret)
    first = session.scalars(select(Token.last_used_at)).one()
    tokens.note_use(session, secret)
    assert session.scalars(select(Token.last_used_at)).one() == first


def redeemed(session: Session, link: str, now: datetime) -> str | None:
    """A session's secret out of a sign-in link."""
    whose = links.redeem(session, link, Purpose.SIGN_IN, now)
    return web_sessions.start(session, *whose, now) if whose else None


def rights(session: Session, role: Role, **token: Any) -> set[Permission]:
    accounts.create_user(session, "other@example.org", Role.ADMIN, "SOC")
    accounts.create_user(session, EMAIL, role, "SOC")
    return set(filter(principal(session, **token).may, Permission))


def test_read_only_token_may_only_read_whatever_the_role(session: Session) -> None:
    assert all(rights(session, role, read_only=True) == {Permission.READ} for role in Role)


def test_role_table_decides(session: Session) -> None:
    assert {role: rights(session, role) for role in Role} == PERMISSIONS


def test_link_signs_in_once(session: Session) -> None:
    now = database.now(session)
    link = links.create(session, EMAIL, now)
    secret = redeemed(session, link, now)
    assert web_sessions.principal_of(session, secret, now).email == EMAIL
    assert redeemed(session, link, now) is None


def test_link_expires(session: Session) -> None:
    now = database.now(session)
    link = links.create(session, EMAIL, now, timedelta(minutes=5))
    assert redeemed(session, link, now + timedelta(minutes=5)) is None


def test_of_many_who_redeem_one_link_one_is_let_in(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        accounts.create_user(session, EMAIL, Role.ANALYST, "SOC")
        now = database.now(session)
        link = links.create(session, EMAIL, now)

    def redeem(_number: int) -> str | None:
        with sessions.begin() as session:
            return redeemed(session, link, now)

    assert sum(secret is not None for secret in at_once(redeem, 8)) == 1


def test_session_expires_and_ends(session: Session) -> None:
    now = database.now(session)
    secret = redeemed(session, links.create(session, EMAIL, now), now)
    assert web_sessions.principal_of(session, secret, now + web_sessions.SESSION_TTL) is None
    web_sessions.end(session, secret)
    assert web_sessions.principal_of(session, secret, now) is None


def test_secrets_of_sessions_and_links_are_stored_hashed(session: Session) -> None:
    now = database.now(session)
    link = links.create(session, EMAIL, now)
    secret = redeemed(session, link, now)
    kept = {session.scalars(select(SignInLink.hash)).one(), session.scalars(select(WebSession.hash)).one()}
    assert not kept & {link, secret}


def test_a_changed_role_ends_the_sessions_and_holds_for_tokens(session: Session) -> None:
    now = database.now(session)
    token = tokens.create(session, EMAIL)
    secret = redeemed(session, links.create(session, EMAIL, now), now)
    found = web_sessions.principal_of(session, secret, now)
    accounts.set_role(session, found.user_id, found.workspace_id, Role.ANALYST)
    assert web_sessions.principal_of(session, secret, now) == found
    accounts.set_role(session, found.user_id, found.workspace_id, Role.VIEWER)
    assert web_sessions.principal_of(session, secret, now) is None
    assert tokens.principal_of(session, token).role is Role.VIEWER


def test_the_last_admin_stays_one(session: Session) -> None:
    first = accounts.create_user(session, "first@example.org", Role.ADMIN, "SOC")
    room = accounts.ensure_workspace(session, "SOC").id
    with pytest.raises(Conflict, match="needs an administrator"):
        accounts.set_role(session, first.id, room, Role.ANALYST)
    with pytest.raises(Conflict, match="needs an administrator"):
        accounts.remove_member(session, first.id, room)
    accounts.create_user(session, EMAIL, Role.ADMIN, "SOC")
    accounts.remove_member(session, first.id, room)
    assert accounts.members(session, room) == [(accounts.by_email(session, EMAIL), Role.ADMIN)]


def test_of_two_admins_who_remove_each_other_at_once_one_stays(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        admins = [accounts.create_user(session, f"{n}@example.org", Role.ADMIN, "SOC").id for n in range(2)]
        room = accounts.ensure_workspace(session, "SOC").id

    def remove(number: int) -> bool:
        try:
            with sessions.begin() as session:
                accounts.remove_member(session, admins[number], room)
        except Conflict:
            return False
        return True

    assert sorted(at_once(remove, 2)) == [False, True]


def test_workspaces_are_made_and_renamed_under_names_of_their_own(session: Session) -> None:
    user = accounts.by_email(session, EMAIL)
    lab = accounts.create_workspace(session, "Lab", user.id)
    assert {(room.name, role) for room, role in accounts.workspaces_of(session, user.id)} == {
        ("SOC", Role.ANALYST),
        ("Lab", Role.ADMIN),
    }
    for name in ("SOC", "soc"):
        with pytest.raises(Conflict):
            accounts.create_workspace(session, name, user.id)
        with pytest.raises(Conflict):
            accounts.rename_workspace(session, lab.id, name)
    accounts.rename_workspace(session, lab.id, "Laboratory")
    assert accounts.workspaces(session)[0] == (lab, 1)


def test_the_workspace_entered_last_comes_first(session: Session) -> None:
    now = database.now(session)
    user = accounts.by_email(session, EMAIL)
    soc = accounts.ensure_workspace(session, "SOC")
    lab = accounts.create_workspace(session, "Lab", user.id)
    secret = web_sessions.start(session, user.id, soc.id, now)
    assert accounts.workspaces_of(session, user.id)[0][0] == soc
    web_sessions.enter(session, secret, lab.id, now + timedelta(seconds=1))
    assert accounts.workspaces_of(session, user.id)[0][0] == lab
    assert web_sessions.principal_of(session, secret, now).role is Role.ADMIN
    with pytest.raises(NotFound):
        web_sessions.enter(session, secret, accounts.ensure_workspace(session, "Foreign").id, now)


def test_an_admin_answers_only_for_those_who_are_nowhere_else(session: Session) -> None:
    user = accounts.by_email(session, EMAIL)
    boss = accounts.create_user(session, "boss@example.org", Role.ADMIN, "SOC")
    assert accounts.answers_for(session, boss.id, user.id)
    accounts.create_user(session, EMAIL, Role.VIEWER, "Lab")
    assert not accounts.answers_for(session, boss.id, user.id)
    accounts.create_user(session, boss.email, Role.ANALYST, "Lab")
    assert not accounts.answers_for(session, boss.id, user.id)


def test_a_session_left_alone_ends(session: Session) -> None:
    now = database.now(session)
    secret = redeemed(session, links.create(session, EMAIL, now), now)
    later = now + web_sessions.IDLE
    assert web_sessions.principal_of(session, secret, later) is None
    web_sessions.note(session, secret, now + timedelta(hours=1))
    assert web_sessions.principal_of(session, secret, later)


def test_one_purpose_does_not_serve_another(session: Session) -> None:
    now = database.now(session)
    link = links.create(session, EMAIL, now)
    assert links.redeem(session, link, Purpose.PASSWORD, now) is None
    assert links.look(session, link, Purpose.PASSWORD, now) is None
    assert links.look(session, link, Purpose.SIGN_IN, now)


def test_removed_member_loses_sessions_and_tokens(session: Session) -> None:
    now = database.now(session)
    token = tokens.create(session, EMAIL)
    secret = redeemed(session, links.create(session, EMAIL, now), now)
    found = tokens.principal_of(session, token)
    accounts.create_user(session, "other@example.org", Role.ADMIN, "SOC")
    accounts.remove_member(session, found.user_id, found.workspace_id)
    accounts.create_user(session, EMAIL, Role.VIEWER, "SOC")
    assert tokens.principal_of(session, token) is None
    assert web_sessions.principal_of(session, secret, now) is None


def test_expired_sessions_and_links_are_forgotten(session: Session) -> None:
    now = database.now(session)
    redeemed(session, links.create(session, EMAIL, now), now)
    expiry.forget(session, now + web_sessions.SESSION_TTL)
    assert session.scalars(select(WebSession)).all() == session.scalars(select(SignInLink)).all() == []


def test_user_of_two_workspaces_names_one(session: Session) -> None:
    accounts.create_user(session, EMAIL, Role.VIEWER, "Lab")
    with pytest.raises(UserError, match="several workspaces"):
        tokens.create(session, EMAIL)
    assert principal(session, workspace="Lab").role is Role.VIEWER


def test_email_is_one_whatever_its_case(session: Session) -> None:
    assert accounts.create_user(session, " Analyst@Example.ORG ", Role.ADMIN, "SOC").email == EMAIL
    assert principal(session).role is Role.ADMIN


@pytest.mark.parametrize(
    "email", ["", "nobody", "@host", "name@", "two words@host", "two@at@host", "a\nb@host", "a\x00@host"]
)
def test_what_is_no_address_is_refused(session: Session, email: str) -> None:
    with pytest.raises(UserError, match="not an e-mail address"):
        accounts.create_user(session, email, Role.VIEWER, "SOC")


def test_unknown_user_is_named(session: Session) -> None:
    with pytest.raises(NotFound, match=r"nobody@example\.org"):
        tokens.create(session, "nobody@example.org")


def test_members_are_listed_with_their_roles(session: Session) -> None:
    accounts.create_user(session, "viewer@example.org", Role.VIEWER, "SOC")
    room = accounts.ensure_workspace(session, "SOC")
    assert [(user.email, role) for user, role in accounts.members(session, room.id)] == [
        (EMAIL, Role.ANALYST),
        ("viewer@example.org", Role.VIEWER),
    ]
