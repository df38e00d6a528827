import json

import pytest
import structlog
from factories.desk import House, Program
from structlog.testing import capture_logs

from service.tracing import HEADER


def test_caller_s_name_for_the_request_is_given_back(house: House) -> None:
    answer = house.app.test_client().get("/healthz", headers={HEADER: "4bf92f35:77-b3"})
    assert answer.headers[HEADER] == "4bf92f35:77-b3"


@pytest.mark.parametrize("odd", ["", "a b", "x" * 129, 'x"}{"forged":"1', "ü"])
def test_a_name_that_could_forge_a_log_is_replaced(odd: str, house: House) -> None:
    given = house.app.test_client().get("/healthz", headers={HEADER: odd}).headers[HEADER]
    assert given != odd
    assert len(given) == 32


def test_two_requests_have_two_names(house: House) -> None:
    client = house.app.test_client()
    assert client.get("/healthz").headers[HEADER] != client.get("/healthz").headers[HEADER]


def test_lines_of_a_request_bear_its_name_and_its_job_s(house: House, program: Program) -> None:
    order = {"inventory": program.inventory(), "groups": ["G0077"]}
    house.idle = True
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as told:
        job = program.post("/assessments", json=order, headers={HEADER: "r1"}).json["job"]
    accepted = next(line for line in told if line["event"] == "job accepted")
    request = next(line for line in told if line["event"] == "request")
    assert (accepted["request"], accepted["job"], accepted["kind"]) == ("r1", job, "assess")
    assert (request["request"], request["method"], request["status"]) == ("r1", "POST", 202)
    assert request["path"] == "/api/v1/assessments"
    assert structlog.contextvars.get_contextvars() == {}


@pytest.mark.parametrize("path", ["/sign-in/{}", "/sign-in/{}/", "/nowhere/{}"])
def test_no_secret_of_a_path_is_logged(path: str, house: House) -> None:
    with capture_logs() as told:
        house.app.test_client().get(path.format("a-secret-of-somebody"))
    assert told
    assert "a-secret-of-somebody" not in json.dumps(told)


def test_refusals_have_a_name_too(house: House) -> None:
    answer = house.app.test_client().get("/", headers={"Host": "elsewhere.example"})
    assert answer.status_code == 400
    assert answer.headers[HEADER]
