"""R23: no 5xx and no trace, whatever comes; every error of the API is problem+json."""

import json
from collections.abc import Callable
from io import BytesIO

import pytest
from factories.desk import House, Program, Standing
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

Call = Callable[[Program], TestResponse]
JSON = {"Content-Type": "application/json"}
BEYOND = "9999-12-31T23:59:59-23:59"
DEEP = "[" * 100_000 + "]" * 100_000


def _of(**more: object) -> dict[str, object]:
    return {"inventory": "00000000-0000-4000-8000-000000000000", "groups": ["G0077"], **more}


CALLS: dict[str, tuple[int, Call]] = {
    "no such path": (404, lambda program: program.get("/nothing")),
    "no such id": (404, lambda program: program.get("/jobs/00000000-0000-4000-8000-000000000000")),
    "an id that is none": (404, lambda program: program.get("/jobs/%00")),
    "a method that is not there": (405, lambda program: program.post("/groups")),
    "no body": (422, lambda program: program.post("/assessments")),
    "not JSON": (400, lambda program: program.post("/assessments", data="{", headers=JSON)),
    "NaN": (400, lambda program: program.post("/assessments", data='{"name": NaN}', headers=JSON)),
    "a lone surrogate": (400, lambda program: program.post("/assessments", data='{"name": "\\ud800"}', headers=JSON)),
    "not UTF-8": (400, lambda program: program.post("/assessments", data=b'{"name": "\xff"}', headers=JSON)),
    "deep": (400, lambda program: program.post("/assessments", data=DEEP, headers=JSON)),
    "rather deep": (400, lambda program: program.post("/assessments", data="[" * 60 + "]" * 60, headers=JSON)),
    "large JSON": (413, lambda program: program.post("/assessments", data=" " * 2_000_000, headers=JSON)),
    "not JSON by its name": (415, lambda program: program.post("/assessments", data="{}")),
    "a file as JSON": (415, lambda program: program.post("/inventories", json={"file": "x"})),
    "a list": (422, lambda program: program.post("/assessments", data="[]", headers=JSON)),
    "more than a database counts to": (422, lambda program: program.post("/assessments", json=_of(revision=10**30))),
    "half a revision": (422, lambda program: program.post("/assessments", json=_of(revision=1.5))),
    "a moment beyond the calendar": (422, lambda program: program.get(f"/assessments?before={BEYOND}")),
    "a schedule's end beyond the calendar": (422, lambda program: program.post("/schedules", json=_of(ends_at=BEYOND))),
    "a host that is not ours": (400, lambda program: program.get("/groups", base_url="http://evil.example")),
    "a bad query": (422, lambda program: program.get("/assessments?limit=many&before=yesterday")),
    "a control in a query": (200, lambda program: program.get("/groups?q=%00%ff")),
    "a control in a name": (404, lambda program: program.get("/groups/%00%ff")),
}


@pytest.mark.parametrize(("status", "call"), CALLS.values(), ids=CALLS.keys())
def test_r23_what_the_api_answers(standing: Standing, status: int, call: Call) -> None:
    answer = call(standing.program)
    assert answer.status_code == status
    if status >= 400:
        assert answer.mimetype == "application/problem+json"
        told = json.loads(answer.data)
        assert (told["status"], told["type"]) == (status, "about:blank")
        assert told["title"]
        assert told["detail"]
        assert "Traceback" not in answer.text


def test_a_method_that_is_not_there_names_those_that_are(standing: Standing) -> None:
    assert "GET" in standing.program.post("/groups").headers["Allow"]


def test_faults_are_told_field_by_field(standing: Standing) -> None:
    told = standing.program.post("/assessments", json={"inventory": 1, "colour": "red"}).json
    assert told["errors"]["json"] == {"colour": ["Unknown field."], "inventory": ["Not a valid UUID."]}


def test_a_body_that_is_too_large(house: House, program: Program) -> None:
    house.app.config["MAX_CONTENT_LENGTH"] = 1000
    refused = program.upload("x" * 2000)
    assert (refused.status_code, refused.mimetype) == (413, "application/problem+json")
    page = house.visitor().post("/", data=b"x" * 2000)
    assert (page.status_code, page.mimetype) == (413, "text/html")
    assert house.enqueued == []


def test_a_part_that_is_too_large_is_not_told_of_the_whole(program: Program) -> None:
    assert "50 MB" not in program.post("/assessments", data=" " * 2_000_000, headers=JSON).json["detail"]
    assert "50 MB" not in program.upload(**{f"field{each}": "" for each in range(2500)}).json["detail"]


def test_json_in_chunks_is_no_larger(program: Program) -> None:
    headers = {**JSON, "Transfer-Encoding": "chunked"}
    told = {"input_stream": BytesIO(b" " * 2_000_000), "environ_overrides": {"wsgi.input_terminated": True}}
    assert program.post("/assessments", headers=headers, **told).status_code == 413


def test_a_page_from_a_moment_beyond_the_calendar(standing: Standing) -> None:
    assert standing.visitor.get(f"/assessments?before={BEYOND}").status_code == 400


def test_pages_have_pages_for_errors(standing: Standing) -> None:
    page = standing.visitor.get("/nothing/<script>alert(1)</script>")
    assert (page.status_code, page.mimetype) == (404, "text/html")
    assert "There is no such thing here." in page.text
    assert "alert(1)" not in page.text


def test_an_error_of_ours_tells_nothing(house: House, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble() -> None:
        raise ZeroDivisionError("a secret of ours")

    house.app.view_functions["api.list_catalogs"] = stumble
    answer = program.get("/catalogs")
    assert (answer.status_code, answer.mimetype) == (500, "application/problem+json")
    assert answer.json["detail"] == "Something went wrong on our side. It has been logged."


def test_a_database_that_is_away_is_told_as_such(house: House, program: Program) -> None:
    def away() -> None:
        raise OperationalError("SELECT 1", {}, OSError("no route to a host"))

    for endpoint in ("api.list_catalogs", "catalogs.index"):
        house.app.view_functions[endpoint] = away
    answer = program.get("/catalogs")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "host" not in answer.text
    assert house.visitor().get("/catalogs").status_code == 503
