"""R15, R17, R18, R19: in by e-mail and password, the password changed, forgotten and made anew."""

import re
import statistics
import time

import pytest
from factories.desk import OURS, PASSWORD, House, csrf, enter, press
from flask.testing import FlaskClient
from sqlalchemy import select

from mitigap.store import accounts, database, links
from mitigap.store.people import AuditEntry, Purpose
from mitigap.store.schema import Role
from mitigap.store.sign_in_counts import MOST
from service.pages.sign_in import WRONG

OTHER = "another few plain words"


@pytest.fixture
def browser(house: House) -> FlaskClient:
    return house.app.test_client()


def acts(house: House, workspace: str = OURS) -> list[str]:
    with house.context.readers() as session:
        room = accounts.ensure_workspace(session, workspace).id
        return list(
            session.scalars(
                select(AuditEntry.act).where(AuditEntry.workspace_id == room).order_by(AuditEntry.created_at)
            )
        )


def test_the_right_password_opens(house: House, browser: FlaskClient) -> None:
    answer = enter(browser, f" {house.password().upper()} ")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert "admin@blue.example" in browser.get("/").text
    assert acts(house) == ["sign-in.done"]


def test_r18_a_wrong_password_and_an_unknown_user_get_the_same_answer(house: House, browser: FlaskClient) -> None:
    known = house.password()
    told = [enter(browser, email, "not the right words") for email in (known, "nobody@blue.example")]
    assert [each.status_code for each in told] == [422, 422]
    pages = [each.text.replace(known, "…").replace("nobody@blue.example", "…") for each in told]
    assert WRONG in pages[0]
    assert [page.split("csrf_token")[0] for page in pages] == [pages[0].split("csrf_token")[0]] * 2
    assert acts(house) == ["sign-in.failed"]


def test_r18_an_unknown_user_takes_as_long(house: House, browser: FlaskClient) -> None:
    spent = {}
    for email in (house.password(), "nobody@blue.example"):
        times = []
        for _ in range(4):
            began = time.process_time()
            enter(browser, email, "not the right words")
            times.append(time.process_time() - began)
        spent[email] = statistics.median(times)
    slower, faster = max(spent.values()), min(spent.values())
    assert slower < 2 * faster


@pytest.mark.parametrize("known", [True, False])
def test_r18_an_account_is_closed_before_the_tenth_failure_whatever_a_client_says(house: House, known: bool) -> None:
    email = house.password() if known else "nobody@blue.example"
    statuses = []
    for number in range(10):
        client = house.app.test_client()
        data = {"csrf_token": csrf(client, "/sign-in"), "email": email, "password": "wrong words again"}
        answer = client.post("/sign-in", data=data, headers={"X-Forwarded-For": f"10.0.0.{number}"})
        statuses.append(answer.status_code)
    assert statuses == [422] * MOST + [429] * (10 - MOST)
    assert 0 < int(answer.headers["Retry-After"]) <= 15 * 60
    right = enter(house.app.test_client(), email)
    assert right.status_code == 429
    assert house.app.test_client().get(house.link()).status_code == 303


def test_the_form_names_what_is_missing(browser: FlaskClient) -> None:
    answer = enter(browser, "", "")
    assert answer.status_code == 422
    assert "Your e-mail address is missing." in answer.text
    assert "Your password is missing." in answer.text
    assert WRONG not in answer.text


def test_r17_the_door_asks_for_its_own_form(house: House, browser: FlaskClient) -> None:
    data = {"email": house.password(), "password": PASSWORD}
    assert browser.post("/sign-in", data=data).status_code == 400
    data["csrf_token"] = csrf(browser, "/sign-in")
    assert browser.post("/sign-in", data=data, headers={"Origin": "https://evil.example"}).status_code == 403


