from datetime import UTC, datetime

import pytest
from factories.desk import CONTROLS, House, Program, a_file
from factories.schedules import at

from mitigap.store import firing
from mitigap.store.schema import Role

DAILY = {"cron": "0 6 * * *", "timezone": "Europe/Berlin"}
ALWAYS = {"channels": [], "rules": [{"on": "always"}]}


def order(program: Program, **changes: object) -> dict[str, object]:
    return {"inventory": program.inventory(), "groups": ["leafminer"], **DAILY, **changes}


def fire(house: House, now: str) -> tuple[str, ...]:
    """As the tick would; the jobs are done at once."""
    with house.context.sessions.begin() as session:
        firing.settle(session)
        made = firing.fire(session, now=at(now)).jobs
    for job in made:
        house.work(job)
    return made


def test_a_schedule_is_made_and_looked_at(program: Program) -> None:
    answer = program.post("/schedules", json=order(program, name="Every day", notify=ALWAYS))
    assert answer.status_code == 201
    found = program.get(answer.headers["Location"].removeprefix("/api/v1")).json
    assert found == answer.json
    assert (found["name"], found["groups"], found["catalog"], found["domain"]) == (
        "Every day",
        ["G0077"],
        "latest",
        "enterprise-attack",
    )
    assert (found["words"], found["timezone"], found["enabled"]) == ("At 06:00 every day", "Europe/Berlin", True)
    assert (found["notify"], found["runs"], found["failures"]) == (ALWAYS, [], 0)
    assert len(found["next_runs"]) == 6
    assert found["next_runs"][0]["at"] == found["next_run_at"]
    assert [row["id"] for row in program.get("/schedules").json["schedules"]] == [found["id"]]


def test_presets_stand_for_expressions(program: Program) -> None:
    body = {"inventory": program.inventory(), "all_groups": True, "preset": "quarterly"}
    found = program.post("/schedules", json=body).json
    assert (found["cron"], found["timezone"], found["groups"]) == ("0 6 1 1,4,7,10 *", "UTC", None)


