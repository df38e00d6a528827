import shutil
from pathlib import Path

import pytest
from factories.desk import House, Program, press


@pytest.fixture
def crowded(furnished: Path, tmp_path: Path) -> House:
    """A house that lets two jobs of a workspace wait, and whose workshop is closed once a file is read."""
    shutil.copy(furnished, tmp_path / "mitigap.db")
    return House(tmp_path, backlog=2)


def test_too_many_waiting_jobs_are_refused_with_when_to_come_back(crowded: House) -> None:
    program = Program(crowded, crowded.token())
    order = {"inventory": program.inventory(), "groups": ["G0077"]}
    crowded.idle = True
    for _ in range(2):
        assert program.post("/assessments", json=order).status_code == 202
    refused = program.post("/assessments", json=order)
    assert (refused.status_code, refused.content_type) == (429, "application/problem+json")
    assert refused.headers["Retry-After"] == "30"
    assert "Nothing was accepted" in refused.json["detail"]


def test_same_key_is_answered_however_much_waits(crowded: House) -> None:
    program = Program(crowded, crowded.token())
    order = {"inventory": program.inventory(), "groups": ["G0077"]}
    crowded.idle = True
    answers = [program.post("/assessments", json=order, headers={"Idempotency-Key": key}) for key in ("a", "b", "a")]
    assert [answer.status_code for answer in answers] == [202, 202, 202]
    assert answers[0].json == answers[2].json


def test_page_says_so_in_words(crowded: House) -> None:
    visitor = crowded.visitor()
    crowded.idle = True
    for _ in range(2):
        assert press(visitor, "/sample").status_code == 303
    refused = press(visitor, "/sample")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "30")
    assert "Too many jobs are waiting already" in refused.text