@pytest.mark.parametrize(
    ("told", "led"),
    [
        ("/inventories?x=1", "/inventories?x=1"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("http:/evil", "/"),
        ("/" + "x" * 5000, "/"),
        ("", "/"),
    ],
)
def test_r19_one_is_led_on_within_our_own_page_alone(house: House, browser: FlaskClient, told: str, led: str) -> None:
    assert enter(browser, house.password(), next=told).headers["Location"] == led


def test_whoever_asked_for_a_page_gets_it_after_signing_in(house: House, browser: FlaskClient) -> None:
    page = browser.get("/inventories?before=x").text
    assert 'name="next" value="/inventories?before=x"' in page


def test_signing_in_makes_a_new_session(house: House, browser: FlaskClient) -> None:
    email = house.password()
    browser.get("/sign-in")
    planted = browser.get_cookie("mitigap").value
    enter(browser, email)
    first = browser.get_cookie("mitigap").value
    enter(browser, email)
    assert len({planted, first, browser.get_cookie("mitigap").value}) == 3


def test_one_without_a_workspace_is_as_good_as_unknown(house: House, browser: FlaskClient) -> None:
    email = house.password(Role.VIEWER)
    with house.context.sessions.begin() as session:
        room = accounts.ensure_workspace(session, OURS).id
        accounts.remove_member(session, accounts.by_email(session, email).id, room)
    assert enter(browser, email).status_code == 422


def test_a_first_password_is_chosen_after_a_link(house: House) -> None:
    client = house.visitor()
    assert "Choose a password" in client.get("/settings/account").text
    assert press(client, "/settings/account/password", password=OTHER, again=OTHER).status_code == 303
    assert enter(house.app.test_client(), "admin@blue.example", OTHER).status_code == 303


def test_r15_a_changed_password_ends_every_other_session_and_link(house: House, browser: FlaskClient) -> None:
    email = house.password()
    elsewhere, link = house.visitor(), house.link()
    enter(browser, email)
    before = browser.get_cookie("mitigap").value
    answer = press(browser, "/settings/account/password", present=PASSWORD, password=OTHER, again=OTHER)
    assert answer.status_code == 303
    assert elsewhere.get("/").status_code == 401
    assert house.app.test_client().get(link).status_code == 410
    assert browser.get("/").status_code == 200
    elsewhere.set_cookie("mitigap", before)
    assert elsewhere.get("/").status_code == 401
    assert [enter(house.app.test_client(), email, each).status_code for each in (PASSWORD, OTHER)] == [422, 303]
    assert acts(house)[:3] == ["sign-in.done", "sign-in.done", "password.set"]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"present": "wrong words again"}, "This is not your present password."),
        ({"again": "something else again"}, "The two are not the same."),
        ({"password": "short", "again": "short"}, "Use 12 characters or more"),
        ({"password": "admin@blue.example", "again": "admin@blue.example"}, "easy to guess"),
        ({"password": "", "again": ""}, "The new password is missing."),
    ],
)
def test_a_password_is_not_changed_otherwise(
    house: House, browser: FlaskClient, fields: dict[str, str], told: str
) -> None:
    email = house.password()
    enter(browser, email)
    answer = press(
        browser, "/settings/account/password", **{"present": PASSWORD, "password": OTHER, "again": OTHER, **fields}
    )
    assert answer.status_code == 422
    assert told in answer.text
    assert enter(browser, email).status_code == 303


def test_r18_guessing_the_present_password_is_counted_too(house: House) -> None:
    house.password()
    client = house.visitor()
    fields = {"present": "wrong words again", "password": OTHER, "again": OTHER}
    statuses = {press(client, "/settings/account/password", **fields).status_code for _ in range(MOST + 1)}
    assert statuses == {422, 429}


def test_sessions_are_listed_and_ended(house: House) -> None:
    here, there = house.visitor(), house.visitor()
    page = here.get("/settings/account").text
    [path] = re.findall(r'action="(/settings/account/sessions/[0-9a-f-]{36}/end)"', page)
    assert press(here, path).status_code == 303
    assert (here.get("/").status_code, there.get("/").status_code) == (200, 401)
    assert press(here, path).status_code == 404
    third = house.visitor()
    press(here, "/settings/account/sessions/end")
    assert (here.get("/").status_code, third.get("/").status_code) == (200, 401)


def reset_link(house: House, email: str) -> str:
    with house.context.sessions.begin() as session:
        member = accounts.membership(session, email)
        now = database.now(session)
        return "/password/" + links.make(session, member.user_id, member.workspace_id, Purpose.PASSWORD, now)


def test_r15_a_link_sets_a_new_password_once_and_signs_nobody_in(house: House, browser: FlaskClient) -> None:
    email = house.password()
    elsewhere, link = house.visitor(), reset_link(house, email)
    fields = {"csrf_token": csrf(browser, link), "password": OTHER, "again": OTHER}
    assert browser.post(link, data=fields).headers["Location"] == "/sign-in"
    assert browser.get("/").status_code == 401
    assert elsewhere.get("/").status_code == 401
    assert enter(browser, email, OTHER).status_code == 303
    assert browser.get(link).status_code == 410
    assert browser.post(link, data={**fields, "csrf_token": csrf(browser)}).status_code == 410


def test_a_link_for_a_password_says_what_is_wrong_with_it(house: House, browser: FlaskClient) -> None:
    link = reset_link(house, house.password())
    told = browser.post(link, data={"csrf_token": csrf(browser, link), "password": "short", "again": "short"})
    assert told.status_code == 422
    assert "12 characters" in told.text
    assert browser.get(link).status_code == 200
