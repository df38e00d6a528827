from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from servers import at_once
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from mitigap.errors import NotFound, UserError
from mitigap.store import accounts, database
from mitigap.store.accounts import PERMISSIONS, Permission, Principal
from mitigap.store.schema import Role, SignInLink, Token, WebSession

EMAIL = "analyst@example.org"


@pytest.fixture
def session(sessions: sessionmaker[Session]) -> Iterator[Session]:
    with sessions.begin() as session:
        accounts.create_user(session, EMAIL, Role.ANALYST, "SOC")
        yield session


def principal(session: Session, **token: Any) -> Principal | None:
    return accounts.principal_of_token(session, accounts.create_token(session, EMAIL, **token))


def test_token_names_its_owner_and_workspace(session: Session) -> None:
    found = principal(session)
    assert (found.email, found.workspace, found.role, found.read_only) == (EMAIL, "SOC", Role.ANALYST, False)


def test_token_is_stored_hashed_and_long_enough(session: Session) -> None:
    secret = accounts.create_token(session, EMAIL)
    stored = session.scalars(select(Token)).one()
    assert secret not in {stored.hash, stored.name, stored.id}
    assert len(secret.removeprefix(accounts.TOKEN_PREFIX)) * 6 >= 128


def test_two_tokens_differ(session: Session) -> None:
    assert accounts.create_token(session, EMAIL) != accounts.create_token(session, EMAIL)


@pytest.mark.parametrize("secret", ["", "mitigap_wrong", "\0", "é" * 400])
def test_wrong_token_names_nobody(session: Session, secret: str) -> None:
    assert accounts.principal_of_token(session, secret) is None


def test_revoked_token_names_nobody(session: Session) -> None:
    secret = accounts.create_token(session, EMAIL)
    found = accounts.principal_of_token(session, secret)
    [token] = accounts.tokens(session, found.user_id, found.workspace_id)
    accounts.revoke_token(session, found.user_id, token.id)
    assert accounts.principal_of_token(session, secret) is None


def test_nobody_revokes_a_stranger_s_token(session: Session) -> None:
    other = accounts.create_user(session, "other@example.org", Role.ADMIN, "SOC")
    accounts.create_token(session, EMAIL)
    token = session.scalars(select(Token)).one()
    with pytest.raises(NotFound):
        accounts.revoke_token(session, other.id, token.id)


def test_use_of_a_token_is_noted_once_a_minute(session: Session) -> None:
    secret = accounts.create_token(session, EMAIL)
    assert not accounts.token_use_is_noted(session, secret)
    accounts.note_token_use(session, secret)
    assert accounts.token_use_is_noted(session, secret)
    first = session.scalars(select(Token.last_used_at)).one()
    accounts.note_token_use(session, secret)
    assert session.scalars(select(Token.last_used_at)).one() == first


def rights(session: Session, role: Role, **token: Any) -> set[Permission]:
    accounts.create_user(session, EMAIL, role, "SOC")
    return set(filter(principal(session, **token).may, Permission))


def test_read_only_token_may_only_read_whatever_the_role(session: Session) -> None:
    assert all(rights(session, role, read_only=True) == {Permission.READ} for role in Role)


def test_role_table_decides(session: Session) -> None:
    assert {role: rights(session, role) for role in Role} == PERMISSIONS


def test_link_signs_in_once(session: Session) -> None:
    now = database.now(session)
    link = accounts.create_sign_in_link(session, EMAIL, now)
    secret = accounts.redeem_link(session, link, now)
    assert accounts.principal_of_session(session, secret, now).email == EMAIL
    assert accounts.redeem_link(session, link, now) is None


def test_link_expires(session: Session) -> None:
    now = database.now(session)
    link = accounts.create_sign_in_link(session, EMAIL, now, timedelta(minutes=5))
    assert accounts.redeem_link(session, link, now + timedelta(minutes=5)) is None


