"""The whole line of a notification, through a real `mitigap serve`: from a schedule's run to a receiver."""

from pathlib import Path

import pytest
from api import Api
from houses import House, house
from receivers import receiver
from servers import until

from mitigap.store import accounts, database, tokens
from mitigap.store.schema import Role

pytestmark = [pytest.mark.xdist_group("serve"), pytest.mark.timeout(600)]

CONTROLS = b"Mitigation,Status\nM1017,Yes\nM1027,50%\n"


def program(opened: House) -> Api:
    engine = database.connect(f"sqlite:///{opened.folder / 'mitigap.db'}")
    with database.sessions(engine).begin() as session:
        user = accounts.create_user(session, "soc@blue.example", Role.ADMIN, "default")
        secret = tokens.create(session, user.email)
    engine.dispose()
    return Api(opened.url, secret)


def test_scheduled_run_is_told_once_and_a_repeat_without_change_is_not(tmp_path: Path) -> None:
    with receiver() as there, house(tmp_path / "data", {"MITIGAP_WEBHOOK_LOOPBACK": "true"}) as opened:
        api = program(opened)
        channel = api.post("/channels", {"kind": "webhook", "name": "Chat", "target": there.url})
        notify = {"channels": [channel["id"]], "rules": [{"on": "below", "score": 0.99}, {"on": "regression"}]}
        inventory = api.upload(CONTROLS, "controls.csv")["id"]
        order = {"inventory": inventory, "groups": ["Leafminer"], "preset": "weekly", "notify": notify}
        schedule = api.post("/schedules", order)["id"]
        for _ in range(2):
            run = api.post(f"/schedules/{schedule}/run", {})["id"]
            until(lambda run=run: api.look(f"/assessments/{run}")["state"] == "succeeded", "the run is done")
        api.post(f"/channels/{channel['id']}/test", {})
        until(lambda: len(there.said) >= 2, "the first run and the test are told")
        first, test = there.verified(channel["secret"])
        log = api.look(f"/channels/{channel['id']}/deliveries")["deliveries"]
    assert (first["type"], test["type"]) == ("assessment.below", "test")
    assert [group["id"] for group in first["data"]["groups"]] == ["G0077"]
    assert [each["event"] for each in log] == ["test", "assessment.below"]
    assert len(set(there.ids())) == 2
