"""A desk with a workshop behind it that does each job at once, and people to stand before it."""

import re
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
from apiflask import APIFlask
from factories.workers import NOWHERE
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from mitigap.choices import Choices
from mitigap.settings import Settings
from mitigap.store import accounts, database, drafts, invitations, known, links, passwords, tokens, web_sessions
from mitigap.store.schema import Role
from service.app import create_app
from workers import tasks
from workers.context import Context

CONTROLS = "Mitigation,Status\nM1017,Implemented\nPassword Policies,50%\nSpoon bending,Yes\n"
SEED = Path(__file__).resolve().parent.parent.parent / "seeds" / "G0077-leafminer.md"
OWN_DOCUMENT = SEED.read_text().replace("G0077", "G9999").replace("Leafminer", "Our own group")
PASSWORD = "four plain words here"
OURS = "blue"
THEIRS = "red"


class House:
    """One installation in a folder whose database is furnished. Jobs are done when they are enqueued, unless `idle`."""

    def __init__(self, folder: Path, engine: Engine | None = None, **told: Any) -> None:
        self.settings = Settings(data_dir=folder, broker_url=NOWHERE, **told)
        self.engine = engine or database.connect(self.settings.database_url)
        self.context = Context(self.settings, self.engine)
        self.idle = False
        self.enqueued: list[str] = []
        self.app: APIFlask = create_app(
            self.settings, engine=self.engine, enqueue=self._enqueue, broker_answers=lambda: True, read_wait=0.1
        )

    def _enqueue(self, job_id: str) -> None:
        self.enqueued.append(job_id)
        if not self.idle:
            self.work(job_id)

    def work(self, job_id: str) -> None:
        tasks.work(self.context, job_id)

    def person(self, role: Role, workspace: str = OURS) -> str:
        """The address of a member with that role."""
        email = f"{role}@{workspace}.example"
        with self.context.sessions.begin() as session:
            accounts.create_user(session, email, role, workspace)
        return email

    def link(self, role: Role = Role.ADMIN, workspace: str = OURS, ttl: timedelta = timedelta(minutes=5)) -> str:
        """The path of a sign-in link."""
        email = self.person(role, workspace)
        with self.context.sessions.begin() as session:
            secret = links.create(session, email, database.now(session), ttl, workspace=workspace)
        return f"/sign-in/{secret}"

    def password(self, role: Role = Role.ADMIN, workspace: str = OURS) -> str:
        """Give that member the password `PASSWORD`; the member's address."""
        email = self.person(role, workspace)
        with self.context.sessions.begin() as session:
            user = accounts.ensure_user(session, email)
            passwords.put(session, user.id, kept())
        return email

    def visitor(self, role: Role = Role.ADMIN, workspace: str = OURS) -> FlaskClient:
        """A browser that is signed in."""
        client = self.app.test_client()
        assert client.get(self.link(role, workspace)).status_code == 303
        return client

    def token(self, role: Role = Role.ADMIN, workspace: str = OURS, *, read_only: bool = False) -> Mapping[str, str]:
        """The header a program sends."""
        email = self.person(role, workspace)
        with self.context.sessions.begin() as session:
            secret = tokens.create(session, email, read_only=read_only, workspace=workspace)
        return {"Authorization": f"Bearer {secret}"}


class Program:
    """Calls the API with one token."""

    def __init__(self, house: House, headers: Mapping[str, str]) -> None:
        self._client = house.app.test_client(use_cookies=False)
        self._headers = headers

    def get(self, path: str, **told: Any) -> TestResponse:
        return self._client.get(f"/api/v1{path}", headers=self._headers | told.pop("headers", {}), **told)

    def post(self, path: str, **told: Any) -> TestResponse:
        return self._client.post(f"/api/v1{path}", headers=self._headers | told.pop("headers", {}), **told)

    def patch(self, path: str, **told: Any) -> TestResponse:
        return self._client.patch(f"/api/v1{path}", headers=self._headers, **told)

    def delete(self, path: str) -> TestResponse:
        return self._client.delete(f"/api/v1{path}", headers=self._headers)

    def upload(self, data: bytes | str = CONTROLS, filename: str = "controls.csv", **fields: Any) -> TestResponse:
        return self.post("/inventories", data=a_file(data, filename, **fields))

    def inventory(self) -> str:
        """The id of a new one."""
        found: str = self.upload().json["id"]
        return found

    def assessment(self, *groups: str, **body: Any) -> str:
        """The id of a new one, of a new inventory."""
        order = {"inventory": self.inventory(), "groups": groups or ["Leafminer"], **body}
        found: str = self.post("/assessments", json=order).json["id"]
        return found

    def schedule(self, inventory: str | None = None, **body: Any) -> str:
        """The id of a new one: every Monday."""
        order = {"inventory": inventory or self.inventory(), "groups": ["Leafminer"], "preset": "weekly", **body}
        found: str = self.post("/schedules", json=order).json["id"]
        return found

    def preview(self, assessment: str, catalog: str = "G0077-leafminer.md") -> str:
        """The id of a new one."""
        found: str = self.post(f"/assessments/{assessment}/preview", json={"catalog": catalog}).json["id"]
        return found

    def channel(self, **body: Any) -> str:
        """The id of a new webhook."""
        told = {"kind": "webhook", "name": "Chat", "target": "https://hooks.example.com/mitigap", **body}
        found: str = self.post("/channels", json=told).json["id"]
        return found


