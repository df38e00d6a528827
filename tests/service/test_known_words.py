"""Names we know: on the page, over the API, and as a file."""

import re

import pytest
from factories.desk import THEIRS, House, Program, press
from flask.testing import FlaskClient

from mitigap.store.schema import Role

TOLD = {"names": {"Okta": ["M1032"], "Coffee machine": []}, "statuses": {"Stufe A": "implemented"}, "headers": {}}


def put(program: Program, **body: object) -> int:
    answer = program._client.put("/api/v1/mappings", headers=program._headers, json=body)
    return answer.status_code


def test_what_is_put_is_got_and_holds_for_the_next_upload(program: Program) -> None:
    assert put(program, **TOLD) == 200
    assert program.get("/mappings").json == {"domain": "enterprise-attack", **TOLD}
    read = program.upload("Mitigation,Status\nOKTA,Stufe A\nCoffee machine,Yes\n").json
    assert read["levels"] == {"M1032": 1.0}


def test_what_is_not_named_any_more_is_forgotten(program: Program) -> None:
    put(program, **TOLD)
    put(program, names={}, statuses={})
    assert program.get("/mappings").json["names"] == {}


def test_names_are_kept_for_each_domain(program: Program) -> None:
    put(program, domain="ics-attack", names={"Okta": ["M0932"]})
    put(program, names={"Okta": ["M1032"]})
    assert program.get("/mappings?domain=ics-attack").json["names"] == {"Okta": ["M0932"]}


@pytest.mark.parametrize(
    "body",
    [
        {"names": {"Okta": ["MFA"]}},
        {"statuses": {"ok": "fine"}},
        {"headers": {"x": "colour"}},
        {"colour": 1},
        {"names": 1},
    ],
)
def test_what_means_nothing_is_refused(program: Program, body: dict[str, object]) -> None:
    assert put(program, **body) == 422


def test_choices_come_with_an_upload(program: Program) -> None:
    choices = '{"columns": {"status": "C"}, "names": {"Okta": ["M1032"]}, "statuses": {"Stufe A": "partial"}}'
    data = "Control,Status,Level of it\nOkta,Yes,Stufe A\n"
    assert program.upload(data, choices=choices).json["levels"] == {"M1032": 0.5}
    assert program.upload(data).json["levels"] == {}


@pytest.mark.parametrize(
    ("choices", "told"),
    [
        ("{", "not JSON"),
        ('{"colour": 1}', "unknown field"),
        ('{"sheet": "Sheet9"}', "no sheet “Sheet9”"),
        ('{"columns": {"status": "ZZ"}}', "in column ZZ"),
        ('{"header_row": 77}', "Row 77"),
    ],
)
def test_choices_that_do_not_fit_are_refused_with_the_reason(program: Program, choices: str, told: str) -> None:
    answer = program.upload(choices=choices)
    assert answer.status_code == 422
    assert told in answer.json["detail"]


def test_a_revision_is_assessed_as_it_was_read_whatever_is_settled_later(program: Program) -> None:
    put(program, **TOLD)
    inventory = program.upload("Mitigation,Status\nOkta,Stufe A\n").json["id"]
    put(program, names={}, statuses={})
    job = program.post("/assessments", json={"inventory": inventory, "groups": ["APT28"]}).json["id"]
    told = program.get(f"/assessments/{job}/report.json").json
    assert told["inventory"]["unresolved"] == 0
    assert told["inventory"]["choices"].startswith("sha256:")


def test_words_are_added_changed_and_taken_out_on_the_page(visitor: FlaskClient) -> None:
    told = {"kind": "name", "text": "=Okta", "meaning": "m1032, M1018", "domain": "enterprise-attack"}
    assert press(visitor, "/words", **told).status_code == 303
    page = visitor.get("/words").text
    found = re.search(r'action="/words/([0-9a-f-]{36})"', page)
    assert "M1032, M1018" in page
    assert found
    row = visitor.get("/words.csv").text.splitlines()[1]
    assert row.startswith("name,'=Okta,M1032 M1018,enterprise-attack")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    same = {"headers": {"Sec-Fetch-Site": "same-origin"}}
    visitor.post(f"/words/{found[1]}", data={"csrf_token": token[1], "meaning": "M1049"}, **same)
    assert visitor.get("/words.json").json[0]["meaning"] == "M1049"
    visitor.post(f"/words/{found[1]}/remove", data={"csrf_token": token[1]}, **same)
    assert "=Okta" not in visitor.get("/words").text.partition("Okta")[0]
    assert visitor.get("/words.json").json == []


@pytest.mark.parametrize(
    "told",
    [
        {"kind": "name", "text": "Okta", "meaning": "MFA", "domain": "enterprise-attack"},
        {"kind": "name", "text": "Okta", "meaning": "M1032", "domain": "moon"},
        {"kind": "status", "text": "ok", "meaning": "fine"},
        {"kind": "colour", "text": "ok", "meaning": "fine"},
        {"kind": "status", "text": " ", "meaning": "partial"},
    ],
)
def test_a_word_that_means_nothing_is_not_kept(visitor: FlaskClient, told: dict[str, str]) -> None:
    press(visitor, "/words", **told)
    assert visitor.get("/words.json").json == []


def test_words_of_another_workspace_are_not_there(house: House, visitor: FlaskClient, program: Program) -> None:
    put(program, **TOLD)
    found = re.search(r'action="/words/([0-9a-f-]{36})"', visitor.get("/words").text)
    assert found
    stranger = house.visitor(Role.ANALYST, THEIRS)
    assert "Okta" not in stranger.get("/words").text
    assert press(stranger, "/words").status_code == 303
    token = re.search(r'name="csrf_token" value="([^"]+)"', stranger.get("/words").text)
    assert token
    answer = stranger.post(
        f"/words/{found[1]}/remove", data={"csrf_token": token[1]}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert answer.status_code == 404


def test_the_difference_of_a_revision_is_told(program: Program) -> None:
    inventory = program.inventory()
    from factories.desk import a_file  # noqa: PLC0415

    data = a_file("Mitigation,Status\nM1017,No\nPassword Policies,50%\nM1032,Yes\n")
    program.post(f"/inventories/{inventory}/revisions", data=data)
    told = program.get(f"/inventories/{inventory}/revisions/2/difference").json
    assert (told["base"], told["counts"]) == (1, {"added": 1, "removed": 1, "changed": 1, "same": 1})
    assert told["levels"] == [
        {"id": "M1017", "before": 1.0, "now": 0.0},
        {"id": "M1032", "before": None, "now": 1.0},
    ]
    assert program.get(f"/inventories/{inventory}/revisions/1/difference").json["base"] is None
    assert program.get(f"/inventories/{inventory}/revisions/3/difference").status_code == 404
