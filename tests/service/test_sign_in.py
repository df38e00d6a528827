"""R15: rights and sessions end at the next request. The link works once."""

from datetime import timedelta

from factories.desk import OURS, House, csrf, press
from flask.testing import FlaskClient

from mitigap.store import accounts
from mitigap.store.schema import Membership, Role, WebSession


def test_the_link_signs_in_once_and_leads_to_the_start(house: House) -> None:
    link, client = house.link(), house.app.test_client()
    answer = client.get(link)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert "admin@blue.example" in client.get("/").text
    stranger = house.app.test_client()
    again = stranger.get(link)
    assert again.status_code == 410
    assert "This link no longer works" in again.text
    assert "mitigap user link" in again.text
    assert stranger.get("/").status_code == 401


def test_an_old_link_is_as_good_as_none(house: House) -> None:
    late = house.link(ttl=timedelta(seconds=-1))
    assert house.app.test_client().get(late).status_code == 410
    assert house.app.test_client().get("/sign-in/" + "x" * 5000).status_code == 410


def test_looking_ahead_does_not_use_the_link_up(house: House) -> None:
    link, client = house.link(), house.app.test_client()
    assert client.head(link).status_code == 204
    assert client.get(link, headers={"Sec-Purpose": "prefetch"}).status_code == 204
    assert client.get(link).status_code == 303


def test_a_stranger_is_told_how_to_sign_in(house: House) -> None:
    answer = house.app.test_client().get("/inventories")
    assert answer.status_code == 401
    assert "mitigap serve" in answer.text
    assert 'name="password"' in answer.text


def test_r15_signing_out_ends_the_session_itself(house: House) -> None:
    client = house.visitor()
    cookie = client.get_cookie("mitigap")
    assert cookie
    press(client, "/sign-out")
    assert client.get("/").status_code == 401
    client.set_cookie("mitigap", cookie.value)
    assert client.get("/").status_code == 401


def test_r15_a_new_role_holds_at_the_next_request(house: House) -> None:
    client, headers = house.visitor(Role.ANALYST), house.token(Role.ANALYST)
    token = csrf(client)
    house_role(house, "analyst@blue.example", Role.VIEWER)
    assert client.post("/sample", data={"csrf_token": token}).status_code == 401
    assert house.app.test_client().post("/api/v1/assessments", json={}, headers=headers).status_code == 403


def test_r15_a_removed_member_is_a_stranger_at_the_next_request(house: House) -> None:
    client, headers = house.visitor(Role.ANALYST), house.token(Role.ANALYST)
    with house.context.sessions.begin() as session:
        workspace = accounts.ensure_workspace(session, OURS).id
        user = next(user for user, _ in accounts.members(session, workspace) if user.email.startswith("analyst"))
        accounts.remove_member(session, user.id, workspace)
    assert client.get("/").status_code == 401
    assert house.app.test_client().get("/api/v1/catalogs", headers=headers).status_code == 401


def test_a_session_ends_with_its_time(house: House) -> None:
    client = house.visitor()
    with house.context.sessions.begin() as session:
        opened = session.query(WebSession).one()
        opened.expires_at = opened.created_at
    assert client.get("/").status_code == 401


def test_signing_in_leaves_nothing_of_before(house: House, visitor: FlaskClient) -> None:
    before = csrf(visitor)
    visitor.get(house.link(Role.VIEWER))
    assert visitor.post("/sign-out", data={"csrf_token": before}).status_code == 400


def test_a_forged_cookie_is_nobodys(house: House) -> None:
    client = house.app.test_client()
    for value in ("", "x", "eyJzZXNzaW9uIjoieCJ9.aaaa.bbbb"):
        client.set_cookie("mitigap", value)
        assert client.get("/").status_code == 401


def house_role(house: House, email: str, role: Role) -> None:
    with house.context.sessions.begin() as session:
        workspace = accounts.ensure_workspace(session, OURS).id
        user = next(user for user, _ in accounts.members(session, workspace) if user.email == email)
        accounts.set_role(session, user.id, workspace, role)
        assert session.get_one(Membership, (user.id, workspace)).role is role