def test_a_catalogue_may_be_pinned(program: Program) -> None:
    pinned = next(row for row in program.get("/catalogs").json["catalogs"] if row["source"].endswith(".md"))
    found = program.post("/schedules", json=order(program, catalog=pinned["digest"])).json
    assert found["catalog"] == pinned["id"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"cron": "0 6 31 2 *"}, "never comes"),
        ({"cron": "*/5 * * * *"}, "15 minutes"),
        ({"cron": "0 0 6 * * *"}, "five fields"),
        ({"cron": None}, "cron"),
        ({"timezone": "Mars/Olympus"}, "no time zone"),
        ({"groups": ["Fancy Beer"]}, "Fancy Beer"),
        ({"groups": []}, "groups"),
        ({"all_groups": True}, "all of them"),
        ({"catalog": "enterprise-attack@1.0"}, "no catalogue"),
        ({"domain": "ics-attack"}, "ics-attack"),
        ({"policy": "luck"}, "luck"),
        ({"ends_at": "2020-01-01T00:00:00Z"}, "end before its first run"),
        ({"ends_at": "2030-01-01T00:00:00"}, "ends_at"),
        ({"preset": "hourly"}, "preset"),
        ({"enabled": False}, "enabled"),
        ({"notify": []}, "notify"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_a_reason(program: Program, changes: dict[str, object], told: str) -> None:
    answer = program.post("/schedules", json=order(program, **changes))
    assert answer.status_code == 422
    assert told in answer.json["detail"]


def test_revision_that_is_not_there_is_not_found(program: Program) -> None:
    assert program.post("/schedules", json=order(program, revision=7)).status_code == 404


def test_fields_are_changed_one_by_one(program: Program) -> None:
    path = f"/schedules/{program.schedule()}"
    before = program.get(path).json
    changed = program.patch(path, json={"cron": "30 7 * * MON", "groups": ["APT28", "G0016"], "policy": "any"}).json
    assert (changed["cron"], changed["groups"]) == ("30 7 * * MON", ["G0007", "G0016"])
    assert changed["policy"]["name"] == "any"
    assert changed["next_run_at"] != before["next_run_at"]
    for name in ("name", "inventory", "timezone", "catalog", "notify"):
        assert changed[name] == before[name]
    assert program.patch(path, json={"all_groups": True}).json["groups"] is None
    assert program.patch(path, json={"groups": ["APT28"]}).json["groups"] == ["G0007"]


def test_groups_must_be_there_in_another_catalogue(program: Program) -> None:
    path = f"/schedules/{program.schedule(groups=['APT28'])}"
    small = next(row for row in program.get("/catalogs").json["catalogs"] if row["source"].endswith(".md"))
    refused = program.patch(path, json={"catalog": small["id"]})
    assert (refused.status_code, "G0007" in refused.json["detail"]) == (422, True)
    assert program.get(path).json["catalog"] == "latest"


def test_unknown_fields_are_refused(program: Program) -> None:
    assert program.patch(f"/schedules/{program.schedule()}", json={"failures": 0}).status_code == 422


def test_it_is_paused_with_a_reason_and_resumed(program: Program) -> None:
    path = f"/schedules/{program.schedule()}"
    paused = program.patch(path, json={"enabled": False, "paused_reason": "The team is away."}).json
    assert (paused["enabled"], paused["paused_reason"], paused["next_run_at"]) == (False, "The team is away.", None)
    resumed = program.patch(path, json={"enabled": True}).json
    assert (resumed["enabled"], resumed["paused_reason"]) == (True, "")
    assert resumed["next_run_at"]


def test_it_runs_at_once_and_the_calendar_goes_on(program: Program) -> None:
    path = f"/schedules/{program.schedule()}"
    due = program.get(path).json["next_run_at"]
    answer = program.post(f"{path}/run", headers={"Idempotency-Key": "once"})
    assert answer.status_code == 202
    assert answer.headers["Location"] == f"/api/v1/assessments/{answer.json['id']}"
    again = program.post(f"{path}/run", headers={"Idempotency-Key": "once"})
    assert again.json == answer.json
    found = program.get(path).json
    assert [(run["id"], run["state"], run["scheduled_for"]) for run in found["runs"]] == [
        (answer.json["id"], "succeeded", None)
    ]
    assert found["next_run_at"] == due


def test_a_run_under_way_is_not_joined_by_another(house: House, program: Program) -> None:
    path = f"/schedules/{program.schedule()}"
    house.idle = True
    assert program.post(f"{path}/run").status_code == 202
    assert program.post(f"{path}/run").status_code == 409


def test_a_scheduled_run_is_an_assessment_for_its_day(house: House, program: Program) -> None:
    schedule = program.schedule(cron="30 0 * * *", timezone="Pacific/Auckland")
    due = program.get(f"/schedules/{schedule}").json["next_runs"][0]
    [job] = fire(house, due["at"].rstrip("Z"))
    [run] = program.get(f"/schedules/{schedule}").json["runs"]
    assert (run["id"], run["state"], run["scheduled_for"]) == (job, "succeeded", due["at"])
    there = datetime.strptime(due["local"].partition(",")[0], "%a %d %b %Y").replace(tzinfo=UTC).date()
    assert program.get(f"/assessments/{job}").json["summary"]["as_of"] == there.isoformat() > due["at"][:10]


def test_it_takes_the_latest_revision(house: House, program: Program) -> None:
    inventory = program.inventory()
    schedule = program.schedule(inventory)
    first = program.post(f"/schedules/{schedule}/run").json["id"]
    program.post(f"/inventories/{inventory}/revisions", data=a_file(CONTROLS.replace("50%", "yes")))
    second = program.post(f"/schedules/{schedule}/run").json["id"]
    scores = [program.get(f"/assessments/{each}").json["summary"]["groups"][0]["score"] for each in (first, second)]
    assert scores[0] < scores[1]


def test_it_is_taken_away_and_its_assessments_stay(program: Program) -> None:
    schedule = program.schedule()
    job = program.post(f"/schedules/{schedule}/run").json["id"]
    answer = program.delete(f"/schedules/{schedule}")
    assert (answer.status_code, answer.data) == (204, b"")
    assert program.get(f"/schedules/{schedule}").status_code == 404
    assert program.get(f"/assessments/{job}").json["state"] == "succeeded"


def test_ids_of_others_in_a_body_are_as_if_they_were_not(house: House, program: Program) -> None:
    theirs = Program(house, house.token(Role.ADMIN, "red"))
    assert theirs.post("/schedules", json=order(program)).status_code == 404
    own = f"/schedules/{theirs.schedule()}"
    assert theirs.patch(own, json={"inventory": program.inventory()}).status_code == 404


def test_long_lists_go_on(program: Program) -> None:
    inventory = program.inventory()
    made = [program.schedule(inventory) for _ in range(3)]
    first = program.get("/schedules?limit=2").json
    rest = program.get(first["next"].removeprefix("/api/v1")).json
    assert [row["id"] for row in first["schedules"] + rest["schedules"]] == made[::-1]
    assert rest["next"] is None


def test_preview_tells_words_and_both_clocks(program: Program) -> None:
    found = program.get("/schedules/preview?cron=30 2 * * *&timezone=Australia/Lord_Howe").json
    assert found["words"] == "At 02:30 every day"
    assert all(each["local"].endswith(("UTC+11", "UTC+10:30")) for each in found["next_runs"])
    assert program.get("/schedules/preview?cron=nonsense").status_code == 422
    assert program.get("/schedules/preview").status_code == 422


def test_r11_a_change_is_json_and_nothing_else(program: Program) -> None:
    path = f"/schedules/{program.schedule()}"
    assert program.patch(path, data=a_file(CONTROLS)).status_code == 415
    assert program.patch(path, data=b'{"name": NaN}', content_type="application/json").status_code == 400
