"""A copy of an embedded database while it is in use."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine

from mitigap.errors import UserError

PAGES = 1000
"""Copied at a time; writers get their turn in between."""

ELSEWHERE = "Only an embedded database is copied by this command. For PostgreSQL use pg_dump; see docs/operations.md."


def copy(engine: Engine, target: Path) -> None:
    """Write a whole and consistent copy to `target`, which is replaced at the end or not at all."""
    source = engine.url.database
    if engine.dialect.name != "sqlite" or not source:
        raise UserError(ELSEWHERE)
    draft = target.with_name(f".{target.name}.part")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)  # it holds everything
    try:
        with closing(sqlite3.connect(source)) as here, closing(sqlite3.connect(draft)) as there:
            here.backup(there, pages=PAGES)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
