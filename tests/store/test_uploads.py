from collections.abc import Iterator

import pytest
from factories.store import a_workspace
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import Session, sessionmaker

from mitigap.errors import NotFound
from mitigap.store import uploads


@pytest.fixture
def session(sessions: sessionmaker[Session]) -> Iterator[Session]:
    with sessions.begin() as session:
        yield session


def test_bytes_come_back_as_they_went_in(session: Session) -> None:
    data = bytes(range(256)) * 100
    kept = uploads.add(session, a_workspace(session), "controls.xlsx", data)
    assert (kept.size, kept.filename) == (25600, "controls.xlsx")
    assert uploads.data(session, kept.workspace_id, kept.id) == data


def test_same_bytes_under_the_same_name_are_kept_once(session: Session) -> None:
    room = a_workspace(session)
    first = uploads.add(session, room, "a.csv", b"x")
    assert uploads.add(session, room, "a.csv", b"x").id == first.id
    assert uploads.add(session, room, "b.csv", b"x").id != first.id
    assert uploads.add(session, a_workspace(session, "Lab"), "a.csv", b"x").id != first.id


def test_upload_of_another_workspace_is_not_there(session: Session) -> None:
    kept = uploads.add(session, a_workspace(session), "a.csv", b"x")
    lab = a_workspace(session, "Lab")
    for look in (uploads.get, uploads.data):
        with pytest.raises(NotFound):
            look(session, lab, kept.id)


def test_listing_never_loads_the_bytes_by_accident(session: Session) -> None:
    kept = uploads.add(session, a_workspace(session), "a.csv", b"x")
    with pytest.raises(InvalidRequestError):
        _ = kept.data


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("C:\\fakepath\\controls.xlsx", "controls.xlsx"),
        ("../../etc/passwd", "passwd"),
        ("a\0b\nc.csv", "a\ufffdb\ufffdc.csv"),
        ("\ud800.csv", "\ufffd.csv"),
        ("Maßnahmen 2026.xlsx", "Maßnahmen 2026.xlsx"),
        ("", "upload"),
        ("folder/", "upload"),
        ("x" * 500 + ".xlsx", "x" * 200 + ".xlsx"),
    ],
)
def test_name_is_the_last_part_printable_and_short(given_name: str, kept: str) -> None:
    assert uploads.clean_name(given_name) == kept


@given(st.text())
def test_any_name_can_be_kept(name: str) -> None:
    clean = uploads.clean_name(name)
    assert 0 < len(clean) <= 400
    assert "/" not in clean
    assert "\0" not in clean
    clean.encode()
