"""The pages beside the first one: what they show, and that every word from outside is only a word."""

import re

import pytest
from factories.desk import OWN_DOCUMENT, House, Program, Standing, a_file, csrf

from mitigap.store.schema import Role

HOSTILE = "<script>alert(1)</script>"


def test_the_summary_of_several_groups(standing: Standing) -> None:
    page = standing.visitor.get(f"/assessments/{standing.assessment}").text
    assert "2 groups, the weakest first" in page
    assert re.findall(r"<th scope=\"row\">(?:<a [^>]*>)?([^<]+?)(?:</a>)? <span", page) in (
        ["APT28", "Leafminer"],
        ["Leafminer", "APT28"],
    )
    assert "of 17" in page
    assert "1 of 3 rows counts for nothing yet" in page


def test_the_summary_of_one_group(house: House, program: Program) -> None:
    page = house.visitor().get(f"/assessments/{program.assessment('G0077')}").text
    tiles = re.findall(r'<li class="(\w+)"><span class="n">(\d+)</span>', page)
    assert [name for name, _ in tiles] == ["covered", "partial", "gap", "unmitigable"]
    assert sum(int(number) for _, number in tiles) == 17
    assert "mitigations reach 15 of 17 techniques at all, 14 without" in page
    assert "coverage of the techniques that mitigations can reach" in page


def test_a_group_without_anything_to_assess(house: House, program: Program) -> None:
    bare = re.sub(r"(?m)^.*M1\d{3}.*\n", "", OWN_DOCUMENT)
    assert program.post("/catalogs", data=a_file(bare, "bare.md", field="bundle")).status_code == 202
    page = house.visitor().get(f"/assessments/{program.assessment('G9999', catalog='bare.md')}").text
    assert "Nothing to assess" in page
    assert "100 %" not in page


def test_an_inventory_shows_its_revisions_and_issues(standing: Standing) -> None:
    assert standing.inventory in standing.visitor.get("/inventories").text
    page = standing.visitor.get(f"/inventories/{standing.inventory}").text
    assert "controls.csv" in page
    assert "CSV!4:A" in page
    assert "Spoon bending" in page


def test_lists_that_are_empty(house: House) -> None:
    visitor = house.visitor()
    assert "No inventories yet" in visitor.get("/inventories").text
    assert "No assessments yet" in visitor.get("/assessments").text


def test_catalogues_are_listed_and_taken_in(house: House) -> None:
    visitor = house.visitor()
    page = visitor.get("/catalogs").text
    assert "ATT&amp;CK Enterprise 18.1" in page
    assert "used by default" in page
    form = a_file(OWN_DOCUMENT, "ours.md", csrf_token=csrf(visitor))
    answer = visitor.post("/catalogs", data=form)
    assert visitor.get(answer.headers["Location"]).headers["Location"] == "/catalogs"
    assert "ours.md" in visitor.get("/catalogs").text


@pytest.mark.parametrize(("data", "told"), [(b"", "This file is empty."), (None, "Choose a STIX bundle")])
def test_a_catalogue_form_that_has_to_be_mended(house: House, data: bytes | None, told: str) -> None:
    visitor = house.visitor()
    form = {"csrf_token": csrf(visitor), "version": "15.1"}
    answer = visitor.post("/catalogs", data=a_file(data, "x.json", **form) if data is not None else form)
    assert answer.status_code == 422
    assert told in answer.text
    assert 'value="15.1"' in answer.text


def test_only_who_may_load_catalogues_is_offered_to(standing: Standing) -> None:
    assert "Load another" not in standing.house.visitor(Role.ANALYST).get("/catalogs").text


def test_r9_words_from_outside_are_only_words(house: House, program: Program) -> None:
    rows = f"Mitigation,Status,Owner\n{HOSTILE},{HOSTILE},{HOSTILE}\nM1017,Yes,{HOSTILE}\n"
    inventory = program.upload(rows, f"{HOSTILE}.csv", name=HOSTILE).json["id"]
    order = {"inventory": inventory, "groups": ["G0077"], "name": HOSTILE}
    assessment = program.post("/assessments", json=order).json["id"]
    visitor = house.visitor()
    for path in (
        "/",
        f"/?q={HOSTILE}&catalog={HOSTILE}&inventory={HOSTILE}&group={HOSTILE}",
        f"/?inventory={inventory}",
        "/inventories",
        f"/inventories/{inventory}",
        "/assessments",
        f"/assessments/{assessment}",
        f"/assessments/{assessment}/report.html",
    ):
        page = visitor.get(path)
        assert page.status_code == 200
        assert "<script>alert" not in page.text


def test_long_lists_go_on(house: House, program: Program) -> None:
    order = {"inventory": program.inventory(), "groups": ["G0077"]}
    house.idle = True
    for _ in range(51):
        program.post("/assessments", json=order)
    visitor = house.visitor()
    first = visitor.get("/assessments").text
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following
    assert first.count("<tr>") == 51
    second = visitor.get(following[1].replace("&amp;", "&")).text
    assert second.count("<tr>") == 2
    assert "Newest" in second
    for nonsense in ("yesterday", "2026-11-24"):
        assert visitor.get(f"/assessments?before={nonsense}").status_code == 400


def test_assets_are_kept_and_deflated(house: House) -> None:
    client = house.app.test_client()
    page = client.get("/sign-in").text
    for path in re.findall(r'(?:href|src)="(/(?:static|bootstrap)[^"]+)"', page):
        with client.get(path, headers={"Accept-Encoding": "gzip"}) as answer:
            assert answer.status_code == 200
            assert "max-age" in answer.headers["Cache-Control"]
            assert len(answer.data) < 40_000
