"""The audit log: an entry with every act and none without, narrowed, turned over, and as files."""

import csv
import io
from datetime import timedelta

import pytest
from factories.desk import CONTROLS, THEIRS, House, Program, a_file, csrf, press
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from mitigap.store import accounts, audit, database
from mitigap.store.audit import Act, Actor
from mitigap.store.people import AuditEntry, Role


def told(house: House) -> list[tuple[str, str, str]]:
    """`(act, subject, via)`, sign-ins left out."""
    with house.context.readers() as session:
        query = select(AuditEntry).where(AuditEntry.act != Act.SIGN_IN).order_by(AuditEntry.created_at)
        return [(row.act, row.subject, row.via) for row in session.scalars(query)]


def written(house: House, *acts: Act, actor: str = "somebody@example.com", subject: str = "") -> None:
    with house.context.sessions.begin() as session:
        room = accounts.ensure_workspace(session, "blue").id
        for act in acts:
            audit.record(session, act, Actor(name=actor), room, subject)


def test_what_a_program_and_a_person_do_is_told(house: House) -> None:
    program, person = Program(house, house.token()), house.visitor()
    inventory = program.inventory()
    schedule = program.schedule(inventory)
    program.post(f"/schedules/{schedule}/run")
    program.delete(f"/schedules/{schedule}")
    program.channel()
    press(person, "/sample")
    person.get(f"/inventories/{inventory}/original")
    press(person, "/sign-out")
    assert told(house) == [
        ("inventory.upload", "controls", "token"),
        ("schedule.make", "", "token"),
        ("schedule.run", schedule, "token"),
        ("schedule.delete", schedule, "token"),
        ("channel.make", "", "token"),
        ("assessment.order", "Sample controls", "session"),
        ("inventory.original", "controls.csv", "session"),
        ("sign-in.ended", "", "session"),
    ]


def test_what_is_refused_is_not_told(house: House) -> None:
    program, person = Program(house, house.token()), house.visitor()
    program.post("/assessments", json={"inventory": "7b1c6c7e-0000-4000-8000-000000000000", "groups": ["G0077"]})
    program.post("/channels", json={"kind": "webhook", "name": "x", "target": "http://127.0.0.1/"})
    person.post("/", data={"csrf_token": csrf(person), **a_file(CONTROLS), "groups": "G9999"})
    press(person, "/settings/account/password", password="short", again="short")
    assert told(house) == []


def test_looking_is_not_told(house: House) -> None:
    person = house.visitor()
    for path in ("/", "/inventories", "/settings/account", "/settings/members", "/settings/audit"):
        assert person.get(path).status_code == 200
    assert told(house) == []


def test_an_entry_says_from_where_whatever_a_client_says(house: House) -> None:
    person = house.visitor()
    token = csrf(person)
    person.post("/sample", data={"csrf_token": token}, headers={"X-Forwarded-For": "10.9.8.7"})
    page = person.get("/settings/audit").text
    assert "127.0.0.1" in page
    assert "10.9.8.7" not in page


def test_an_entry_goes_with_its_act(house: House) -> None:
    """The transaction of the act is that of the entry: where it fails, neither is there."""
    person = house.visitor()
    token = csrf(person)
    with house.context.sessions.begin() as session:
        session.execute(text("ALTER TABLE audit_entry RENAME TO gone"))
    assert person.post("/sample", data={"csrf_token": token}).status_code == 503
    with house.context.sessions.begin() as session:
        session.execute(text("ALTER TABLE gone RENAME TO audit_entry"))
        assert session.scalar(text("SELECT count(*) FROM job")) == 0


def test_an_entry_cannot_be_changed(house: House) -> None:
    written(house, Act.ASSESS)
    with pytest.raises(DBAPIError, match="only added to"), house.context.sessions.begin() as session:
        session.execute(text("UPDATE audit_entry SET actor = 'nobody'"))


def test_it_is_narrowed_by_act_person_and_day(house: House) -> None:
    written(house, Act.ASSESS, Act.TOKEN_MAKE, Act.TOKEN_REVOKE)
    written(house, Act.TOKEN_MAKE, actor="other@example.com")
    person = house.visitor()

    def shown(query: str) -> int:
        return len(person.get(f"/settings/audit.json?{query}").json)

    assert shown("act=token") == 3
    assert shown("act=token.make") == 2
    assert shown("actor=OTHER") == 1
    assert shown("actor=%25") == 0
    assert shown("since=2020-01-01&act=assessment") == 1
    assert shown("since=2999-01-01") == 0
    assert person.get("/settings/audit?since=yesterday").status_code == 400


def test_it_is_turned_over(house: House) -> None:
    written(house, *[Act.ASSESS] * 60, Act.TOKEN_MAKE)
    person = house.visitor()
    first = person.get("/settings/audit?act=assessment").text
    following = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert "act=assessment" in following
    assert person.get(following).text.count("assessment: order") == 10
    assert len(person.get("/settings/audit.json?act=assessment").json) == 60


def test_its_file_starts_no_formula(house: House) -> None:
    written(house, Act.ASSESS, actor="=cmd|calc", subject='@SUM(A1)"')
    rows = list(csv.DictReader(io.StringIO(house.visitor().get("/settings/audit.csv?act=assessment").text)))
    assert (rows[0]["actor"], rows[0]["subject"]) == ("'=cmd|calc", "'@SUM(A1)\"")


def test_it_is_for_administrators_and_of_their_workspace_alone(house: House) -> None:
    written(house, Act.ASSESS)
    assert house.visitor(Role.ANALYST).get("/settings/audit.csv").status_code == 403
    others = house.visitor(Role.ADMIN, THEIRS).get("/settings/audit.json").json
    assert {row["actor"] for row in others} == {"admin@red.example"}


def test_old_entries_go(house: House) -> None:
    written(house, Act.ASSESS, Act.ASSESS)
    with house.context.sessions.begin() as session:
        assert audit.forget(session, 1) == 0
        room = accounts.ensure_workspace(session, "blue").id
        old = database.now(session) - timedelta(days=500)
        session.add(
            AuditEntry(workspace_id=room, created_at=old, actor="x", via="", address="", act="x", subject="", detail={})
        )
    with house.context.sessions.begin() as session:
        assert audit.forget(session, 400) == 1
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == 2
