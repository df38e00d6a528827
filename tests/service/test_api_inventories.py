import pytest
from factories.desk import CONTROLS, House, Program, Standing, a_file


def test_a_file_is_understood(program: Program) -> None:
    answer = program.upload(name="Ours")
    found = answer.json
    assert answer.status_code == 201
    assert (found["name"], found["revision"]) == ("Ours", 1)
    assert found["levels"] == {"M1017": 1.0, "M1027": 0.5}
    assert [(issue["location"], issue["code"], issue["severity"]) for issue in found["issues"]] == [
        ("CSV!4:A", "unresolved", "error")
    ]
    assert found["digest"].startswith("sha256:")
    assert answer.headers["Location"] == f"/api/v1/inventories/{found['id']}"


def test_it_goes_by_its_files_name_where_none_is_told(program: Program) -> None:
    assert program.upload(filename="mine/Übersicht 2026.csv").json["name"] == "Übersicht 2026"


def test_the_next_revision(program: Program) -> None:
    inventory = program.inventory()
    answer = program.post(f"/inventories/{inventory}/revisions", data=a_file("Mitigation,Status\nM1032,Yes\n"))
    assert (answer.status_code, answer.json["id"], answer.json["revision"]) == (201, inventory, 2)
    kept = program.get(f"/inventories/{inventory}").json
    assert (kept["revision"], kept["levels"]) == (2, {"M1032": 1.0})
    assert [(row["number"], row["summary"]["controls"]) for row in kept["revisions"]] == [(2, 1), (1, 3)]
    assert [row["id"] for row in program.get("/inventories").json["inventories"]] == [inventory]


def test_an_older_revision_can_be_assessed(program: Program) -> None:
    inventory = program.inventory()
    program.post(f"/inventories/{inventory}/revisions", data=a_file("Mitigation,Status\nM1032,Yes\n"))
    scores = [
        program.get(f"/assessments/{program.post('/assessments', json=order).json['id']}").json["summary"]["inventory"]
        for order in (
            {"inventory": inventory, "groups": ["G0077"], "revision": 1},
            {"inventory": inventory, "groups": ["G0077"]},
        )
    ]
    assert [score["controls"] for score in scores] == [3, 1]


@pytest.mark.parametrize(
    ("data", "filename", "told"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old.xls", ".xlsx"),
        (b"PK\x03\x04 no zip", "broken.xlsx", "damaged"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "picture.png", ""),
        (b"", "empty.csv", "The file is empty."),
    ],
)
def test_a_refused_file_is_a_problem_with_the_workers_own_words(
    standing: Standing, data: bytes, filename: str, told: str
) -> None:
    answer = standing.program.upload(data, filename)
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert told.lower() in answer.json["detail"].lower()


def test_a_slow_worker_is_watched_instead(house: House, program: Program) -> None:
    house.idle = True
    answer = program.upload()
    assert (answer.status_code, answer.json["state"]) == (202, "pending")
    assert answer.headers["Location"] == f"/api/v1/jobs/{house.enqueued[0]}"
    house.work(house.enqueued[0])
    links = program.get(f"/jobs/{house.enqueued[0]}").json["links"]
    assert program.get(links["inventory"].removeprefix("/api/v1")).json["levels"]["M1017"] == 1.0


def test_the_same_key_is_the_same_inventory(program: Program) -> None:
    sent = [program.post("/inventories", data=a_file(CONTROLS), headers={"Idempotency-Key": "once"}) for _ in range(2)]
    assert sent[0].json == sent[1].json
    assert len(program.get("/inventories").json["inventories"]) == 1


def test_a_form_that_has_to_be_mended(standing: Standing) -> None:
    program = standing.program
    for told, data in {
        "file: Missing": {"name": "x"},
        "colour: Unknown field.": a_file(CONTROLS, colour="red"),
        "name: ": a_file(CONTROLS, name="x" * 201),
        "There is no catalogue “mine”": a_file(CONTROLS, catalog="mine"),
    }.items():
        answer = program.post("/inventories", data=data, content_type="multipart/form-data")
        assert answer.status_code == 422
        assert told in answer.json["detail"]
    for key in ("", "x" * 256, "a\tb"):
        answer = program.post("/inventories", data=a_file(CONTROLS), headers={"Idempotency-Key": key})
        assert answer.status_code == 422
        assert "Idempotency-Key" in answer.json["detail"]


def test_names_from_outside_are_cleaned(program: Program) -> None:
    found = program.upload(name="a\u202eb\x00c\n d").json
    assert found["name"] == "a\ufffdb\ufffdc d"
