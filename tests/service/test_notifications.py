"""Settings → Notifications: pages that work without a script."""

import re

import pytest
from factories.desk import House, Program, csrf, press
from flask.testing import FlaskClient
from receivers import receiver
from sqlalchemy import select

from mitigap.store.notices import Outbox
from mitigap.store.schema import Role
from workers import notify

PLACE = "/settings/notifications"
HOSTILE = "<script>alert(1)</script>"
HOOK = {"kind": "webhook", "name": "Chat", "target": "https://hooks.example.com/mitigap"}


@pytest.fixture
def admin(house: House) -> FlaskClient:
    return house.visitor(Role.ADMIN)


def add(client: FlaskClient, **changes: str) -> str:
    """The path of a new channel's page."""
    answer = press(client, PLACE, **{**HOOK, **changes})
    assert answer.status_code in {201, 303}
    found = re.search(rf"{PLACE}/[0-9a-f-]+", answer.headers.get("Location") or answer.text)
    assert found
    return found[0]


def test_page_begins_empty_and_lists_what_is_added(admin: FlaskClient) -> None:
    assert "nobody is told of anything" in admin.get(PLACE).text
    add(admin, name=HOSTILE)
    page = admin.get(PLACE).text
    assert "&lt;script&gt;" in page
    assert HOSTILE not in page
    assert HOOK["target"] in page
    assert 'aria-current="page"' in page


def test_secret_is_shown_once_and_in_no_cookie(admin: FlaskClient) -> None:
    answer = press(admin, PLACE, **HOOK)
    secret = re.search(r'id="secret">(whsec_[^<]+)<', answer.text)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (201, "no-store")
    assert secret
    assert "Set-Cookie" not in answer.headers or secret[1] not in answer.headers["Set-Cookie"]
    [where] = set(re.findall(rf"{PLACE}/[0-9a-f-]{{36}}(?=\")", answer.text))
    assert "whsec_" not in admin.get(where).text
    another = press(admin, f"{where}/secret")
    assert "whsec_" in another.text
    assert secret[1] not in another.text


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"name": ""}, "Give it a name."),
        ({"target": ""}, "Say where to send."),
        ({"target": "http://10.0.0.1/"}, "not on the public internet"),
        ({"kind": "pigeon"}, "Choose a webhook or e-mail."),
        ({"kind": "email", "target": "soc@example.com"}, "MITIGAP_SMTP_HOST"),
    ],
)
def test_fault_is_told_beside_its_field_and_words_are_kept(
    admin: FlaskClient, changes: dict[str, str], told: str
) -> None:
    answer = press(admin, PLACE, **{**HOOK, "name": "Kept", **changes})
    assert answer.status_code == 422
    assert told in answer.text
    assert changes.get("name", "Kept") in answer.text


def test_form_of_another_page_is_refused(admin: FlaskClient) -> None:
    assert admin.post(PLACE, data=HOOK).status_code == 400
    assert (
        admin.post(PLACE, data={**HOOK, "csrf_token": csrf(admin)}, headers={"Origin": "https://a.example"}).status_code
        == 403
    )


def test_test_button_and_the_log(house: House) -> None:
    told = House(house.settings.data_dir, webhook_loopback=True)
    admin = told.visitor(Role.ADMIN)
    with receiver((500,)) as there:
        where = add(admin, target=there.url)
        for state in ("The receiver answered 500.", "Sent; the answer was 204."):
            assert press(admin, f"{where}/test").headers["Location"] == where
            waiting = admin.get(where).text
            assert "A worker will take it in a moment." in waiting
            assert 'http-equiv="refresh"' in waiting
            with told.context.readers() as session:
                rows = session.scalars(select(Outbox.id).where(Outbox.state == "pending")).all()
            notify.work(told.context, rows[0])
            page = admin.get(where).text
            assert state in page
            assert 'http-equiv="refresh"' not in page
    assert "Given up after one try." in page


def test_channel_is_switched_off_and_on_and_taken_away(admin: FlaskClient) -> None:
    where = add(admin)
    press(admin, f"{where}/switch")
    page = admin.get(where).text
    assert "switched off" in page
    assert "Send a test" not in page
    assert (
        "This channel is switched off."
        in admin.post(f"{where}/test", data={"csrf_token": csrf(admin)}, follow_redirects=True).text
    )
    press(admin, f"{where}/switch")
    assert "Send a test" in admin.get(where).text
    assert press(admin, f"{where}/delete").headers["Location"] == PLACE
    assert admin.get(where).status_code == 404


def test_who_may_not_change_channels_sees_no_buttons(house: House, program: Program) -> None:
    channel = program.channel()
    for role in (Role.VIEWER, Role.ANALYST):
        visitor = house.visitor(role)
        for page in (PLACE, f"{PLACE}/{channel}"):
            assert "Send a test" not in visitor.get(page).text
            assert "Add a channel" not in visitor.get(page).text


def test_schedule_s_page_says_who_is_told_and_when(house: House, program: Program) -> None:
    channel, schedule = program.channel(name=HOSTILE), program.schedule()
    page, analyst = f"/schedules/{schedule}", house.visitor(Role.ANALYST)
    asked = {"tell": channel, "on": ["below", "failure"], "below": "62.5", "excel": "1"}
    assert press(analyst, f"{page}/notify", **asked).headers["Location"] == page
    assert program.get(f"/schedules/{schedule}").json["notify"] == {
        "channels": [channel],
        "rules": [{"on": "below", "score": 0.625}, {"on": "failure"}],
        "excel": True,
    }
    shown = analyst.get(page).text
    assert HOSTILE not in shown
    assert 'value="62.5"' in shown
    assert re.findall(r'name="on" value="(\w+)" checked', shown) == ["failure", "below"]
    told = house.visitor(Role.VIEWER).get(page).text
    assert "When a run failed; or something moved and a score is below 62.5 %." in told
    assert 'name="tell"' not in told
    press(analyst, f"{page}/notify")
    assert program.get(f"/schedules/{schedule}").json["notify"]["channels"] == []


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"on": "below"}, "Say below which score."),
        ({"on": "below", "below": "120"}, "A score lies between 0 and 100 %."),
        ({"on": "below", "below": "much"}, "Not a valid decimal value."),
    ],
)
def test_what_cannot_be_told_of_is_said(house: House, program: Program, asked: dict[str, str], told: str) -> None:
    schedule = program.schedule(notify={"channels": [program.channel()]})
    analyst = house.visitor(Role.ANALYST)
    answer = press(analyst, f"/schedules/{schedule}/notify", **asked)
    assert told in analyst.get(answer.headers["Location"]).text


def test_without_a_channel_the_schedule_s_page_leads_to_them(house: House, program: Program) -> None:
    page = house.visitor(Role.ANALYST).get(f"/schedules/{program.schedule()}").text
    assert "there is no channel yet" in page
    assert PLACE in page
