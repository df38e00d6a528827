"""R13 to R16: workspaces, members, invitations and tokens on their pages."""

import re
from typing import Any

import pytest
from factories.desk import OURS, PASSWORD, THEIRS, House, Program, csrf, enter, press
from flask.testing import FlaskClient
from sqlalchemy import select

from mitigap.store import accounts
from mitigap.store.people import AuditEntry, Role

GUEST = "guest@example.com"


def told(house: House, workspace: str = OURS) -> list[tuple[str, str, str]]:
    """`(actor, act, subject)` of the workspace's log, without sign-ins."""
    columns = (AuditEntry.actor, AuditEntry.act, AuditEntry.subject)
    with house.context.readers() as session:
        room = accounts.ensure_workspace(session, workspace).id
        query = select(*columns).where(AuditEntry.workspace_id == room, AuditEntry.act != "sign-in.done")
        return [tuple(row) for row in session.execute(query.order_by(AuditEntry.created_at))]


def user_id(house: House, email: str) -> str:
    with house.context.readers() as session:
        return accounts.by_email(session, email).id


def role_of(house: House, email: str, workspace: str = OURS) -> Role | None:
    with house.context.readers() as session:
        room = accounts.ensure_workspace(session, workspace).id
        return next((role for user, role in accounts.members(session, room) if user.email == email), None)


def invited(client: FlaskClient, email: str = GUEST, role: str = "analyst") -> str:
    """The path of the link that is shown."""
    answer = press(client, "/settings/members/invitations", email=email, role=role)
    assert answer.status_code == 201
    return re.search(r"http://localhost(/invitations/[\w-]+)", answer.text)[1]


def taken(house: House, link: str, **fields: Any) -> FlaskClient:
    client = house.app.test_client()
    data = {"csrf_token": csrf(client, link), "password": PASSWORD, "again": PASSWORD, **fields}
    assert client.post(link, data=data).status_code == 303
    return client


def test_an_invited_one_chooses_a_password_and_is_in(house: House) -> None:
    link = invited(house.visitor())
    client = taken(house, link)
    assert GUEST in client.get("/").text
    assert role_of(house, GUEST) is Role.ANALYST
    assert enter(house.app.test_client(), GUEST).status_code == 303
    assert told(house) == [("admin@blue.example", "invitation.make", GUEST), (GUEST, "member.join", GUEST)]
    assert house.app.test_client().get(link).status_code == 410


def test_an_invitation_opens_no_account_that_is_there(house: House) -> None:
    """R13: an administrator of one workspace must not come into another through a member of both."""
    email = house.password(Role.ANALYST, THEIRS)
    link = invited(house.visitor(), email)
    stranger = house.app.test_client()
    assert "sign in with it" in stranger.get(link).text
    token = csrf(stranger, "/sign-in")
    assert stranger.post(link, data={"csrf_token": token, "password": "x" * 20, "again": "x" * 20}).status_code == 403
    assert house.visitor().post(link, data={}).status_code == 400
    assert role_of(house, email) is None
    enter(stranger, email, next=link)
    press(stranger, link)
    assert role_of(house, email) is Role.ANALYST
    assert OURS in stranger.get("/settings/account").text


def test_an_invitation_can_be_withdrawn_and_made_anew(house: House) -> None:
    admin = house.visitor()
    first, second = invited(admin), invited(admin)
    [path] = re.findall(r'action="(/settings/members/invitations/[^"]+/withdraw)"', admin.get("/settings/members").text)
    assert house.app.test_client().get(first).status_code == 410
    assert house.app.test_client().get(second).status_code == 200
    assert press(admin, path).status_code == 303
    assert house.app.test_client().get(second).status_code == 410
    assert press(admin, path).status_code == 404


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"email": "", "role": "viewer"}, "An e-mail address is missing."),
        ({"email": "no address", "role": "viewer"}, "is not an e-mail address"),
        ({"email": GUEST, "role": "owner"}, "There is no such role."),
        ({"email": GUEST}, "There is no such role."),
        ({"email": "admin@blue.example", "role": "viewer"}, "is a member already"),
    ],
)
def test_what_is_no_invitation_is_told_beside_its_field(house: House, fields: dict[str, str], words: str) -> None:
    answer = press(house.visitor(), "/settings/members/invitations", **fields)
    assert answer.status_code == 422
    assert words in answer.text
    assert told(house) == []


def test_r15_a_role_is_changed_and_a_member_removed(house: House) -> None:
    admin, other = house.visitor(), house.visitor(Role.ANALYST)
    email = "analyst@blue.example"
    path = f"/settings/members/{user_id(house, email)}"
    assert press(admin, f"{path}/role", role="viewer").status_code == 303
    assert role_of(house, email) is Role.VIEWER
    assert other.get("/").status_code == 401
    assert press(admin, f"{path}/role", role="emperor").status_code == 422
    assert press(admin, f"{path}/remove").status_code == 303
    assert role_of(house, email) is None
    assert press(admin, f"{path}/remove").status_code == 404
    assert [(act, of) for _, act, of in told(house)] == [("member.role", email), ("member.remove", email)]


