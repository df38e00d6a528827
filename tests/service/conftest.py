"""A desk of each test's own; the furnished database is made once and copied."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from factories.desk import House, Program, Standing, stand
from flask.testing import FlaskClient

from mitigap.store import database
from mitigap.store.schema import Role
from workers import load_catalog


@pytest.fixture(scope="session")
def furnished(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with all tables and the catalogues that Mitigap brings with it."""
    path = tmp_path_factory.mktemp("desk") / "mitigap.db"
    shutil.copy(sqlite_template, path)
    engine = database.connect(f"sqlite:///{path}")
    load_catalog.register_builtin(database.sessions(engine))
    engine.dispose()
    return path


@pytest.fixture
def house(furnished: Path, tmp_path: Path) -> Iterator[House]:
    shutil.copy(furnished, tmp_path / "mitigap.db")
    built = House(tmp_path)
    yield built
    built.engine.dispose()


@pytest.fixture(scope="session")
def standing(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    """A house in which work has been done, for tests that only look."""
    folder = tmp_path_factory.mktemp("standing")
    shutil.copy(furnished, folder / "mitigap.db")
    built = House(folder)
    yield stand(built)
    built.engine.dispose()


@pytest.fixture
def visitor(house: House) -> FlaskClient:
    return house.visitor(Role.ANALYST)


@pytest.fixture
def program(house: House) -> Program:
    return Program(house, house.token(Role.ADMIN))
