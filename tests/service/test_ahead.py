"""What comes next: the forecast beside an assessment, and what another catalogue would change."""

import re
from datetime import date, timedelta

import pytest
from factories.desk import House, Program, press
from flask.testing import FlaskClient

from mitigap.store.schema import Artifact, Job, Kind, Role

SOON, LATER = (date.today() + timedelta(days=each) for each in (30, 60))  # noqa: DTZ011 - of no consequence here
EXPIRING = f"""Control,Mitigation,Status,Owner,Expires
<b>Awareness</b> training,M1017,Implemented,People team,{SOON}
Password rules,M1027,Implemented,IAM team,{LATER}
"""
SEED = "G0077-leafminer.md"
NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def expiring(program: Program) -> str:
    """An assessment of controls that run out."""
    inventory = program.upload(EXPIRING).json["id"]
    body = {"inventory": inventory, "groups": ["Leafminer", "APT28", "APT29", "FIN7"]}
    return str(program.post("/assessments", json=body).json["id"])


def test_the_page_tells_what_expires_next(visitor: FlaskClient, expiring: str) -> None:
    page = visitor.get(f"/assessments/{expiring}").text
    told = [day for day in re.findall(r'<time datetime="([\d-]+)">', page) if len(day) == 10]
    assert told == [f"{each + timedelta(days=1)}" for each in (SOON, LATER)]
    assert "&lt;b&gt;Awareness&lt;/b&gt; training" in page
    assert "People team, good until" in page
    assert "and 1 more group" in page
    assert re.search('[0-9]+ % → [0-9]+ %</span> <span class="soft small nowrap">\N{MINUS SIGN}[0-9.]+ points', page)


def test_nothing_that_expires_is_said_too(visitor: FlaskClient, program: Program) -> None:
    assert "Nothing that runs out" in visitor.get(f"/assessments/{program.assessment()}").text


def test_the_forecast_is_a_document(visitor: FlaskClient, program: Program, expiring: str) -> None:
    answer = program.get(f"/assessments/{expiring}/forecast")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert [each["group"]["id"] for each in answer.json] == ["G0077", "G0007", "G0016", "G0046"]
    assert {each["schema"] for each in answer.json} == {"mitigap/forecast/1"}
    assert [fall["on"] for fall in answer.json[1]["falls"]] == [f"{each + timedelta(days=1)}" for each in (SOON, LATER)]
    assert visitor.get(f"/assessments/{expiring}/forecast.json").data == answer.data


def test_a_forecast_that_is_not_there_yet_or_no_more(
    house: House, visitor: FlaskClient, program: Program, expiring: str
) -> None:
    with house.context.sessions.begin() as session:
        for found in session.query(Artifact).filter_by(job_id=expiring):
            session.delete(found)
    assert program.get(f"/assessments/{expiring}/forecast").status_code == 404
    assert "What expires next" not in visitor.get(f"/assessments/{expiring}").text
    inventory = program.inventory()
    house.idle = True
    unfinished = program.post("/assessments", json={"inventory": inventory, "groups": ["APT28"]}).json["id"]
    assert program.get(f"/assessments/{unfinished}/forecast").status_code == 409


def test_a_newer_release_is_pointed_out_and_previewed(house: House, visitor: FlaskClient, program: Program) -> None:
    old = program.assessment(catalog=SEED)
    page = visitor.get(f"/assessments/{old}").text
    assert "ATT&amp;CK Enterprise 18.1 is newer" in page
    chosen = re.search(r'<option value="([\w-]+)" selected>ATT&amp;CK Enterprise 18.1<', page)
    assert chosen
    ordered = press(visitor, f"/assessments/{old}/preview", catalog=chosen[1])
    there = visitor.get(ordered.headers["Location"])
    assert (there.status_code, there.headers["Location"]) == (303, f"/previews/{house.enqueued[-1]}")
    shown = visitor.get(there.headers["Location"]).text
    assert "What ATT&amp;CK Enterprise 18.1 would change" in shown
    assert "6 changed links" in shown


def test_what_is_under_the_newest_release_may_still_be_previewed(visitor: FlaskClient, program: Program) -> None:
    page = visitor.get(f"/assessments/{program.assessment()}").text
    assert "This is under the newest release, ATT&amp;CK Enterprise 18.1." in page
    assert "G0077-leafminer.md" in page


def test_a_preview_is_printed_and_is_no_assessment(visitor: FlaskClient, program: Program) -> None:
    preview = program.preview(program.assessment())
    page = visitor.get(f"/previews/{preview}").text
    for address in re.findall(rf'href="(/previews/{preview}/report\.[^"]+)"', page):
        report = visitor.get(address)
        assert report.status_code == 200
        assert ("attachment" in report.headers["Content-Disposition"]) is (not address.endswith(".html"))
    assert "sandbox" in visitor.get(f"/previews/{preview}/report.html").headers["Content-Security-Policy"]
    assert visitor.get(f"/previews/{preview}/report.csv").status_code == 404
    assert visitor.get(f"/assessments/{preview}").status_code == 404
    assert len(program.get("/assessments").json["assessments"]) == 1


