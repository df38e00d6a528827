import csv
import re
from io import StringIO
from typing import Any

import pytest
from factories.desk import OURS, House, Program, Standing, a_file
from flask.testing import FlaskClient

from mitigap.store.schema import Role
from service import listing
from service.listing import Table


def lines(client: FlaskClient, path: str) -> list[dict[str, str]]:
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "text/csv"), path
    return list(csv.DictReader(StringIO(answer.data.decode("utf-8-sig"), newline="")))


def objects(client: FlaskClient, path: str) -> list[dict[str, Any]]:
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "application/json"), path
    found: list[dict[str, Any]] = answer.json
    return found


def test_each_page_with_a_table_links_to_both_files_of_it(standing: Standing) -> None:
    standing.program.get(f"/assessments/{standing.assessment}/drift?base={standing.assessment}")
    for page in (
        "/assessments",
        f"/assessments/{standing.assessment}",
        "/inventories",
        f"/inventories/{standing.inventory}",
        "/catalogs",
        "/schedules",
        "/settings/notifications",
        f"/previews/{standing.preview}",
    ):
        found = re.findall(r'href="([^"]+)" aria-label="[\w ]+ as (CSV|JSON)"', standing.visitor.get(page).text)
        assert {form for _, form in found} == {"CSV", "JSON"}, page
        for url, form in found:
            read = lines if form == "CSV" else objects
            assert read(standing.visitor, url.replace("&amp;", "&"))


def test_both_files_hold_the_same(standing: Standing) -> None:
    for path in ("/assessments", f"/inventories/{standing.inventory}", "/catalogs", "/schedules"):
        as_csv, as_json = lines(standing.visitor, f"{path}.csv"), objects(standing.visitor, f"{path}.json")
        assert [list(row) for row in as_csv] == [list(row) for row in as_json]
        assert [row.get("name", row.get("text")) for row in as_csv] == [
            row.get("name", row.get("text")) for row in as_json
        ]


def test_every_row_of_an_inventory_as_it_was_understood(standing: Standing) -> None:
    found = objects(standing.visitor, f"/inventories/{standing.inventory}.json")
    assert [(row["row"], row["text"], row["mitigations"], row["level"]) for row in found] == [
        (2, "M1017", "M1017", 1.0),
        (3, "Password Policies", "M1027", 0.5),
        (4, "Spoon bending", "", 1.0),
    ]
    issues = lines(standing.visitor, f"/inventories/{standing.inventory}/issues.csv")
    assert [(row["location"], row["code"]) for row in issues] == [("CSV!4:A", "unresolved")]


def test_an_earlier_revision_by_its_number(program: Program, visitor: FlaskClient) -> None:
    inventory = program.inventory()
    program.post(f"/inventories/{inventory}/revisions", data=a_file("Mitigation,Status\nM1032,Yes\n"))
    latest, first = (objects(visitor, f"/inventories/{inventory}.json{query}") for query in ("", "?revision=1"))
    assert [len(latest), len(first)] == [1, 3]
    for number in ("3", "0", "-1", "x", "٣", "9" * 40):
        assert visitor.get(f"/inventories/{inventory}.json?revision={number}").status_code == 404


def test_a_file_is_the_whole_list_not_one_page_of_it(house: House, program: Program, visitor: FlaskClient) -> None:
    house.idle = True
    inventory = {"inventory": program_with_one(house, program), "groups": ["G0077"]}
    ids = [program.post("/assessments", json={**inventory, "name": f"No {n}"}).json["id"] for n in range(205)]
    assert [row["id"] for row in lines(visitor, "/assessments.csv")] == ids[::-1]
    assert [row["id"] for row in objects(visitor, "/assessments.json?before=2020-01-01T00:00:00Z")] == ids[::-1]


def program_with_one(house: House, program: Program) -> str:
    house.idle = False
    inventory = program.inventory()
    house.idle = True
    return inventory


def test_r8_no_users_text_is_a_formula(program: Program, visitor: FlaskClient) -> None:
    program.upload(name="=1+1")
    program.upload(name="-5")
    program.upload(name="\uff20SUM(A1)")
    assert {row["name"] for row in lines(visitor, "/inventories.csv")} == {"'=1+1", "-5", "'\uff20SUM(A1)"}
    assert {row["name"] for row in objects(visitor, "/inventories.json")} == {"=1+1", "-5", "\uff20SUM(A1)"}


def test_an_empty_list_is_a_file_too(house: House) -> None:
    visitor = house.visitor(Role.VIEWER, OURS)
    assert visitor.get("/assessments.csv").data.decode("utf-8-sig").startswith("id,name,against")
    assert visitor.get("/assessments.json").json == []


def test_a_file_bears_a_name_that_every_system_takes(program: Program, visitor: FlaskClient) -> None:
    inventory = program.upload(name='a/b\\c:"d" ü.').json["id"]
    told = visitor.get(f"/inventories/{inventory}.csv").headers["Content-Disposition"]
    assert (
        told == "attachment; filename*=UTF-8''a_b_c__d_%20%C3%BC.csv; filename=\"a_b_c__d_ u.csv\"" or "a_b_c" in told
    )
    assert not set(told.partition("filename")[2]) & {"/", "\\", ":"}


def test_what_is_not_there_is_404_before_anything_is_sent(standing: Standing) -> None:
    nobody = "00000000-0000-4000-8000-000000000000"
    for path in (f"/inventories/{nobody}.csv", f"/schedules/{nobody}.json", "/assessments.xml", "/assessments/x.csv"):
        assert standing.visitor.get(path).status_code == 404


def test_a_list_without_end_is_cut_and_says_so(standing: Standing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "MOST_ROWS", 3)
    endless = Table(name="x", columns={"n": lambda n: n, "twice": lambda n: 2 * n}, rows=iter(range(10**9)))
    with standing.house.app.test_request_context():
        told = listing.sent(endless, "csv").get_data().decode("utf-8-sig").splitlines()
    assert told == ["n,twice", "0,0", "1,2", "2,4", listing.CUT]


def test_looking_is_enough(standing: Standing) -> None:
    answer = standing.visitor.head("/assessments.csv")
    assert (answer.status_code, answer.data) == (200, b"")