class Standing(msgspec.Struct, frozen=True):
    """What one workspace has: an inventory, its assessment, a preview of that, a schedule, a catalogue of its own."""

    house: House
    program: Program
    visitor: FlaskClient
    inventory: str
    assessment: str
    schedule: str
    channel: str
    catalogue: str
    watchlist: str
    preview: str
    people: Mapping[str, str]


def stand(house: House) -> Standing:
    program = Program(house, house.token())
    inventory = program.inventory()
    order = {"inventory": inventory, "groups": ["Leafminer", "APT28"]}
    program.post("/catalogs", data=a_file(OWN_DOCUMENT, "G9999-ours.md", field="bundle"))
    assessment = program.post("/assessments", json=order).json["id"]
    visitor = house.visitor()
    return Standing(
        house=house,
        program=program,
        visitor=visitor,
        people={**people(house), **imports(house, visitor)},
        inventory=inventory,
        assessment=assessment,
        schedule=program.schedule(inventory),
        channel=program.channel(),
        catalogue=next(row["id"] for row in program.get("/catalogs").json["catalogs"] if not row["builtin"]),
        watchlist=program.post("/watchlists", json={"name": "Close to us", "groups": ["Leafminer"]}).json["id"],
        preview=program.preview(assessment),
    )


def people(house: House, workspace: str = OURS) -> Mapping[str, str]:
    """The ids of an administrator there, of all that hangs on one, and of an invitation."""
    email = house.person(Role.ADMIN, workspace)
    with house.context.sessions.begin() as session:
        member = accounts.membership(session, email)
        now = database.now(session)
        owner = (member.user_id, member.workspace_id)
        web_sessions.start(session, *owner, now)
        return {
            "user_id": member.user_id,
            "workspace_id": member.workspace_id,
            "session_id": web_sessions.listing(session, member.user_id, now)[0].id,
            "token_id": tokens.make(session, *owner, name="theirs", read_only=False)[0].id,
            "invitation_id": invitations.make(session, owner[1], "guest@example.com", Role.VIEWER, now)[0].id,
        }


def imports(house: House, visitor: FlaskClient) -> Mapping[str, str]:
    """The ids of a file on its way into the visitor's workspace, and of a word that is settled there."""
    assert press(visitor, "/imports/sample").status_code == 303
    with house.context.sessions.begin() as session:
        workspace = accounts.ensure_workspace(session, OURS).id
        known.remember(session, workspace, Choices(statuses={"done": "implemented"}), user_id=None)
        return {
            "draft_id": drafts.listing(session, workspace)[0].id,
            "known_id": known.listing(session, workspace)[0].id,
        }


@cache
def kept() -> str:
    """What is stored of `PASSWORD`: made once, since it is made to take long."""
    return passwords.kept(PASSWORD)


def enter(client: FlaskClient, email: str, password: str = PASSWORD, **fields: Any) -> TestResponse:
    """Fill in the form at the door."""
    told = {"csrf_token": csrf(client, "/sign-in"), "email": email, "password": password, **fields}
    return client.post("/sign-in", data=told)


def a_file(data: bytes | str, filename: str = "controls.csv", *, field: str = "file", **fields: Any) -> dict[str, Any]:
    stream = BytesIO(data.encode() if isinstance(data, str) else data)
    return {**fields, field: (stream, filename)}


def csrf(client: FlaskClient, path: str = "/") -> str:
    """The token of the forms on a page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)
    assert found
    return found[1]


def press(client: FlaskClient, path: str, **fields: Any) -> TestResponse:
    """Send a form as the page would, CSRF token and all."""
    return client.post(path, data={"csrf_token": csrf(client), **fields}, headers={"Sec-Fetch-Site": "same-origin"})