def test_of_many_who_redeem_one_link_one_is_let_in(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        accounts.create_user(session, EMAIL, Role.ANALYST, "SOC")
        now = database.now(session)
        link = accounts.create_sign_in_link(session, EMAIL, now)

    def redeem(_number: int) -> str | None:
        with sessions.begin() as session:
            return accounts.redeem_link(session, link, now)

    assert sum(secret is not None for secret in at_once(redeem, 8)) == 1


def test_session_expires_and_ends(session: Session) -> None:
    now = database.now(session)
    secret = accounts.redeem_link(session, accounts.create_sign_in_link(session, EMAIL, now), now)
    assert accounts.principal_of_session(session, secret, now + accounts.SESSION_TTL) is None
    accounts.end_session(session, secret)
    assert accounts.principal_of_session(session, secret, now) is None


def test_secrets_of_sessions_and_links_are_stored_hashed(session: Session) -> None:
    now = database.now(session)
    link = accounts.create_sign_in_link(session, EMAIL, now)
    secret = accounts.redeem_link(session, link, now)
    kept = {session.scalars(select(SignInLink.hash)).one(), session.scalars(select(WebSession.hash)).one()}
    assert not kept & {link, secret}


def test_changed_role_holds_at_the_next_request(session: Session) -> None:
    now = database.now(session)
    secret = accounts.redeem_link(session, accounts.create_sign_in_link(session, EMAIL, now), now)
    found = accounts.principal_of_session(session, secret, now)
    accounts.set_role(session, found.user_id, found.workspace_id, Role.VIEWER)
    assert accounts.principal_of_session(session, secret, now).role is Role.VIEWER


def test_removed_member_loses_sessions_and_tokens(session: Session) -> None:
    now = database.now(session)
    token = accounts.create_token(session, EMAIL)
    secret = accounts.redeem_link(session, accounts.create_sign_in_link(session, EMAIL, now), now)
    found = accounts.principal_of_token(session, token)
    accounts.remove_member(session, found.user_id, found.workspace_id)
    accounts.create_user(session, EMAIL, Role.VIEWER, "SOC")
    assert accounts.principal_of_token(session, token) is None
    assert accounts.principal_of_session(session, secret, now) is None


def test_expired_sessions_and_links_are_forgotten(session: Session) -> None:
    now = database.now(session)
    accounts.redeem_link(session, accounts.create_sign_in_link(session, EMAIL, now), now)
    accounts.forget_expired(session, now + accounts.SESSION_TTL)
    assert session.scalars(select(WebSession)).all() == session.scalars(select(SignInLink)).all() == []


def test_user_of_two_workspaces_names_one(session: Session) -> None:
    accounts.create_user(session, EMAIL, Role.VIEWER, "Lab")
    with pytest.raises(UserError, match="several workspaces"):
        accounts.create_token(session, EMAIL)
    assert principal(session, workspace="Lab").role is Role.VIEWER


def test_email_is_one_whatever_its_case(session: Session) -> None:
    assert accounts.create_user(session, " Analyst@Example.ORG ", Role.ADMIN, "SOC").email == EMAIL
    assert principal(session).role is Role.ADMIN


@pytest.mark.parametrize("email", ["", "nobody", "@host", "name@", "two words@host"])
def test_what_is_no_address_is_refused(session: Session, email: str) -> None:
    with pytest.raises(UserError, match="not an e-mail address"):
        accounts.create_user(session, email, Role.VIEWER, "SOC")


def test_unknown_user_is_named(session: Session) -> None:
    with pytest.raises(NotFound, match=r"nobody@example\.org"):
        accounts.create_token(session, "nobody@example.org")


def test_members_are_listed_with_their_roles(session: Session) -> None:
    accounts.create_user(session, "viewer@example.org", Role.VIEWER, "SOC")
    room = accounts.ensure_workspace(session, "SOC")
    assert [(user.email, role) for user, role in accounts.members(session, room.id)] == [
        (EMAIL, Role.ANALYST),
        ("viewer@example.org", Role.VIEWER),
    ]
