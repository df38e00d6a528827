"""Compiled catalogues: one row a file, whoever brings it again."""

from sqlalchemy.orm import Session, sessionmaker

from mitigap.store import catalogs
from mitigap.store.schema import CatalogueRow


def test_what_came_with_mitigap_stays_so_when_it_is_brought_again(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        first = keep(session, builtin=True, standard=True).id
    with sessions.begin() as session:
        again = keep(session)
        assert (again.id, again.builtin, again.standard) == (first, True, True)


def keep(session: Session, **marks: bool) -> CatalogueRow:
    return catalogs.add(
        session,
        workspace_id=None,
        digest="sha256:" + "0" * 64,
        domain="enterprise-attack",
        version="18.1",
        source="a.json",
        groups=[],
        document=b"{}",
        **marks,
    )
