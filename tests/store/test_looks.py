from collections.abc import Iterator

import pytest
from factories.pictures import a_png
from factories.store import a_workspace
from sqlalchemy.orm import Session, sessionmaker

from mitigap import branding
from mitigap.branding import PLAIN, Branding, Marking
from mitigap.store import looks
from mitigap.store.looks import Look

WANTED = Branding(title="Acme", accent="#8C1D18", marking=Marking.AMBER_STRICT, logo=branding.logo(a_png()))


@pytest.fixture
def session(sessions: sessionmaker[Session]) -> Iterator[Session]:
    with sessions.begin() as session:
        yield session


def test_a_workspace_that_said_nothing_is_plain(session: Session) -> None:
    assert looks.get(session, a_workspace(session)) == PLAIN


def test_what_was_put_is_got_and_put_again(session: Session) -> None:
    workspace = a_workspace(session)
    for wanted in (WANTED, Branding(title="Only a title")):
        looks.put(session, workspace, wanted)
        session.expire_all()
        assert looks.get(session, workspace) == wanted


def test_nothing_of_its_own_is_no_row(session: Session) -> None:
    workspace = a_workspace(session)
    looks.put(session, workspace, WANTED)
    looks.put(session, workspace, PLAIN)
    session.expire_all()
    assert session.get(Look, workspace) is None


def test_it_is_of_one_workspace(session: Session) -> None:
    mine, theirs = a_workspace(session), a_workspace(session, "Red team")
    looks.put(session, mine, WANTED)
    assert looks.get(session, theirs) == PLAIN
