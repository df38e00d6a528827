import json
from uuid import uuid4

import pytest
from factories.desk import House, Program, Standing


def test_an_order_becomes_an_assessment(program: Program) -> None:
    inventory = program.inventory()
    answer = program.post("/assessments", json={"inventory": inventory, "groups": ["leafminer", "Fancy Bear"]})
    assert answer.status_code == 202
    assert answer.json["id"] == answer.json["job"]
    assert answer.headers["Location"] == f"/api/v1/assessments/{answer.json['id']}"
    found = program.get(f"/assessments/{answer.json['id']}").json
    assert (found["state"], found["progress"], found["groups"]) == ("succeeded", 100, ["G0077", "G0007"])
    assert [(group["id"], group["counts"]["techniques"]) for group in found["summary"]["groups"]] == [
        ("G0077", 17),
        ("G0007", 91),
    ]
    assert found["summary"]["policy"]["name"] == "mean"


@pytest.mark.parametrize(
    ("extension", "media_type"),
    [
        ("json", "application/json"),
        ("html", "text/html"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("csv", "text/csv"),
        ("md", "text/markdown"),
        ("layer.json", "application/json"),
    ],
)
def test_each_format_of_the_report(standing: Standing, extension: str, media_type: str) -> None:
    answer = standing.program.get(f"/assessments/{standing.assessment}/report.{extension}")
    assert (answer.status_code, answer.mimetype) == (200, media_type)
    assert answer.data


def test_the_links_lead_to_the_reports(standing: Standing) -> None:
    links = standing.program.get(f"/assessments/{standing.assessment}").json["links"]
    assert standing.visitor.get(links["job"]).json["links"]["assessment"] == links["self"]
    for form in ("layer", "json", "html", "xlsx", "csv", "md"):
        assert standing.visitor.get(links["report"][form]).status_code == 200


def test_a_report_that_is_not_ready(house: House, program: Program) -> None:
    inventory = program.inventory()
    house.idle = True
    order = program.post("/assessments", json={"inventory": inventory, "groups": ["G0077"]}).json
    answer = program.get(f"/assessments/{order['id']}/report.json")
    assert (answer.status_code, answer.headers["Retry-After"]) == (409, "2")
    assert "pending" in answer.json["detail"]
    assert program.get(f"/assessments/{order['id']}").json["summary"] is None


def test_the_same_key_is_the_same_assessment(program: Program) -> None:
    order = {"inventory": program.inventory(), "groups": ["G0077"]}
    key = {"Idempotency-Key": "monday"}
    first, second = (program.post("/assessments", json=order, headers=key) for _ in range(2))
    other = program.post("/assessments", json={**order, "groups": ["G0016"]}, headers=key)
    assert first.json == second.json
    assert other.status_code == 409
    assert len(program.get("/assessments").json["assessments"]) == 1


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"groups": ["Leafmine"]}, "Did you mean G0077 (Leafminer)"),
        ({"groups": []}, "groups"),
        ({"groups": ["G0077"], "all_groups": True}, "all_groups"),
        ({"catalog": "enterprise-attack@99"}, "There are: enterprise-attack@18.1"),
        ({"policy": "median"}, "There is no policy “median”; there are mean, any, all."),
        ({"policy": {"name": "any", "sofware": True}}, "sofware"),
        ({"colour": "red"}, "colour: Unknown field."),
        ({"inventory": "mine"}, "inventory: Not a valid UUID."),
        ({"groups": "G0077"}, "groups"),
        ({"revision": 0}, "revision"),
    ],
)
def test_an_order_that_has_to_be_mended(standing: Standing, change: dict[str, object], told: str) -> None:
    order = {"inventory": standing.inventory, "groups": ["G0077"], **change}
    answer = standing.program.post("/assessments", json=order)
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert told in answer.json["detail"]


def test_an_inventory_or_revision_that_is_not_there(standing: Standing) -> None:
    order = {"inventory": standing.inventory, "groups": ["G0077"]}
    for change in ({"inventory": str(uuid4())}, {"revision": 2}):
        assert standing.program.post("/assessments", json={**order, **change}).status_code == 404


def test_policy_and_catalogue_of_ones_choice(program: Program) -> None:
    seed = next(row for row in program.get("/catalogs").json["catalogs"] if not row["standard"])
    policy = {"name": "any", "software": True}
    made = program.assessment(catalog=seed["digest"], policy=policy, name="Rehearsal")
    found = program.get(f"/assessments/{made}").json
    assert (found["name"], found["policy"]["name"], found["policy"]["software"]) == ("Rehearsal", "any", True)
    assert found["summary"]["catalog"]["digest"] == seed["digest"]
    assert found["summary"]["groups"][0]["counts"]["edges"] == 45


def test_all_groups_of_a_catalogue(program: Program) -> None:
    order = {"inventory": program.inventory(), "all_groups": True, "catalog": "G0077-leafminer.md"}
    found = program.get(f"/assessments/{program.post('/assessments', json=order).json['id']}").json
    assert (found["groups"], [each["id"] for each in found["summary"]["groups"]]) == (None, ["G0077"])


def test_the_list_goes_on_where_the_page_ended(house: House, program: Program) -> None:
    order = {"inventory": program.inventory(), "groups": ["G0077"]}
    house.idle = True
    made = [program.post("/assessments", json=order).json["id"] for _ in range(3)]
    first = program.get("/assessments?limit=2").json
    second = program.get(first["next"].removeprefix("/api/v1")).json
    assert [row["id"] for row in (*first["assessments"], *second["assessments"])] == made[::-1]
    assert second["next"] is None


def test_a_job_of_another_kind_is_no_assessment(standing: Standing) -> None:
    reading = standing.house.enqueued[0]
    assert standing.program.get(f"/jobs/{reading}").json["kind"] == "read"
    assert standing.program.get(f"/assessments/{reading}").status_code == 404
    assert standing.program.get(f"/assessments/{reading}/report.json").status_code == 404


def test_two_equal_orders_give_equal_bytes(program: Program) -> None:
    one, other = (program.get(f"/assessments/{program.assessment()}/report.json").data for _ in range(2))
    assert json.loads(one)["group"] == {"id": "G0077", "name": "Leafminer"}
    assert one == other
