"""Channels over the API, and the orders of schedules that name them."""

from typing import Any

import pytest
from factories.desk import THEIRS, House, Program
from receivers import receiver

from mitigap.store.schema import Role
from workers import notify

URL = "https://hooks.example.com/team/secret-part?token=secret"
HOOK = {"kind": "webhook", "name": "Chat", "target": URL}


@pytest.fixture
def open_house(house: House) -> House:
    """One whose webhooks may go to this machine."""
    return House(house.settings.data_dir, webhook_loopback=True)


def test_secret_is_told_when_it_is_made_and_never_again(program: Program) -> None:
    made = program.post("/channels", json=HOOK)
    assert (made.status_code, made.json["secret"][:6]) == (201, "whsec_")
    where = made.headers["Location"].removeprefix("/api/v1")
    found = program.get(where).json
    assert found == {name: value for name, value in made.json.items() if name != "secret"}
    assert (found["kind"], found["name"], found["target"], found["enabled"]) == ("webhook", "Chat", URL, True)
    assert made.json["secret"] not in program.get("/channels").text
    assert program.patch(where, json={"name": "Talk"}).json["secret"] is None
    other = program.patch(where, json={"new_secret": True}).json["secret"]
    assert other.startswith("whsec_")
    assert other != made.json["secret"]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST])
def test_address_is_whole_only_for_who_may_change_it(house: House, program: Program, role: Role) -> None:
    channel = program.post("/channels", json=HOOK).json["id"]
    shown = Program(house, house.token(role)).get(f"/channels/{channel}").json["target"]
    assert shown == "https://hooks.example.com/…"
    assert "secret" not in house.visitor(role).get("/settings/notifications").text
    assert "secret" not in Program(house, house.token(read_only=True)).get("/channels").text


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"target": "http://127.0.0.1:8000/"}, "not on the public internet"),
        ({"target": "http://169.254.169.254/latest/meta-data"}, "not on the public internet"),
        ({"target": "ftp://hooks.example.com/"}, "begins with https://"),
        ({"target": "https://user:word@hooks.example.com/"}, "user or a password"),
        ({"target": ""}, "target"),
        ({"kind": "pigeon"}, "kind"),
        ({"name": "   "}, "name"),
        ({"kind": "email", "target": "soc@example.com"}, "MITIGAP_SMTP_HOST"),
        ({"secret": "mine"}, "secret"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_a_reason(program: Program, changes: dict[str, object], told: str) -> None:
    answer = program.post("/channels", json={**HOOK, **changes})
    assert answer.status_code == 422
    assert told in answer.json["detail"]
    assert program.get("/channels").json["channels"] == []


def test_change_is_held_to_the_same(program: Program) -> None:
    channel = program.channel()
    assert program.patch(f"/channels/{channel}", json={"target": "http://10.0.0.1/"}).status_code == 422
    changed = program.patch(f"/channels/{channel}", json={"name": "Talk", "enabled": False}).json
    assert (changed["name"], changed["enabled"]) == ("Talk", False)
    assert program.post(f"/channels/{channel}/test").status_code == 409


def test_channel_goes_with_its_log(program: Program) -> None:
    channel = program.channel()
    assert program.post(f"/channels/{channel}/test").status_code == 202
    assert program.delete(f"/channels/{channel}").status_code == 204
    assert program.get(f"/channels/{channel}").status_code == 404
    assert program.get(f"/channels/{channel}/deliveries").status_code == 404


def test_log_tells_how_a_test_went(open_house: House) -> None:
    program = Program(open_house, open_house.token())
    with receiver((500,)) as there:
        made = program.post("/channels", json={**HOOK, "target": there.url}).json
        told = [program.post(f"/channels/{made['id']}/test").json["id"] for _ in range(2)]
        for each in told:
            notify.work(open_house.context, each)
    assert len(there.verified(made["secret"])) == 2
    second, first = program.get(f"/channels/{made['id']}/deliveries").json["deliveries"]
    assert (first["id"], first["event"], first["state"], first["next_try_at"]) == (told[0], "test", "given-up", None)
    assert [(each["sent"], each["status"], each["error"]) for each in first["tries"]] == [
        (False, None, "The receiver answered 500.")
    ]
    assert [(each["sent"], each["status"], each["error"]) for each in second["tries"]] == [(True, 204, None)]
    assert len(program.get(f"/channels/{made['id']}/deliveries?limit=1").json["deliveries"]) == 1


def test_mailbox_is_kept_where_mail_can_be_sent(house: House) -> None:
    told = House(house.settings.data_dir, smtp_host="mail.example.com", smtp_from="mitigap@example.com")
    program = Program(told, told.token())
    mailbox = {"kind": "email", "name": "SOC", "target": "soc@example.com"}
    assert program.post("/channels", json=mailbox).json["secret"] is None
    assert program.post("/channels", json={**mailbox, "target": "soc@example.com\nBcc: a@b.example"}).status_code == 422
    assert Program(told, told.token(Role.VIEWER)).get("/channels").json["channels"][0]["target"] == "…@example.com"


def test_schedule_names_the_channels_it_tells(program: Program) -> None:
    inventory = program.inventory()
    notify = {"channels": [program.channel()], "rules": [{"on": "below", "score": 0.5}, {"on": "failure"}]}
    schedule = program.schedule(inventory, notify=notify)
    assert program.get(f"/schedules/{schedule}").json["notify"] == notify
    assert program.patch(f"/schedules/{schedule}", json={"notify": {}}).json["notify"] == {}


@pytest.mark.parametrize("notify", [{"rules": [{"on": "below"}]}, {"rules": [{"on": "luck"}]}, {"who": "everybody"}])
def test_order_that_cannot_be_read_is_refused(program: Program, notify: dict[str, Any]) -> None:
    inventory = program.inventory()
    order = {"inventory": inventory, "groups": ["Leafminer"], "preset": "weekly"}
    schedule = program.schedule(inventory)
    for answer in (
        program.post("/schedules", json={**order, "notify": notify}),
        program.patch(f"/schedules/{schedule}", json={"notify": notify}),
    ):
        assert (answer.status_code, answer.json["detail"][:8]) == (422, "notify: ")


def test_r13_channel_of_another_workspace_cannot_be_told(house: House, program: Program) -> None:
    other = Program(house, house.token(workspace=THEIRS)).channel()
    order = {"inventory": program.inventory(), "groups": ["Leafminer"], "preset": "weekly"}
    told = [
        program.post("/schedules", json={**order, "notify": {"channels": [channel]}})
        for channel in (other, "2b2f1c9e-0000-4000-8000-000000000000")
    ]
    assert [answer.status_code for answer in told] == [404, 404]
    assert told[0].data == told[1].data


def test_assessment_asked_for_by_hand_tells_too(house: House, program: Program) -> None:
    channel, inventory = program.channel(), program.inventory()
    notify = {"channels": [channel], "rules": [{"on": "below", "score": 0.9}]}
    order = {"inventory": inventory, "groups": ["Leafminer"], "notify": notify}
    made = program.post("/assessments", json=order).json["id"]
    program.post("/assessments", json={**order, "notify": {**notify, "rules": [{"on": "below", "score": 0}]}})
    [told] = program.get(f"/channels/{channel}/deliveries").json["deliveries"]
    assert (told["assessment"], told["event"], told["state"]) == (made, "assessment.below", "pending")
    refused = program.post("/assessments", json={**order, "notify": {"channels": ["gone"]}})
    assert refused.status_code == 404
