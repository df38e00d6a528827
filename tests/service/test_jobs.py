import re
from datetime import timedelta

import pytest
from factories.desk import House, Program, Standing, a_file, csrf, press
from flask.testing import FlaskClient
from sqlalchemy import update

from mitigap.store import database, heartbeats
from mitigap.store.schema import Job, Role, State
from service.app import create_app


@pytest.fixture
def waiting(house: House, visitor: FlaskClient) -> str:
    """The id of a job that no worker has taken."""
    house.idle = True
    return press(visitor, "/sample").headers["Location"].rpartition("/")[2]


@pytest.fixture
def failed(house: House, visitor: FlaskClient) -> str:
    """The id of a job whose file was refused."""
    form = {"csrf_token": csrf(visitor), "groups": "G0077", "policy": "mean"}
    answer = visitor.post("/", data=a_file(b"\xd0\xcf\x11\xe0 an old workbook", "<i>old</i>.xls", **form))
    return answer.headers["Location"].rpartition("/")[2]


def test_a_waiting_job_is_watched(visitor: FlaskClient, waiting: str) -> None:
    page = visitor.get(f"/jobs/{waiting}").text
    assert "Sample controls against Leafminer" in page
    assert "Waiting for a worker" in page
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in page
    assert f'data-watch="/jobs/{waiting}/state"' in page
    assert visitor.get(f"/jobs/{waiting}/state").json == {
        "state": "pending",
        "state_label": "Waiting",
        "stage_label": "Waiting for a worker",
        "progress": 0,
    }


def test_a_job_that_waits_where_no_worker_is(house: House, visitor: FlaskClient, waiting: str) -> None:
    def told() -> str:
        label: str = visitor.get(f"/jobs/{waiting}/state").json["stage_label"]
        return label

    with house.context.sessions.begin() as session:
        session.execute(update(Job).values(created_at=database.now(session) - timedelta(minutes=1)))
    assert told().startswith("No worker answers just now.")
    assert "nothing has to be sent again" in visitor.get(f"/jobs/{waiting}").text
    with house.context.sessions.begin() as session:
        heartbeats.touch(session, heartbeats.WORKER + "one")
    assert told() == "Waiting for a worker"


def test_a_job_is_cancelled_and_tried_again(house: House, visitor: FlaskClient, waiting: str) -> None:
    assert press(visitor, f"/jobs/{waiting}/cancel").headers["Location"] == f"/jobs/{waiting}"
    page = visitor.get(f"/jobs/{waiting}").text
    assert "cancelled before it had a result" in page
    assert "http-equiv" not in page
    house.idle = False
    press(visitor, f"/jobs/{waiting}/retry")
    assert visitor.get(f"/jobs/{waiting}").headers["Location"] == f"/assessments/{waiting}"


def test_what_comes_too_late_is_told(standing: Standing) -> None:
    client = standing.house.visitor()
    for action, told in (("cancel", "already finished"), ("retry", "Only a failed or cancelled job")):
        press(client, f"/jobs/{standing.assessment}/{action}")
        assert told in client.get("/").text


def test_a_refused_file_is_told_in_plain_words(visitor: FlaskClient, failed: str) -> None:
    page = visitor.get(f"/jobs/{failed}").text
    assert "It did not work" in page
    assert re.search(r'role="alert">.*\.xlsx', page, re.DOTALL)
    assert "Upload another file" in page
    assert "Try once more" not in page
    assert "Traceback" not in page
    assert "<i>old</i>" not in page
    assert visitor.get(f"/assessments/{failed}").headers["Location"] == f"/jobs/{failed}"


def test_a_viewer_is_offered_neither(house: House, visitor: FlaskClient, waiting: str) -> None:
    page = house.visitor(Role.VIEWER).get(f"/jobs/{waiting}").text
    assert "Cancel" not in page
    assert "Waiting for a worker" in page


def test_over_the_api(house: House, program: Program) -> None:
    inventory = program.inventory()
    house.idle = True
    job = program.post("/assessments", json={"inventory": inventory, "groups": ["G0077"]}).json["job"]
    cancelled = program.post(f"/jobs/{job}/cancel")
    assert (cancelled.status_code, cancelled.json["state"]) == (200, "cancelled")
    refused = program.post(f"/jobs/{job}/cancel")
    assert (refused.status_code, refused.json["detail"]) == (409, "This job is already finished.")
    house.idle = False
    assert program.post(f"/jobs/{job}/retry").status_code == 202
    done = program.get(f"/jobs/{job}").json
    assert (done["state"], done["kind"], done["attempt"], done["error"]) == ("succeeded", "assess", 1, None)
    assert done["links"]["assessment"] == f"/api/v1/assessments/{job}"
    assert done["state"] in set(State)


def test_a_broker_that_is_away_loses_nothing(house: House, program: Program) -> None:
    inventory, headers = program.inventory(), house.token()
    app = create_app(house.settings, engine=house.engine)
    order = {"inventory": inventory, "groups": ["G0077"]}
    answer = app.test_client().post("/api/v1/assessments", json=order, headers=headers)
    assert answer.status_code == 202
    assert program.get(f"/jobs/{answer.json['job']}").json["state"] == "pending"
    readiness = app.test_client().get("/readyz")
    assert (readiness.status_code, readiness.json) == (503, {"status": "not ready", "database": "ok", "broker": "away"})
