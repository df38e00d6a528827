"""The import in four steps, as a browser walks it."""

import re
from datetime import timedelta
from uuid import uuid4

import msgspec
import pytest
from factories.desk import THEIRS, House, Program, a_file, press
from factories.files import csv
from flask.testing import FlaskClient
from sqlalchemy import update

from mitigap.store import database
from mitigap.store.imports import Draft
from mitigap.store.schema import Role

MESSY = csv(
    [
        ("Register of the bank", ""),
        ("Tool", "Stand"),
        ("CrowdStrike Falcon", "Stufe A"),
        ("MFA", "Stufe B"),
        ("Coffee machine", "Stufe A"),
    ]
)


def begin(visitor: FlaskClient, data: bytes = MESSY, filename: str = "register.csv", **fields: str) -> str:
    """The path of the draft."""
    answer = press(visitor, "/imports/new", **a_file(data, filename, **fields))
    assert answer.status_code == 303, answer.text
    return str(answer.location).removesuffix("/columns")


def look(visitor: FlaskClient, path: str) -> str:
    found = re.search(r'name="look" value="([^"]+)"', visitor.get(path).text)
    assert found
    return found[1]


def step(visitor: FlaskClient, draft: str, name: str, **fields: str) -> str:
    """Send one step's form; where it leads to."""
    path = f"{draft}/{name}"
    answer = press(visitor, path, look=look(visitor, path), **fields)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def columns(visitor: FlaskClient, draft: str) -> str:
    chosen = {"sheet": "CSV", "header": "2", "column-A": "control", "column-B": "status"}
    step(visitor, draft, "columns", **{**chosen, "go": "look"})
    return step(visitor, draft, "columns", **{**chosen, "go": "next"})


def walk(visitor: FlaskClient, draft: str, **last: str) -> str:
    """Through all steps; where the last one leads to."""
    columns(visitor, draft)
    page = visitor.get(f"{draft}/values").text
    word, name = re.search(r"word-(\d)-text\">Stufe A", page), re.search(r'id="name-(\d)-text">Crowd', page)
    coffee = re.search(r'id="name-(\d)-text">Coffee', page)
    assert word
    assert name
    assert coffee
    told = {f"word-{word[1]}": "implemented", f"name-{name[1]}": "M1040", f"name-{coffee[1]}": "leave-out"}
    step(visitor, draft, "values", **told, go="next")
    return step(visitor, draft, "check", **{"go": "keep", **last})


def test_what_is_chosen_in_the_steps_is_what_is_filed(visitor: FlaskClient, program: Program) -> None:
    path = walk(visitor, begin(visitor), remember="1")
    kept = program.get(f"/inventories/{path.rpartition('/')[2]}").json
    assert kept["levels"] == {"M1032": 0.0, "M1040": 1.0}
    assert kept["revisions"][0]["summary"]["choices"].startswith("sha256:")


def test_what_is_shown_at_the_end_is_what_is_filed(house: House, visitor: FlaskClient) -> None:
    from mitigap.store import inventories, results  # noqa: PLC0415

    draft = begin(visitor)
    columns(visitor, draft)
    shown = look(visitor, f"{draft}/check")
    path = step(visitor, draft, "check", go="keep")
    with house.context.readers() as session:
        workspace = (
            session.query(Draft.workspace_id).first()
            or session.execute(database.select(inventories.Inventory.workspace_id)).first()
        )
        assert workspace
        revision = inventories.revision(session, workspace[0], path.rpartition("/")[2])
        filed = inventories.reading(session, workspace[0], revision.id)
        assert filed == results.document(session, workspace[0], shown)


def test_what_was_said_is_remembered_for_the_next_file(visitor: FlaskClient, program: Program) -> None:
    walk(visitor, begin(visitor), remember="1")
    later = program.upload("Mitigation,Status\nCrowdstrike  FALCON,Stufe A\nCoffee machine,Yes\n").json
    assert later["levels"] == {"M1040": 1.0}
    assert [issue["code"] for issue in later["issues"]] == ["left-out"]


def test_nothing_is_remembered_where_nobody_asks_for_it(visitor: FlaskClient, program: Program) -> None:
    walk(visitor, begin(visitor))
    assert program.upload("Mitigation,Status\nCrowdStrike Falcon,Yes\n").json["levels"] == {}