def test_accepting_it_assesses_the_same_under_it(house: House, visitor: FlaskClient, program: Program) -> None:
    base = program.assessment("Leafminer", "APT28", policy={"name": "any", "software": True})
    preview = program.preview(base)
    page = visitor.get(f"/previews/{preview}").text
    assert "1 group is not in" in page
    assert "G0007" in page
    press(visitor, f"/previews/{preview}/assess")
    with house.context.readers() as session:
        made, first = (session.get(Job, each) for each in (house.enqueued[-1], base))
        assert made
        assert first
        assert made.kind is Kind.ASSESS
        told = {name: made.params[name] for name in ("revision", "policy", "name")}
        assert told == {name: first.params[name] for name in told}
        assert made.params["groups"] == ["G0077"]
        assert made.summary["catalog"]["source"] == SEED


def test_every_group_stays_every_group(house: House, visitor: FlaskClient, program: Program) -> None:
    order = {"inventory": program.inventory(), "all_groups": True, "catalog": SEED}
    base = program.post("/assessments", json=order).json["id"]
    press(visitor, f"/previews/{program.preview(base, 'enterprise-attack@18.1')}/assess")
    with house.context.readers() as session:
        made = session.get(Job, house.enqueued[-1])
        assert made
        assert made.params["groups"] is None


def test_the_job_leads_to_its_document(program: Program) -> None:
    base = program.assessment(catalog=SEED)
    answer = program.post(f"/assessments/{base}/preview", json={"catalog": "enterprise-attack@18.1"})
    assert (answer.status_code, answer.headers["Location"]) == (202, f"/api/v1/jobs/{answer.json['job']}")
    job = program.get(f"/jobs/{answer.json['job']}").json
    assert (job["kind"], job["state"], job["summary"]["changed"]) == ("preview", "succeeded", True)
    drift = program.get(job["links"]["document"].removeprefix("/api/v1")).json
    assert drift["schema"] == "mitigap/drift/1"
    assert [edge["cause"] for edge in drift["edges"]] == ["catalogue"] * 6
    assert program.get(f"/jobs/{base}/document").json["schema"] == "mitigap/assessment/1"


def test_the_same_key_is_the_same_preview(program: Program) -> None:
    base = program.assessment()
    told = {"json": {"catalog": SEED}, "headers": {"Idempotency-Key": "once"}}
    first, second = (program.post(f"/assessments/{base}/preview", **told) for _ in range(2))
    assert first.json == second.json


def test_what_cannot_be_previewed_is_refused(house: House, visitor: FlaskClient, program: Program) -> None:
    base = program.assessment()
    path = f"/assessments/{base}/preview"
    for catalog, status, told in (
        ("enterprise-attack@18.1", 409, "under enterprise-attack@18.1 already"),
        ("mobile-attack@18.1", 422, "There is no catalogue"),
        ("", 422, "catalog"),
    ):
        refused = program.post(path, json={"catalog": catalog})
        assert (refused.status_code, told in refused.json["detail"]) == (status, True)
    for catalog in (NOBODY, "nothing", ""):
        back = press(visitor, path, catalog=catalog)
        assert back.headers["Location"] == f"/assessments/{base}"
        assert "catalogue" in visitor.get(f"/assessments/{base}").text
    inventory = program.inventory()
    house.idle = True
    waiting = program.preview(base)
    assert program.get(f"/jobs/{waiting}/document").status_code == 409
    assert visitor.get(f"/previews/{waiting}").headers["Location"] == f"/jobs/{waiting}"
    assert visitor.get(f"/previews/{waiting}/report.json").status_code == 404
    assert press(visitor, f"/previews/{waiting}/assess").status_code == 409
    unfinished = program.post("/assessments", json={"inventory": inventory, "groups": ["APT28"]}).json["id"]
    assert program.post(f"/assessments/{unfinished}/preview", json={"catalog": SEED}).status_code == 409


def test_a_preview_that_failed_says_why(visitor: FlaskClient, program: Program) -> None:
    preview = program.preview(program.assessment("APT28"))
    page = visitor.get(f"/jobs/{preview}").text
    assert "knows none of its groups" in page


def test_viewers_see_previews_and_order_none(house: House, program: Program) -> None:
    base = program.assessment()
    preview = program.preview(base)
    viewer = house.visitor(Role.VIEWER)
    assert "Assess under it" not in viewer.get(f"/previews/{preview}").text
    assert "Under another release" not in viewer.get(f"/assessments/{base}").text
    assert press(viewer, f"/assessments/{base}/preview", catalog=NOBODY).status_code == 403
