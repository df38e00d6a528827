"""R17, R19, R21, R22: where a write may come from, which hosts are ours, what every answer carries, which cookies."""

from pathlib import Path

import pytest
from factories.desk import House, Standing, csrf, press
from factories.workers import NOWHERE
from flask.testing import FlaskClient
from sqlalchemy import func, select

from mitigap.errors import SettingsRefused
from mitigap.settings import Settings
from mitigap.store.schema import Job
from service.app import create_app

PAGES = (
    "/",
    "/assessments",
    "/inventories",
    "/schedules",
    "/schedules/new",
    "/catalogs",
    "/sign-in",
    "/nowhere",
    "/api/v1/groups",
    "/healthz",
)


def jobs_kept(house: House) -> int:
    with house.context.readers() as session:
        return session.scalar(select(func.count()).select_from(Job)) or 0


@pytest.mark.parametrize("path", ["/", "/sample", "/catalogs", "/sign-out"])
def test_r17_a_form_without_its_token_does_nothing(house: House, visitor: FlaskClient, path: str) -> None:
    answer = house.visitor().post(path, data={"groups": "G0077"})
    assert answer.status_code == 400
    assert "out of date" in answer.text
    assert jobs_kept(house) == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_r17_a_write_from_another_site_does_nothing(
    house: House, visitor: FlaskClient, headers: dict[str, str]
) -> None:
    answer = visitor.post("/sample", data={"csrf_token": csrf(visitor)}, headers=headers)
    assert answer.status_code == 403
    assert jobs_kept(house) == 0


def test_r17_our_own_page_may_write(house: House, visitor: FlaskClient) -> None:
    headers = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert visitor.post("/sample", data={"csrf_token": csrf(visitor)}, headers=headers).status_code == 303
    assert jobs_kept(house) == 1


def test_r17_an_api_write_by_cookie_needs_a_header(standing: Standing) -> None:
    path = f"/api/v1/jobs/{standing.assessment}/retry"
    refused = standing.visitor.post(path)
    assert (refused.status_code, refused.mimetype) == (403, "application/problem+json")
    allowed = standing.visitor.post(path, headers={"X-Requested-With": "fetch"})
    assert allowed.status_code == 409


def test_r17_get_changes_nothing(standing: Standing) -> None:
    for action in ("cancel", "retry"):
        assert standing.visitor.get(f"/jobs/{standing.assessment}/{action}").status_code == 405
        assert standing.program.get(f"/jobs/{standing.assessment}/{action}").status_code == 405


def test_r19_only_our_own_hosts_are_served(house: House) -> None:
    client = house.app.test_client()
    for host in ("localhost", "127.0.0.1:8000", "[::1]:8000"):
        assert client.get("/healthz", headers={"Host": host}).status_code == 200
    for host in ("evil.example", "localhost.evil.example", "localhost@evil.example"):
        for path in ("/healthz", "/", "/api/v1/groups", "/static/mitigap.css"):
            answer = client.get(path, headers={"Host": host})
            assert answer.status_code == 400
            assert "evil" not in answer.text


def test_r19_forwarded_headers_are_believed_from_configured_proxies_alone(house: House, tmp_path: Path) -> None:
    headers = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
    assert "evil" not in str(house.app.test_client().get(house.link(), headers=headers).headers)
    proxied = create_app(
        Settings(data_dir=tmp_path, broker_url=NOWHERE, proxies=1, allowed_hosts="gap.example"),
        engine=house.engine,
        enqueue=str,
        broker_answers=bool,
    )
    behind = {"Host": "10.0.0.7", "X-Forwarded-Host": "gap.example"}
    assert proxied.test_client().get("/healthz", headers=behind).status_code == 200
    assert proxied.test_client().get("/healthz", headers={"Host": "10.0.0.7"}).status_code == 400


def test_r19_redirects_stay_here(house: House, visitor: FlaskClient) -> None:
    for answer in (
        house.app.test_client().get(house.link() + "?next=https://evil.example"),
        press(visitor, "/sample", next="//evil.example"),
        press(visitor, "/sign-out"),
    ):
        assert answer.status_code == 303
        assert answer.headers["Location"].startswith("/")
        assert "evil" not in answer.headers["Location"]


@pytest.mark.parametrize("path", PAGES)
def test_r21_every_answer_carries_the_headers(standing: Standing, path: str) -> None:
    answer = standing.visitor.get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    for directive in ("default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert directive in policy
    assert "form-action 'self'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in answer.headers


def test_r21_pages_need_no_inline_style_or_script(standing: Standing) -> None:
    for path in (
        *PAGES,
        f"/assessments/{standing.assessment}",
        f"/inventories/{standing.inventory}",
        f"/schedules/{standing.schedule}",
    ):
        page = standing.visitor.get(path).text
        assert " style=" not in page
        assert "<style" not in page
        assert "<script>" not in page
        assert " on" not in {part[:3] for part in page.split('"')[::2] if part.startswith(" on")}
        assert "http://" not in page.replace('xmlns="http://www.w3.org', "")
        assert "https://" not in page


def test_r22_the_cookie_is_for_the_server_alone(house: House) -> None:
    cookie = house.app.test_client().get(house.link()).headers["Set-Cookie"]
    assert cookie.startswith("mitigap=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_r22_with_tls_the_cookie_is_for_tls_alone(house: House, tmp_path: Path) -> None:
    told = Settings(data_dir=tmp_path, broker_url=NOWHERE, tls=True)
    app = create_app(told, engine=house.engine, enqueue=str, broker_answers=bool)
    answer = app.test_client().get(house.link(), base_url="https://localhost")
    assert answer.headers["Set-Cookie"].startswith("__Host-mitigap=")
    assert "Secure" in answer.headers["Set-Cookie"]
    assert "Path=/" in answer.headers["Set-Cookie"]
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.parametrize("key", ["short", "change-me-" * 10, "a" * 64])
def test_r22_no_start_with_a_key_that_can_be_guessed(tmp_path: Path, key: str) -> None:
    with pytest.raises(SettingsRefused):
        create_app(Settings(data_dir=tmp_path, broker_url=NOWHERE, secret_key=key))


def test_r22_no_debug(house: House) -> None:
    assert not house.app.debug
    assert house.app.test_client().get("/console").status_code == 404
