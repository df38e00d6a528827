"""The same desk on SQLite and on PostgreSQL."""

from pathlib import Path

import pytest
from factories.desk import House, Program, a_file, csrf
from sqlalchemy import Engine

from mitigap.store import database
from workers import load_catalog


@pytest.fixture
def anywhere(engine: Engine, tmp_path: Path) -> House:
    load_catalog.register_builtin(database.sessions(engine))
    url = engine.url.render_as_string(hide_password=False)
    key = "a-key-of-32-letters-and-more-9876543210"
    return House(tmp_path, engine, database_url=url, secret_key=key)


def test_the_whole_line(anywhere: House) -> None:
    visitor, program = anywhere.visitor(), Program(anywhere, anywhere.token())
    form = {"csrf_token": csrf(visitor), "groups": "G0077", "policy": "mean"}
    job = visitor.post("/", data=a_file("Mitigation,Status\nM1017,Yes\n", **form)).headers["Location"]
    assert visitor.get(visitor.get(job).headers["Location"]).status_code == 200
    assessment = program.get("/assessments?limit=1").json["assessments"][0]
    assert assessment["summary"]["groups"][0]["counts"]["edges"] == 51
    assert visitor.get(assessment["links"]["report"]["xlsx"]).data.startswith(b"PK")
    assert program.get("/groups/%00").status_code == 404
    assert 'mitigap_jobs{kind="assess",state="succeeded"} 1' in visitor.get("/metrics").text