def test_the_last_admin_can_be_neither_removed_nor_demoted(house: House) -> None:
    admin = house.visitor()
    path = f"/settings/members/{user_id(house, 'admin@blue.example')}"
    for act, fields in (("role", {"role": "viewer"}), ("remove", {})):
        press(admin, f"{path}/{act}", **fields)
        assert "needs an administrator" in admin.get("/settings/members").text
    assert role_of(house, "admin@blue.example") is Role.ADMIN
    assert told(house) == []


def test_a_viewer_is_offered_nothing_he_may_not_do(house: House) -> None:
    viewer = house.visitor(Role.VIEWER)
    account = viewer.get("/settings/account").text
    assert "/settings/workspaces" in account
    assert not {"/settings/members", "/settings/tokens", "/settings/audit"} & set(
        re.findall(r'href="([^"]+)"', account)
    )
    assert "Rename" not in viewer.get("/settings/workspaces").text


def test_an_admin_gives_a_way_back_in_to_those_he_answers_for(house: House) -> None:
    admin, email = house.visitor(), house.password(Role.VIEWER)
    path = f"/settings/members/{user_id(house, email)}/password"
    answer = press(admin, path)
    link = re.search(r"http://localhost(/password/[\w-]+)", answer.text)[1]
    assert house.app.test_client().get(link).status_code == 200
    with house.context.sessions.begin() as session:
        accounts.create_user(session, email, Role.VIEWER, THEIRS)
    assert press(admin, path).status_code == 409
    assert press(admin, path.replace("password", "second-factor")).status_code == 409
    assert told(house) == [("admin@blue.example", "password.link", email)]


def test_workspaces_are_made_renamed_and_gone_to(house: House) -> None:
    client = house.visitor()
    assert press(client, "/settings/workspaces", name="Green <b>").status_code == 303
    assert "Green &lt;b&gt;" in client.get("/settings/workspaces").text
    assert Program(house, house.token()).inventory() not in client.get("/inventories").text
    assert press(client, "/settings/workspaces/name", name="Green").status_code == 303
    for name, words in ((OURS.upper(), "of that name already"), (" ", "A name is missing."), ("x" * 200, "at most")):
        for path in ("/settings/workspaces", "/settings/workspaces/name"):
            answer = press(client, path, name=name)
            assert answer.status_code == 422
            assert words in answer.text
    [path] = re.findall(r'action="(/settings/workspaces/[^"]+/enter)"', client.get("/settings/workspaces").text)
    assert press(client, path).status_code == 303
    assert [act for _, act, _ in told(house)] == ["workspace.make", "inventory.upload"]
    assert [act for _, act, _ in told(house, "Green")] == ["workspace.make", "workspace.rename", "workspace.enter"]


def test_r16_a_token_is_shown_once_kept_hashed_and_revoked(house: House) -> None:
    client = house.visitor(Role.ANALYST)
    answer = press(client, "/settings/tokens", name="CI", scope="read")
    secret = re.search(r"mitigap_[\w-]{43}", answer.text)[0]
    assert secret not in client.get("/settings/tokens").text
    program = Program(house, {"Authorization": f"Bearer {secret}"})
    assert program.get("/inventories").status_code == 200
    assert program.upload().status_code == 403
    page = client.get("/settings/tokens").text
    assert "never" not in page
    [path] = re.findall(r'action="(/settings/tokens/[^"]+/revoke)"', page)
    assert press(client, path).status_code == 303
    assert program.get("/inventories").status_code == 401
    assert [act for _, act, _ in told(house)] == ["token.make", "token.revoke"]
    assert secret not in str(told(house))


def test_r16_tokens_over_the_api(house: House) -> None:
    program = Program(house, house.token(Role.ANALYST))
    made = program.post("/tokens", json={"name": "CI"})
    assert made.status_code == 201
    listed = program.get("/tokens").json["tokens"]
    assert listed[0] == {key: value for key, value in made.json.items() if key != "token"}
    assert program.post("/tokens", json={"name": "CI", "role": "admin"}).status_code == 422
    assert program.post("/tokens", json={"name": ""}).status_code == 422
    other = Program(house, {"Authorization": f"Bearer {made.json['token']}"})
    assert other.get("/catalogs").status_code == 200
    assert program.delete(f"/tokens/{made.json['id']}").status_code == 204
    assert other.get("/catalogs").status_code == 401
    assert program.delete(f"/tokens/{made.json['id']}").status_code == 404


def test_r16_a_token_in_a_url_is_none(house: House) -> None:
    secret = house.token()["Authorization"].partition(" ")[2]
    client = house.app.test_client()
    for query in ({"token": secret}, {"access_token": secret}):
        assert client.get("/api/v1/catalogs", query_string=query).status_code == 401
