"""The techniques of an assessed group on their pages: by tactic, narrowed by the URL, each with what is behind it."""

import json
import re

import pytest
from factories.desk import House, Program
from flask.testing import FlaskClient

from mitigap.store.schema import Role
from service import matrix
from service.matrix import Filter


@pytest.fixture
def assessed(program: Program) -> str:
    return program.assessment("G0077", "G0007")


def cells(page: str) -> list[str]:
    """The ids in the matrix, column after column."""
    return re.findall(r'class="id">(T\d{4}(?:\.\d{3})?)<', page)


def documents(program: Program, assessment: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = program.get(f"/assessments/{assessment}/report.json").json
    return found


def test_every_technique_stands_under_each_of_its_tactics(
    program: Program, visitor: FlaskClient, assessed: str
) -> None:
    for document in documents(program, assessed):
        page = visitor.get(f"/assessments/{assessed}/techniques?group={document['group']['id']}").text
        wanted = sorted(each["id"] for each in document["techniques"] for _ in each["tactics"])
        assert sorted(cells(page)) == wanted


@pytest.mark.parametrize("status", matrix.STATUSES)
def test_a_status_in_the_url(program: Program, visitor: FlaskClient, assessed: str, status: str) -> None:
    document = documents(program, assessed)[1]
    page = visitor.get(f"/assessments/{assessed}/techniques?group=G0007&status={status}").text
    assert set(cells(page)) == {each["id"] for each in document["techniques"] if each["status"] == status}


def test_a_mitigation_in_the_search(program: Program, visitor: FlaskClient, assessed: str) -> None:
    document = documents(program, assessed)[0]
    page = visitor.get(f"/assessments/{assessed}/techniques?q=m1027").text
    behind = {each["id"] for each in document["techniques"] if "M1027" in {m["id"] for m in each["mitigations"]}}
    assert set(cells(page)) == behind


@pytest.mark.parametrize("asked", ["status=open", "tactic=TA9999"])
def test_what_cannot_be_asked_is_said(visitor: FlaskClient, assessed: str, asked: str) -> None:
    assert visitor.get(f"/assessments/{assessed}/techniques?{asked}").status_code == 400


@pytest.mark.parametrize("place", ["techniques?group=G0016", "techniques/T9999", "techniques/T1003.001?group=G0016"])
def test_what_is_not_there(visitor: FlaskClient, assessed: str, place: str) -> None:
    assert visitor.get(f"/assessments/{assessed}/{place}").status_code == 404


def test_another_workspace_sees_nothing(house: House, assessed: str) -> None:
    theirs = house.visitor(Role.ADMIN, "red")
    for place in ("techniques", "techniques/T1003.001"):
        assert theirs.get(f"/assessments/{assessed}/{place}").status_code == 404


def test_a_technique_tells_its_mitigations_and_rows(program: Program, visitor: FlaskClient, assessed: str) -> None:
    technique = next(each for each in documents(program, assessed)[0]["techniques"] if each["id"] == "T1003.001")
    page = visitor.get(f"/assessments/{assessed}/techniques/T1003.001").text
    for each in technique["mitigations"]:
        assert each["id"] in page
        assert all(row in page for row in each["controls"])


def test_what_no_mitigation_stops_says_so(visitor: FlaskClient, assessed: str) -> None:
    page = visitor.get(f"/assessments/{assessed}/techniques/T1018").text
    assert "ATT&amp;CK names no mitigation for it." in page


def test_an_unfinished_assessment_leads_to_its_job(house: House, program: Program, visitor: FlaskClient) -> None:
    inventory = program.inventory()
    house.idle = True
    waiting = program.post("/assessments", json={"inventory": inventory, "groups": ["G0077"]}).json["id"]
    for place in ("techniques", "techniques/T1018"):
        answer = visitor.get(f"/assessments/{waiting}/{place}")
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/jobs/{waiting}")


def group(*techniques: tuple[str, tuple[str, ...]]) -> matrix.GroupView:
    made = [
        {"id": key, "name": key, "parent": None, "tactics": tactics, "status": "gap", "coverage": 0.0, "reason": None,
         "mitigations": []}
        for key, tactics in techniques
    ]  # fmt: skip
    names = {tactic: f"Tactic {tactic}" for _, tactics in techniques for tactic in tactics}
    body = {"group": {"id": "G1", "name": "One"}, "score": 0.0, "tactics": names, "techniques": made}
    return matrix.of_group(json.dumps(body).encode(), 0)


def test_tactics_follow_the_matrix_as_far_as_it_shows() -> None:
    found = group(("T1", ("TA9", "TA2")), ("T2", ("TA2", "TA5")), ("T3", ("TA1",)))
    assert matrix.ordered(found) == ["TA1", "TA9", "TA2", "TA5"]


def test_orders_that_contradict_each_other_fall_back_to_ids() -> None:
    assert matrix.ordered(group(("T1", ("TA2", "TA1")), ("T2", ("TA1", "TA2")))) == ["TA1", "TA2"]


def test_a_tactic_with_nothing_to_show_has_no_column() -> None:
    found = group(("T1", ("TA1",)), ("T2", ("TA2",)))
    assert [each.id for each in matrix.columns(found, Filter(text="t2"))] == ["TA2"]
