"""A workshop and a line that leads to it, for every test of a run."""

import pytest
from factories.line import Line, a_line
from factories.workers import a_context
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from workers.context import Context


@pytest.fixture
def context(engine: Engine) -> Context:
    return a_context(engine)


@pytest.fixture
def line(sessions: sessionmaker[Session]) -> Line:
    return a_line(sessions)