def test_one_may_leave_and_come_back(visitor: FlaskClient) -> None:
    draft = begin(visitor)
    assert f'href="{draft}"' in visitor.get("/inventories").text
    assert visitor.get(draft).location.endswith("/columns")
    columns(visitor, draft)
    assert '<option value="status" selected>' in visitor.get(f"{draft}/columns").text
    press(visitor, f"{draft}/columns")
    assert press(visitor, f"{draft}/columns", look="other").location.endswith("/columns")


def test_a_file_that_says_no_status_leads_back_to_its_columns(visitor: FlaskClient) -> None:
    draft = begin(visitor)
    step(visitor, draft, "columns", sheet="CSV", header="2", **{"column-A": "control", "column-B": "notes"})
    assert visitor.get(f"{draft}/values").location.endswith("/columns")
    assert "no column says what is deployed" in visitor.get(f"{draft}/columns").text


def test_two_columns_of_one_field_are_refused_beside_the_form(visitor: FlaskClient) -> None:
    draft = begin(visitor)
    path = f"{draft}/columns"
    told = {"sheet": "CSV", "header": "2", "column-A": "status", "column-B": "status"}
    step(visitor, draft, "columns", sheet="CSV", header="2")
    answer = press(visitor, path, look=look(visitor, path), **told)
    assert answer.status_code == 422
    assert "Columns A and B are both “Status”" in answer.text


@pytest.mark.parametrize(("data", "told"), [(b"%PDF-1.7 no", "pdf"), (b"PK\x03\x04 no zip", "damaged")])
def test_a_file_that_cannot_be_read_says_why_and_offers_another(visitor: FlaskClient, data: bytes, told: str) -> None:
    page = visitor.get(f"{begin(visitor, data)}/columns")
    assert page.status_code == 200
    assert told in page.text.lower()
    assert "Choose another file" in page.text


def test_without_a_file_the_first_step_says_so(visitor: FlaskClient) -> None:
    answer = press(visitor, "/imports/new")
    assert answer.status_code == 422
    assert "Choose your controls spreadsheet." in answer.text


@pytest.mark.parametrize("name", ["", "/columns", "/values", "/check"])
def test_a_draft_of_another_workspace_is_not_there(house: House, visitor: FlaskClient, name: str) -> None:
    draft = begin(visitor)
    stranger = house.visitor(Role.ANALYST, THEIRS)
    assert stranger.get(f"{draft}{name}").status_code == 404
    assert stranger.get(f"/imports/{uuid4()}{name}").status_code == 404


def test_a_draft_whose_time_is_over_is_not_there(house: House, visitor: FlaskClient) -> None:
    draft = begin(visitor)
    with house.context.sessions.begin() as session:
        past = database.now(session) - timedelta(minutes=1)
        session.execute(update(Draft).values(expires_at=past))
    assert visitor.get(f"{draft}/columns").status_code == 404
    assert draft not in visitor.get("/inventories").text


def test_a_viewer_may_not_import(house: House) -> None:
    assert house.visitor(Role.VIEWER).get("/imports/new").status_code == 403


def test_an_import_can_be_given_up(visitor: FlaskClient) -> None:
    draft = begin(visitor)
    assert press(visitor, f"{draft}/discard").status_code in (303, 404)
    visitor.post(f"{draft}/discard")
    assert "was given up" in visitor.get("/inventories").text or visitor.get(draft).status_code == 404


def test_the_next_revision_of_an_inventory(visitor: FlaskClient, program: Program) -> None:
    inventory = program.inventory()
    path = walk(visitor, begin(visitor, inventory=inventory))
    assert path.endswith(inventory)
    assert program.get(f"/inventories/{inventory}").json["revision"] == 2


def test_sample_data_goes_through_the_steps(visitor: FlaskClient) -> None:
    answer = press(visitor, "/imports/new")
    token = re.search(r'name="csrf_token" value="([^"]+)"', answer.text)
    assert token
    begun = visitor.post("/imports/sample", data={"csrf_token": token[1]}, headers={"Sec-Fetch-Site": "same-origin"})
    assert "sample-controls.csv" in visitor.get(begun.location).text


def test_hostile_names_are_shown_as_text(visitor: FlaskClient) -> None:
    draft = begin(visitor, csv([("Mitigation", "Status"), ("<script>alert(1)</script>", "=1+1"), ("MFA", "Yes")]))
    for name in ("columns", "values", "check"):
        page = visitor.get(f"{draft}/{name}").text
        assert "<script>alert" not in page
    assert msgspec.json.encode("<script>") not in visitor.get(f"{draft}/check").data
