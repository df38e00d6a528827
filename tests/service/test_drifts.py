"""What moved between two assessments, on the page and over the API."""

import re

import pytest
from factories.desk import CONTROLS, House, Program, a_file
from flask.testing import FlaskClient

from mitigap.store.schema import Role

NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def pair(program: Program) -> tuple[str, str]:
    """The later and the earlier assessment of an inventory, of which one row has changed meanwhile."""
    inventory = program.inventory()

    def assess() -> str:
        body = {"inventory": inventory, "groups": ["Leafminer", "APT28"]}
        return str(program.post("/assessments", json=body).json["id"])

    base = assess()
    program.post(f"/inventories/{inventory}/revisions", data=a_file(CONTROLS.replace("50%", "yes")))
    return assess(), base


def test_drift_is_worked_out_once_and_kept(house: House, program: Program, pair: tuple[str, str]) -> None:
    now, base = pair
    before = len(house.enqueued)
    first, second = (program.get(f"/assessments/{now}/drift?base={base}") for _ in range(2))
    assert first.status_code == second.status_code == 200
    assert first.data == second.data
    assert len(house.enqueued) == before + 1
    assert [drift["now"]["group"]["id"] for drift in first.json] == ["G0077", "G0007"]
    assert {step["cause"] for drift in first.json for step in drift["steps"]} == {"inventory"}
    assert all(drift["delta"] > 0 for drift in first.json)


def test_slow_worker_sends_the_caller_to_one_job(house: House, program: Program, pair: tuple[str, str]) -> None:
    now, base = pair
    house.idle = True
    first, second = (program.get(f"/assessments/{now}/drift?base={base}") for _ in range(2))
    assert first.status_code == second.status_code == 202
    assert first.headers["Location"] == second.headers["Location"]
    house.work(first.json["id"])
    assert program.get(f"/assessments/{now}/drift?base={base}").status_code == 200


def test_what_cannot_be_compared_is_refused(house: House, program: Program, pair: tuple[str, str]) -> None:
    now, _ = pair
    assert program.get(f"/assessments/{now}/drift").status_code == 422
    assert program.get(f"/assessments/{now}/drift?base={NOBODY}").status_code == 404
    assert program.get(f"/assessments/{now}/drift?base={now}").status_code == 409
    others = program.assessment("APT29")
    refused = program.get(f"/assessments/{now}/drift?base={others}")
    assert (refused.status_code, refused.json["detail"]) == (422, "These two assessments have no group in common.")
    inventory = program.inventory()
    house.idle = True
    unfinished = program.post("/assessments", json={"inventory": inventory, "groups": ["APT28"]}).json["id"]
    assert program.get(f"/assessments/{now}/drift?base={unfinished}").status_code == 409


def test_the_base_of_another_workspace_is_not_there(house: House, program: Program, pair: tuple[str, str]) -> None:
    theirs = Program(house, house.token(Role.ADMIN, "red"))
    own = theirs.assessment()
    for base in (*pair, NOBODY):
        answer = theirs.get(f"/assessments/{own}/drift?base={base}")
        assert (answer.status_code, answer.json["detail"]) == (404, "There is no such thing here.")


def test_earlier_assessments_of_the_same_groups_are_offered(
    visitor: FlaskClient, program: Program, pair: tuple[str, str]
) -> None:
    now, base = pair
    program.assessment("APT29")
    assert f"/assessments/{now}/drift" in visitor.get(f"/assessments/{now}").text
    offered = re.findall(rf"/assessments/{now}/drift/([\w-]+)", visitor.get(f"/assessments/{now}/drift").text)
    assert offered == [base]
    assert "There is no earlier assessment" in visitor.get(f"/assessments/{base}/drift").text


def test_the_page_waits_for_the_job_and_then_tells_what_moved(visitor: FlaskClient, pair: tuple[str, str]) -> None:
    path = "/assessments/{}/drift/{}".format(*pair)
    waiting = visitor.get(path)
    assert waiting.headers["Location"].startswith("/jobs/")
    assert visitor.get(waiting.headers["Location"]).headers["Location"] == path
    page = visitor.get(path).text
    assert "What moved" in page
    assert "Leafminer" in page
    assert re.search(r"\+\d+\.\d points", page)
    assert "inventory" in page


def test_the_report_comes_in_a_cage_and_in_every_format(visitor: FlaskClient, pair: tuple[str, str]) -> None:
    path = "/assessments/{}/drift/{}".format(*pair)
    assert visitor.get(f"{path}/report.html").status_code == 404
    visitor.get(path)
    page = visitor.get(f"{path}/report.html")
    assert "sandbox" in page.headers["Content-Security-Policy"]
    for extension, kind in {"html": "text/html", "xlsx": "openxmlformats", "md": "markdown", "json": "json"}.items():
        answer = visitor.get(f"{path}/report.{extension}?download=1")
        assert kind in answer.mimetype
        assert answer.headers["Content-Disposition"].startswith("attachment")
    assert visitor.get(f"{path}/report.exe").status_code == 404


def test_runs_of_a_schedule_are_compared_by_themselves(house: House, program: Program, visitor: FlaskClient) -> None:
    inventory = program.inventory()
    schedule = program.schedule(inventory)
    first = program.post(f"/schedules/{schedule}/run").json["id"]
    second = program.post(f"/schedules/{schedule}/run").json["id"]
    program.post(f"/inventories/{inventory}/revisions", data=a_file(CONTROLS.replace("50%", "no")))
    third = program.post(f"/schedules/{schedule}/run").json["id"]
    runs = program.get(f"/schedules/{schedule}").json["runs"]
    assert [(run["id"], run["base"], run["changed"]) for run in runs] == [
        (third, second, True),
        (second, first, False),
        (first, None, None),
    ]
    page = visitor.get(f"/schedules/{schedule}").text
    assert "Leafminer: down " in page
    assert "Nothing moved." in page
    assert "Nothing moved" in visitor.get(f"/assessments/{second}/drift/{first}").text
    before = len(house.enqueued)
    assert program.get(f"/assessments/{third}/drift?base={second}").json["regressed"] is True
    assert len(house.enqueued) == before


def test_a_group_that_joins_is_a_change(program: Program) -> None:
    schedule = program.schedule()
    program.post(f"/schedules/{schedule}/run")
    program.patch(f"/schedules/{schedule}", json={"groups": ["Leafminer", "APT28"]})
    now = program.post(f"/schedules/{schedule}/run").json["id"]
    run = program.get(f"/schedules/{schedule}").json["runs"][0]
    assert (run["id"], run["changed"]) == (now, True)
    assert program.get(f"/assessments/{now}/drift?base={run['base']}").json["changed"] is False
