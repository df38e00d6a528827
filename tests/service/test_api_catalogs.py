import pytest
from factories.desk import OWN_DOCUMENT, House, Program, Standing, a_file

from mitigap.store.schema import Role


def test_which_there_are(program: Program) -> None:
    rows = program.get("/catalogs").json["catalogs"]
    assert [(row["label"], row["standard"], row["builtin"]) for row in rows] == [
        ("enterprise-attack@18.1", True, True),
        ("G0077-leafminer.md", False, True),
    ]


def test_another_is_taken_in(program: Program) -> None:
    answer = program.post("/catalogs", data=a_file(OWN_DOCUMENT, "ours.md", field="bundle"))
    assert answer.status_code == 202
    assert answer.headers["Location"] == f"/api/v1/jobs/{answer.json['job']}"
    assert program.get(f"/jobs/{answer.json['job']}").json["state"] == "succeeded"
    found = program.get("/groups?catalog=ours.md").json
    assert [group["name"] for group in found["groups"]] == ["Our own group"]
    assert found["catalog"]["builtin"] is False


def test_one_that_cannot_be_read(program: Program) -> None:
    job = program.post("/catalogs", data=a_file("# nothing", "x.md", field="bundle")).json["job"]
    found = program.get(f"/jobs/{job}").json
    assert found["state"] == "failed"
    assert found["error"]
    assert program.post("/catalogs", data=a_file(b"", "x.md", field="bundle")).status_code == 422
    assert program.post("/catalogs", data=a_file("x", "x.md")).status_code == 422


def test_analysts_take_in_none(house: House) -> None:
    analyst = Program(house, house.token(Role.ANALYST))
    assert analyst.post("/catalogs", data=a_file(OWN_DOCUMENT, field="bundle")).status_code == 403


def test_groups_and_their_counts(standing: Standing) -> None:
    found = standing.program.get("/groups").json
    leafminer = next(group for group in found["groups"] if group["id"] == "G0077")
    assert leafminer == {
        "id": "G0077",
        "name": "Leafminer",
        "aliases": ["Raspite"],
        "techniques": 17,
        "mitigable": 15,
    }
    assert found["catalog"]["label"] == "enterprise-attack@18.1"


@pytest.mark.parametrize("text", ["G0077", "g0077", "leafminer", "RASPITE", " Leafminer "])
def test_one_group_by_whatever_it_is_called(standing: Standing, text: str) -> None:
    found = standing.program.get(f"/groups/{text}").json
    assert (found["id"], found["catalog"]["version"]) == ("G0077", "18.1")


def test_groups_are_searched_by_every_word(standing: Standing) -> None:
    names = [group["name"] for group in standing.program.get("/groups?q=bear cozy").json["groups"]]
    assert names == ["APT29"]


def test_a_group_that_is_not_there(standing: Standing) -> None:
    answer = standing.program.get("/groups/Leafmine")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert "Did you mean G0077 (Leafminer)" in answer.json["detail"]
    assert standing.program.get("/groups?catalog=nothing").status_code == 422


def test_a_document_that_was_loaded_twice_is_named_once(program: Program) -> None:
    for text in (OWN_DOCUMENT, OWN_DOCUMENT.replace("Our own group", "Another one")):
        program.post("/catalogs", data=a_file(text, "G9999-ours.md", field="bundle"))
    told = program.get("/groups?catalog=nothing").json["detail"]
    assert told.count("G9999-ours.md") == 1
