"""The second step: set up, asked for at every way in, no code twice, given up by password or by an administrator."""

import re
from datetime import UTC, datetime

import pyotp
import pytest
from factories.desk import PASSWORD, House, csrf, enter, press
from flask.testing import FlaskClient
from servers import at_once
from sqlalchemy import select

from mitigap.store import accounts, second_factor
from mitigap.store.people import RecoveryCode, Role
from mitigap.store.sign_in_counts import MOST

BASE = "/settings/second-factor"


def set_up(client: FlaskClient) -> tuple[str, list[str]]:
    """The app's secret, and the recovery codes."""
    press(client, f"{BASE}/begin")
    page = client.get(BASE).text
    secret = re.search(r'id="secret">([A-Z2-7 ]+)<', page)[1].replace(" ", "")
    assert 'src="data:image/svg+xml' in page
    answer = press(client, f"{BASE}/confirm", code=code(secret, -1))
    return secret, re.findall(r"<li><code>([a-z0-9-]+)</code></li>", answer.text)


def code(secret: str, steps: int = 0) -> str:
    """As the app shows it, so many half minutes from now."""
    return pyotp.TOTP(secret).at(int(datetime.now(UTC).timestamp()) + 30 * steps)


def prove(client: FlaskClient, told: str) -> int:
    return client.post("/sign-in/code", data={"csrf_token": csrf(client, "/sign-in/code"), "code": told}).status_code


@pytest.fixture
def email(house: House) -> str:
    return house.password()


@pytest.fixture
def owner(house: House, email: str) -> FlaskClient:
    client = house.app.test_client()
    enter(client, email)
    return client


def test_sign_in_asks_for_a_code_that_works_once(house: House, email: str, owner: FlaskClient) -> None:
    secret, _ = set_up(owner)
    client = house.app.test_client()
    answer = enter(client, email, next="/inventories")
    assert answer.headers["Location"] == "/sign-in/code"
    assert client.get("/").status_code == 401
    assert prove(client, code(secret, -1)) == 422
    assert prove(client, "000000") == 422
    told = code(secret)
    last = client.post(
        "/sign-in/code", data={"csrf_token": csrf(client, "/sign-in/code"), "code": f" {told[:3]} {told[3:]} "}
    )
    assert last.headers["Location"] == "/inventories"
    assert client.get("/").status_code == 200
    other = house.app.test_client()
    enter(other, email)
    assert prove(other, told) == 422


def test_a_recovery_code_works_once(house: House, email: str, owner: FlaskClient) -> None:
    _, codes = set_up(owner)
    assert len(set(codes)) == 10
    for expected in (303, 422):
        client = house.app.test_client()
        enter(client, email)
        assert prove(client, codes[0].upper()) == expected
    assert "9 recovery codes are left" in owner.get(BASE).text


def test_recovery_codes_are_kept_hashed(house: House, owner: FlaskClient) -> None:
    _, codes = set_up(owner)
    with house.context.readers() as session:
        assert not set(codes) & set(session.scalars(select(RecoveryCode.hash)))


def test_a_link_leads_to_the_second_step_too(house: House, owner: FlaskClient) -> None:
    secret, _ = set_up(owner)
    client = house.app.test_client()
    assert client.get(house.link()).headers["Location"] == "/sign-in/code"
    assert prove(client, code(secret)) == 303


def test_the_second_step_alone_is_worth_nothing(house: House) -> None:
    client = house.app.test_client()
    assert client.get("/sign-in/code").headers["Location"] == "/sign-in"
    token = csrf(client, "/sign-in")
    answer = client.post("/sign-in/code", data={"csrf_token": token, "code": "123456"})
    assert answer.headers["Location"] == "/sign-in"


def test_r18_guessing_codes_is_counted_with_the_passwords(house: House, email: str, owner: FlaskClient) -> None:
    set_up(owner)
    client = house.app.test_client()
    enter(client, email)
    told = csrf(client, "/sign-in/code")
    statuses = [
        client.post("/sign-in/code", data={"csrf_token": told, "code": f"{n:06}"}).status_code for n in range(10)
    ]
    assert statuses == [422] * (MOST - 1) + [429] * (11 - MOST)


def test_a_wrong_code_switches_nothing_on(house: House, email: str, owner: FlaskClient) -> None:
    press(owner, f"{BASE}/begin")
    assert press(owner, f"{BASE}/confirm", code="000000").status_code == 422
    assert enter(house.app.test_client(), email).headers["Location"] == "/"


def test_it_is_given_up_by_password_alone(house: House, email: str, owner: FlaskClient) -> None:
    set_up(owner)
    assert press(owner, f"{BASE}/off", proof="wrong words again").status_code == 422
    assert press(owner, f"{BASE}/off").status_code == 422
    assert press(owner, f"{BASE}/off", proof=PASSWORD).status_code == 303
    assert enter(house.app.test_client(), email).headers["Location"] == "/"


def test_without_a_password_a_code_gives_it_up(house: House) -> None:
    client = house.visitor(Role.ANALYST)
    secret, _ = set_up(client)
    assert press(client, f"{BASE}/off", proof="000000").status_code == 422
    assert press(client, f"{BASE}/off", proof=code(secret)).status_code == 303


def test_new_recovery_codes_replace_the_old_ones(house: House, email: str, owner: FlaskClient) -> None:
    _, old = set_up(owner)
    answer = press(owner, f"{BASE}/codes", proof=PASSWORD)
    new = re.findall(r"<li><code>([a-z0-9-]+)</code></li>", answer.text)
    client = house.app.test_client()
    enter(client, email)
    assert [prove(client, told) for told in (old[0], new[0])] == [422, 303]


def test_an_administrator_can_switch_a_members_off(house: House) -> None:
    email = house.password(Role.VIEWER)
    member = house.app.test_client()
    enter(member, email)
    set_up(member)
    with house.context.readers() as session:
        user = accounts.by_email(session, email).id
    admin = house.visitor()
    assert "Switch the second step off" in admin.get("/settings/members").text
    assert press(admin, f"/settings/members/{user}/second-factor").status_code == 303
    assert enter(house.app.test_client(), email).headers["Location"] == "/"


def test_of_many_who_send_one_code_at_once_one_is_let_in(house: House, email: str, owner: FlaskClient) -> None:
    secret, codes = set_up(owner)
    now = datetime.now(UTC)
    with house.context.readers() as session:
        user = accounts.by_email(session, email).id
    for told in (code(secret), codes[3]):

        def send(_number: int, told: str = told) -> bool:
            with house.context.sessions.begin() as session:
                return second_factor.fits(session, user, told, now)

        assert sum(at_once(send, 4)) == 1
