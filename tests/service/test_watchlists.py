"""Watch-lists: over the API and on the page, in assessments and in schedules."""

import pytest
from factories.desk import House, Program, Standing, press
from factories.schedules import at

from mitigap.store import firing
from mitigap.store.schema import Role

WEIGHED = {"name": "Close to us", "groups": ["leafminer", "APT28", "G0016"], "weights": {"Leafminer": 2.5}}


def made(program: Program, **changes: object) -> dict[str, object]:
    answer = program.post("/watchlists", json={**WEIGHED, **changes})
    assert answer.status_code == 201, answer.text
    found: dict[str, object] = answer.json
    assert program.get(answer.headers["Location"].removeprefix("/api/v1")).json == found
    return found


def test_a_watchlist_keeps_ids_and_weights(program: Program) -> None:
    found = made(program)
    assert (found["groups"], found["weights"], found["domain"]) == (
        ["G0007", "G0016", "G0077"],
        {"G0007": 1.0, "G0016": 1.0, "G0077": 2.5},
        "enterprise-attack",
    )
    assert [row["id"] for row in program.get("/watchlists").json["watchlists"]] == [found["id"]]


def test_weights_change_alone_and_groups_with_theirs(program: Program) -> None:
    path = f"/watchlists/{made(program)['id']}"
    assert program.patch(path, json={"weights": {"APT28": 3}}).json["weights"] == {
        "G0007": 3.0,
        "G0016": 1.0,
        "G0077": 2.5,
    }
    assert program.patch(path, json={"groups": ["FIN7"], "name": "Other"}).json["weights"] == {"G0046": 1.0}
    assert program.get(path).json["name"] == "Other"


@pytest.mark.parametrize(
    "changes",
    [
        {"groups": []},
        {"groups": ["Nobody at all"]},
        {"weights": {"FIN7": 2}},
        {"weights": {"Leafminer": 0}},
        {"weights": {"Leafminer": 1000.5}},
        {"weights": {"Leafminer": "2"}},
        {"weights": {"Leafminer": True}},
        {"name": " \n "},
        {"colour": "red"},
    ],
)
def test_what_cannot_be_kept_is_refused(program: Program, changes: dict[str, object]) -> None:
    assert program.post("/watchlists", json={**WEIGHED, **changes}).status_code == 422


def test_a_name_is_taken_once(program: Program) -> None:
    made(program)
    assert program.post("/watchlists", json=WEIGHED).status_code == 409


def test_an_assessment_by_a_watchlist_records_its_groups_and_weights(program: Program) -> None:
    order = {"inventory": program.inventory(), "watchlist": made(program)["id"]}
    answer = program.post("/assessments", json=order)
    assert answer.status_code == 202
    found = program.get(f"/assessments/{answer.json['id']}").json
    assert found["groups"] == ["G0007", "G0016", "G0077"]
    assert found["summary"]["together"]["weighted"] is True
    portfolio = program.get(f"/assessments/{answer.json['id']}/report.portfolio.json").json
    assert [(each["id"], each["weight"]) for each in portfolio["groups"]] == [
        ("G0007", 1.0),
        ("G0016", 1.0),
        ("G0077", 2.5),
    ]


def test_groups_may_be_weighed_without_a_watchlist(program: Program) -> None:
    order = {"inventory": program.inventory(), "groups": ["APT28", "Leafminer"], "weights": {"APT28": 4}}
    assessment = program.post("/assessments", json=order).json["id"]
    portfolio = program.get(f"/assessments/{assessment}/report.portfolio.json").json
    assert {each["id"]: each["weight"] for each in portfolio["groups"]} == {"G0007": 4.0, "G0077": 1.0}
    assert program.post("/assessments", json={**order, "weights": {"FIN7": 4}}).status_code == 422


def test_groups_and_a_watchlist_at_once_are_refused(program: Program) -> None:
    order = {"inventory": program.inventory(), "watchlist": made(program)["id"], "groups": ["APT28"]}
    assert program.post("/assessments", json=order).status_code == 422


def test_a_schedule_goes_by_the_watchlist_as_it_is_at_each_run(house: House, program: Program) -> None:
    watchlist = made(program)["id"]
    order = {"inventory": program.inventory(), "watchlist": watchlist, "cron": "0 6 * * *"}
    schedule = program.post("/schedules", json=order).json
    assert (schedule["watchlist"], schedule["groups"]) == (watchlist, None)
    program.patch(f"/watchlists/{watchlist}", json={"groups": ["FIN7"], "weights": {"FIN7": 2}})
    with house.context.sessions.begin() as session:
        [job] = firing.fire(session, now=at(schedule["next_run_at"])).jobs
    house.work(job)
    assert program.get(f"/assessments/{job}").json["groups"] == ["G0046"]


def test_a_watchlist_that_a_schedule_goes_by_stays(program: Program) -> None:
    watchlist = made(program)["id"]
    program.post("/schedules", json={"inventory": program.inventory(), "watchlist": watchlist, "preset": "weekly"})
    assert program.delete(f"/watchlists/{watchlist}").status_code == 409
    assert program.delete(f"/watchlists/{made(program, name='Another')['id']}").status_code == 204


def test_on_the_page_one_is_made_changed_and_assessed(standing: Standing) -> None:
    answer = press(standing.visitor, "/watchlists", name="Ours", groups="Leafminer = 2, APT28")
    assert answer.status_code == 303
    path = answer.headers["Location"]
    page = standing.visitor.get(path).text
    assert "G0077 = 2, G0007" in page
    assert "Assess these groups" in page
    assert press(standing.visitor, path, name="Ours", groups="Nobody = 2").status_code == 422
    assert press(standing.visitor, path, name="Ours", groups="FIN7 = much").status_code == 422
    assert press(standing.visitor, path, name="Ours", groups="FIN7").status_code == 303
    assert standing.visitor.get(f"{path}.json").json == [{"group": "G0046", "weight": 1.0}]
    told = {"inventory": standing.inventory, "watchlist": path.rpartition("/")[2]}
    assert press(standing.visitor, "/", **told).status_code == 303
    assert press(standing.visitor, f"{path}/delete").status_code == 303
    assert standing.visitor.get(path).status_code == 404


def test_a_viewer_sees_them_and_changes_none(house: House, program: Program) -> None:
    made(program)
    page = house.visitor(Role.VIEWER).get("/watchlists").text
    assert "Close to us" in page
    assert "Keep it" not in page
