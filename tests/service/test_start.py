import re

import pytest
from factories.desk import CONTROLS, House, Program, Standing, a_file, csrf, press
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from mitigap.store import jobs
from mitigap.store.schema import Job, Kind, Role


def order(
    client: FlaskClient, data: str | bytes = CONTROLS, filename: str = "Our controls.csv", **fields: object
) -> TestResponse:
    form = {"csrf_token": csrf(client), "policy": "mean", **fields}
    return client.post("/", data=a_file(data, filename, **form), headers={"Origin": "http://localhost"})


def the_job(house: House) -> Job:
    with house.context.readers() as session:
        found = session.query(Job).one()
        return jobs.get(session, found.workspace_id, found.id)


def shown_groups(page: str) -> list[str]:
    rows = re.findall(r'<li data-search="[^"]*" data-name="([^"]*)"( hidden)?', page)
    return [name for name, hidden in rows if not hidden]


def test_a_file_and_a_group_become_one_job_and_its_result(house: House, visitor: FlaskClient) -> None:
    answer = order(visitor, groups="G0077")
    assert answer.status_code == 303
    job = the_job(house)
    assert answer.headers["Location"] == f"/jobs/{job.id}"
    assert (job.kind, job.name, job.params["groups"]) == (Kind.ASSESS, "Our controls", ["G0077"])
    done = visitor.get(f"/jobs/{job.id}")
    assert (done.status_code, done.headers["Location"]) == (303, f"/assessments/{job.id}")
    result = visitor.get(f"/assessments/{job.id}").text
    assert "Our controls" in result
    assert "Leafminer" in result


def test_the_name_is_taken_as_it_is_told_and_cleaned(house: House, visitor: FlaskClient) -> None:
    order(visitor, groups="G0077", name="  Winter\u202e\x00 <b>2026</b> ")
    assert the_job(house).name == "Winter�� <b>2026</b>"
    page = visitor.get("/").text
    assert "Winter�� &lt;b&gt;2026&lt;/b&gt;" in page


def test_all_groups_go_without_their_names(house: House, visitor: FlaskClient) -> None:
    house.idle = True
    order(visitor, all="1", groups="G0077", policy="any")
    assert the_job(house).params["groups"] is None
    assert the_job(house).params["policy"]["name"] == "any"
    assert "all groups" in visitor.get("/").text


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"groups": "G0077", "data": b""}, "This file is empty."),
        ({"groups": "G0077", "filename": ""}, "Choose your controls spreadsheet."),
        ({}, "Choose at least one group, or a watch-list, or all of them."),
        ({"groups": "Leafmine"}, "Did you mean G0077 (Leafminer)"),
        ({"groups": "G0077", "policy": "median"}, "There is no such rule."),
        ({"groups": "G0077", "name": "x" * 201}, "longer than 200"),
        ({"groups": "G0077", "catalog": "enterprise-attack@99"}, "There is no catalogue"),
    ],
)
def test_what_has_to_be_mended_stands_beside_its_field(
    house: House, visitor: FlaskClient, fields: dict[str, object], told: str
) -> None:
    answer = order(visitor, **fields)
    assert answer.status_code == 422
    errors = re.findall(r'<p class="field-error"[^>]*>([^<]+)</p>', answer.text)
    assert any(told in error for error in errors), errors
    at_the_top = re.search(r'role="alert">(.*?)</div>', answer.text, re.DOTALL)
    assert at_the_top
    assert told in at_the_top[1]
    assert set(re.findall(r'href="#([^"]+)"', at_the_top[1])) <= set(re.findall(r' id="([^"]+)"', answer.text))
    assert house.enqueued == []


def test_what_was_told_is_kept_when_something_has_to_be_mended(house: House, visitor: FlaskClient) -> None:
    page = order(visitor, b"", groups=["G0077", "G0016"], name="Winter", policy="all").text
    assert re.findall(r'name="groups" value="(\w+)" checked', page) == ["G0016", "G0077"]
    assert 'value="Winter"' in page
    assert 'name="policy" value="all" checked' in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("leafminer", ["Leafminer"]),
        ("RASPITE", ["Leafminer"]),
        ("g0077", ["Leafminer"]),
        ("cozy  bear", ["APT29"]),
        ("<b>", []),
    ],
)
def test_groups_are_found_without_a_script(standing: Standing, query: str, found: list[str]) -> None:
    page = standing.visitor.get("/", query_string={"q": query}).text
    assert shown_groups(page) == found
    assert ('<li class="nothing" id="nothing" hidden>' in page) is bool(found)
    assert "<b>" not in page


def test_a_group_may_be_chosen_beforehand(standing: Standing) -> None:
    page = standing.visitor.get("/?group=G0016&q=leafminer").text
    assert shown_groups(page) == ["APT29", "Leafminer"]
    assert re.findall(r'name="groups" value="(\w+)" checked', page) == ["G0016"]


def test_another_catalogue_shows_its_own_groups(standing: Standing) -> None:
    page = standing.visitor.get("/", query_string={"catalog": standing.catalogue}).text
    assert shown_groups(page) == ["Our own group"]
    assert re.findall(r'name="groups" value="(\w+)" checked', page) == ["G9999"]  # there is no other
    unknown = standing.visitor.get("/?catalog=nothing").text
    assert len(shown_groups(unknown)) == 172


def test_a_kept_inventory_is_assessed_again(standing: Standing) -> None:
    page = standing.visitor.get("/", query_string={"inventory": standing.inventory}).text
    assert "The inventory" in page
    assert 'type="file"' not in page
    fields = {"inventory": standing.inventory, "groups": "G0077", "policy": "mean"}
    answer = press(standing.house.visitor(), "/", **fields)
    made = answer.headers["Location"].rpartition("/")[2]
    result = standing.visitor.get(f"/assessments/{made}").text
    assert f"/inventories/{standing.inventory}" in result


def test_one_click_from_an_empty_house_to_a_report(house: House, visitor: FlaskClient) -> None:
    assert "Nothing yet" in visitor.get("/").text
    answer = press(visitor, "/sample")
    job = the_job(house)
    assert answer.headers["Location"] == f"/jobs/{job.id}"
    assert (job.error, job.summary["groups"][0]["name"]) == ("", "Leafminer")
    assert (job.summary["inventory"]["controls"], job.summary["inventory"]["unresolved"]) == (22, 1)


def test_the_sample_can_be_looked_at(visitor: FlaskClient) -> None:
    answer = visitor.get("/sample-controls.csv")
    assert answer.headers["Content-Disposition"] == "attachment; filename=sample-controls.csv"
    assert answer.data.startswith(b"Control,Mitigation,Status")


def test_a_viewer_is_offered_nothing_to_do(standing: Standing) -> None:
    page = standing.house.visitor(Role.VIEWER).get("/").text
    assert "Assess coverage" not in page
    assert "Try it with the sample" not in page
    assert "Recent assessments" in page


def test_before_the_catalogues_are_there(house: House, visitor: FlaskClient) -> None:
    with house.context.sessions.begin() as session:
        session.connection().exec_driver_sql("DELETE FROM catalogue")
    page = visitor.get("/")
    assert page.status_code == 200
    assert "The catalogue is still being loaded" in page.text
    assert press(visitor, "/sample").status_code == 422


def test_lately_done_work_is_listed_with_its_score(standing: Standing, program: Program) -> None:
    page = standing.visitor.get("/").text
    assert f'href="/assessments/{standing.assessment}"' in page
    assert "Leafminer, APT28" in page
    assert re.search(r"\d+ % to \d+ %", page)
