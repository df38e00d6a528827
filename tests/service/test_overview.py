"""The overview: what is watched, what went down, and what an empty workspace is offered."""

import pytest
from factories.desk import CONTROLS, House, Program, a_file
from flask.testing import FlaskClient

from mitigap.store.schema import Role


def assess(program: Program, inventory: str, *groups: str, **body: object) -> str:
    order = {"inventory": inventory, "groups": groups or ["G0077"], **body}
    return str(program.post("/assessments", json=order).json["id"])


def revise(program: Program, inventory: str, controls: str) -> None:
    program.post(f"/inventories/{inventory}/revisions", data=a_file(controls))


def test_an_empty_workspace_is_offered_a_beginning(visitor: FlaskClient) -> None:
    page = visitor.get("/overview").text
    assert "Nothing here yet" in page
    assert 'action="/sample"' in page
    assert "/template" in page


def test_a_viewer_of_an_empty_workspace_is_offered_nothing_to_press(house: House) -> None:
    page = house.visitor(Role.VIEWER).get("/overview").text
    assert "Nothing here yet" in page
    assert 'action="/sample"' not in page


def test_the_newest_score_of_each_group_stands(program: Program, visitor: FlaskClient) -> None:
    inventory = program.inventory()
    assess(program, inventory)
    newest = assess(program, inventory, "G0077", "G0007")
    page = visitor.get("/overview").text
    assert page.count(f"/assessments/{newest}/techniques?group=") == 2
    assert "first time" in page
    assert "Needs a look" not in page


def test_what_went_down_comes_first(program: Program, visitor: FlaskClient) -> None:
    inventory = program.inventory()
    base = assess(program, inventory)
    revise(program, inventory, CONTROLS.replace("Implemented", "No"))
    now = assess(program, inventory)
    page = visitor.get("/overview").text
    assert "Needs a look" in page
    assert f"/assessments/{now}/drift/{base}" in page
    assert "Leafminer went down by" in page


@pytest.mark.parametrize("other", [{"policy": "any"}, {"policy": {"name": "mean", "software": True}}])
def test_scores_by_another_rule_are_not_compared(program: Program, visitor: FlaskClient, other: object) -> None:
    inventory = program.inventory()
    assess(program, inventory, **other)  # type: ignore[arg-type]
    revise(program, inventory, "Mitigation,Status\nM1017,No\n")
    assess(program, inventory)
    page = visitor.get("/overview").text
    assert "went down" not in page
    assert page.count("first time") == 2


def test_a_failed_job_is_named(program: Program, visitor: FlaskClient) -> None:
    program.upload(b"\xd0\xcf\x11\xe0 not a workbook", "old.xls")
    page = visitor.get("/overview").text
    assert "Reading an inventory failed" in page


def test_another_workspace_shows_nothing_of_ours(house: House, program: Program) -> None:
    assess(program, program.inventory())
    assert "Nothing here yet" in house.visitor(Role.ADMIN, "red").get("/overview").text
