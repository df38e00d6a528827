"""Branding: set by admins alone, checked, and on every report made from then on."""

import io
from typing import Any

import pytest
from factories.desk import House, Program, csrf
from factories.pictures import a_jpeg, a_png
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from mitigap.branding import Branding, Marking
from mitigap.store import looks
from mitigap.store.schema import Role

PLACE = "/settings/branding"


@pytest.fixture
def admin(house: House) -> FlaskClient:
    return house.visitor(Role.ADMIN)


def send(admin: FlaskClient, logo: bytes | None = None, name: str = "logo.png", **told: str) -> TestResponse:
    data: dict[str, Any] = {"csrf_token": csrf(admin), "title": "", "accent": "", "marking": "", **told}
    if logo is not None:
        data["logo"] = (io.BytesIO(logo), name)
    return admin.post(PLACE, data=data)


def kept(house: House, admin: FlaskClient) -> Branding:
    with house.context.readers() as session:
        (workspace,) = (row.workspace_id for row in session.query(looks.Look))
        return looks.get(session, workspace)


def test_what_is_set_is_shown_again(house: House, admin: FlaskClient) -> None:
    answer = send(admin, a_png(), title=" Acme  SOC ", accent="#8c1d18", marking="TLP:AMBER+STRICT")
    assert (answer.status_code, answer.headers["Location"]) == (303, PLACE)
    found = kept(house, admin)
    assert (found.title, found.accent, found.marking) == ("Acme SOC", "#8C1D18", Marking.AMBER_STRICT)
    page = admin.get(PLACE).text
    assert 'value="Acme SOC"' in page
    assert 'value="TLP:AMBER+STRICT" checked' in page
    shown = admin.get(f"{PLACE}/logo")
    assert (shown.data, shown.content_type) == (a_png(), "image/png")


def test_a_logo_stays_until_another_is_sent_or_it_is_removed(admin: FlaskClient) -> None:
    send(admin, a_png())
    send(admin, title="Acme")
    assert admin.get(f"{PLACE}/logo").data == a_png()
    send(admin, a_jpeg(), "logo.png")
    assert admin.get(f"{PLACE}/logo").content_type == "image/jpeg"
    send(admin, no_logo="y", title="Acme")
    assert admin.get(f"{PLACE}/logo").status_code == 404


@pytest.mark.parametrize(
    ("told", "logo", "words"),
    [
        ({"accent": "red"}, None, "such as #22577A"),
        ({"accent": "#FFC000"}, None, "too light"),
        ({"marking": "TLP:WHITE"}, None, "There is no such marking"),
        ({"title": "x" * 121}, None, "At most 120 letters"),
        ({}, b"<svg xmlns='http://www.w3.org/2000/svg'/>", "PNG or JPEG"),
        ({}, b"GIF89a", "PNG or JPEG"),
        ({}, b"", "PNG or JPEG"),
        ({}, a_png() + b"0" * 200_000, "too large"),
        ({}, a_png(2001, 1), "too large"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    admin: FlaskClient, told: dict[str, str], logo: bytes | None, words: str
) -> None:
    answer = send(admin, logo, **told)
    assert answer.status_code == 422
    assert words in answer.text
    assert admin.get(f"{PLACE}/logo").status_code == 404


def test_reports_made_from_then_on_bear_it(house: House, admin: FlaskClient) -> None:
    program = Program(house, house.token(Role.ADMIN))
    before = program.assessment()
    send(admin, a_png(), title="Acme SOC", marking="TLP:RED", accent="#8C1D18")
    after = program.assessment()
    for assessment, there in ((before, False), (after, True)):
        page = program.get(f"/assessments/{assessment}/report.html").text
        assert ("Acme SOC" in page) == ("TLP:RED" in page) == ("data:image/png" in page) == there


def test_another_workspace_keeps_its_own(house: House, admin: FlaskClient) -> None:
    send(admin, a_png(), title="Acme SOC")
    theirs = house.visitor(Role.ADMIN, "another")
    assert "Acme SOC" not in theirs.get(PLACE).text
    assert theirs.get(f"{PLACE}/logo").status_code == 404


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST])
def test_it_is_for_admins_alone(house: House, role: Role) -> None:
    visitor = house.visitor(role)
    assert visitor.get(PLACE).status_code == 403
    assert send(visitor, title="Acme").status_code == 403
    assert PLACE not in visitor.get("/assessments").text
