"""In by OpenID Connect, against a provider of the test's own: what is proven opens, and nothing else."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from factories.desk import OURS, House, csrf
from flask.testing import FlaskClient
from issuer import CLIENT, SECRET, Issuer, issuer
from joserfc.jwk import OctKey, RSAKey
from werkzeug.test import TestResponse

from mitigap.errors import SettingsRefused
from mitigap.settings import Settings
from mitigap.store import accounts
from mitigap.store.people import Role
from service import single_sign_on
from service.pages import oidc

SOC = "soc@blue.example"


@pytest.fixture
def provider() -> Iterator[Issuer]:
    single_sign_on.provider.cache_clear()
    with issuer() as here:
        yield here


@pytest.fixture
def home(furnished: Path, tmp_path: Path, provider: Issuer) -> Iterator[House]:
    """A house that believes the provider; who is new comes into `blue` as a viewer."""
    shutil.copy(furnished, tmp_path / "mitigap.db")
    built = House(tmp_path, **told(provider))
    yield built
    built.engine.dispose()


def told(provider: Issuer, **changes: Any) -> dict[str, Any]:
    return {
        "oidc_issuer": provider.url,
        "oidc_client_id": CLIENT,
        "oidc_client_secret": SECRET,
        "oidc_workspace": OURS,
        "oidc_domains": "blue.example, green.example",
        **changes,
    }


def away(client: FlaskClient, after: str = "") -> str:
    """Where the browser comes back to, once the provider has let it go."""
    sent = client.get("/sign-in/oidc", query_string={"next": after} if after else None)
    assert sent.status_code == 303
    return httpx.get(sent.headers["Location"], follow_redirects=False).headers["Location"]


def back(client: FlaskClient, where: str) -> TestResponse:
    split = urlsplit(where)
    return client.get(f"{split.path}?{split.query}", headers={"Sec-Fetch-Site": "cross-site"})


def test_whoever_is_proven_comes_in(home: House, provider: Issuer) -> None:
    client = home.app.test_client()
    assert "Sign in with single sign-on" in client.get("/sign-in").text
    answer = back(client, away(client, "/inventories"))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/inventories")
    assert SOC in client.get("/").text
    with home.context.readers() as session:
        room = accounts.ensure_workspace(session, OURS).id
        assert [(user.email, role) for user, role in accounts.members(session, room)] == [(SOC, Role.VIEWER)]
    assert provider.seen[0]["code_verifier"]


def test_a_member_keeps_the_role_he_has(home: House, provider: Issuer) -> None:
    with home.context.sessions.begin() as session:
        accounts.create_user(session, SOC, Role.ADMIN, "red")
    client = home.app.test_client()
    back(client, away(client))
    page = client.get("/settings/account").text
    assert "admin of red" in page


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"},
        {"aud": "another"},
        {"aud": None},
        {"exp": 1},
        {"exp": None},
        {"nonce": "guessed"},
        {"nonce": None},
        {"email_verified": False},
        {"email_verified": "true"},
        {"email": None},
        {"email": "soc@evil.example"},
        {"email": "soc@blue.example@evil.example"},
    ],
    ids=str,
)
def test_what_is_not_proven_opens_nothing(home: House, provider: Issuer, claims: dict[str, Any]) -> None:
    provider.claims = claims
    client = home.app.test_client()
    assert back(client, away(client)).status_code == 403
    assert client.get("/").status_code == 401


def test_a_signature_by_another_key_opens_nothing(home: House, provider: Issuer) -> None:
    provider.signing = RSAKey.generate_key(2048, {"kid": "one"}, private=True)
    client = home.app.test_client()
    assert back(client, away(client)).status_code == 403


def test_a_signature_by_the_shared_secret_opens_nothing(home: House, provider: Issuer) -> None:
    provider.algorithm, provider.signing = "HS256", OctKey.import_key(SECRET * 3)
    client = home.app.test_client()
    assert back(client, away(client)).status_code == 403


def test_an_answer_serves_once_and_in_the_browser_that_asked(home: House, provider: Issuer) -> None:
    client, other = home.app.test_client(), home.app.test_client()
    where = away(client)
    assert back(other, where).status_code == 403
    away(other)
    assert back(other, where).status_code == 403
    assert back(client, where).status_code == 303
    assert back(home.app.test_client(), where).status_code == 403


@pytest.mark.parametrize("query", ["", "?error=access_denied", "?code=x", "?code=x&state=y", "?state="])
def test_an_answer_that_is_none_opens_nothing(home: House, query: str) -> None:
    client = home.app.test_client()
    away(client)
    assert client.get(f"/sign-in/oidc/callback{query}").status_code == 403


def test_r19_it_leads_on_within_our_own_page_alone(home: House) -> None:
    client = home.app.test_client()
    assert back(client, away(client, "https://evil.example/")).headers["Location"] == "/"


def test_the_question_holds_state_nonce_and_challenge_alone(home: House) -> None:
    client = home.app.test_client()
    sent = parse_qs(urlsplit(client.get("/sign-in/oidc").headers["Location"]).query)
    assert sent["code_challenge_method"] == ["S256"]
    assert sent["redirect_uri"] == ["http://localhost/sign-in/oidc/callback"]
    assert {"state", "nonce", "code_challenge"} < sent.keys()
    assert "code_verifier" not in sent
    assert SECRET not in str(sent)


def test_a_stranger_without_a_place_is_sent_away(furnished: Path, tmp_path: Path, provider: Issuer) -> None:
    shutil.copy(furnished, tmp_path / "mitigap.db")
    house = House(tmp_path, **told(provider, oidc_workspace=""))
    client = house.app.test_client()
    answer = back(client, away(client))
    house.engine.dispose()
    assert answer.status_code == 403
    assert "Ask your administrator" in answer.text


def test_an_issuer_that_lies_or_is_away_is_told(home: House, provider: Issuer) -> None:
    provider.described = "https://evil.example"
    answer = home.app.test_client().get("/sign-in/oidc")
    assert answer.status_code == 503
    assert "cannot be reached" in answer.text


def test_without_the_setting_there_is_no_such_way(house: House) -> None:
    client = house.app.test_client()
    assert "Sign in with" not in client.get("/sign-in").text.replace("Sign in with it", "")
    assert client.get("/sign-in/oidc").status_code == 404
    assert client.get("/sign-in/oidc/callback").status_code == 404
    assert csrf(client, "/sign-in")


def test_without_the_extra_the_start_is_refused(monkeypatch: pytest.MonkeyPatch, provider: Issuer) -> None:
    monkeypatch.setattr(oidc, "find_spec", lambda _name: None)
    with pytest.raises(SettingsRefused, match=r"mitigap\[oidc\]"):
        oidc.name(Settings(**told(provider)))


def test_an_issuer_without_tls_is_refused() -> None:
    with pytest.raises(ValueError, match="must begin with https"):
        Settings(oidc_issuer="http://login.example.com")
