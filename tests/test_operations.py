"""docs/operations.md says what the code does: every setting with its default, every metric, every command."""

import re
from pathlib import Path

import pytest
from composition import read
from pydantic import SecretStr
from pydantic_core import PydanticUndefined

from cli.db import db
from mitigap.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "docs" / "operations.md").read_text()
ROWS = dict(re.findall(r"(?m)^\| `MITIGAP_(\w+)` \| (.+?) \|", TEXT))
EVERYWHERE = {"database_url": "sqlite:////x", "data_dir": Path("/x")}
PRODUCTION = {**EVERYWHERE, "database_url": "postgresql://x"}
PACED = ("lease", "tick", "redispatch", "grace")


def words(value: object) -> str:
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if isinstance(value, tuple):
        value = ",".join(value)
    if isinstance(value, bool):
        value = str(value).lower()
    return f"`{value:.10g}`" if isinstance(value, float) else f"`{value}`" if value != "" else "none"


def test_every_setting_is_in_the_table_and_nothing_else() -> None:
    assert [name.lower() for name in ROWS] == list(Settings.model_fields)


def test_defaults_are_those_of_the_code() -> None:
    plain = {name: field.default for name, field in Settings.model_fields.items()}
    told = {name: words(value) for name, value in plain.items() if value not in (PydanticUndefined, None)}
    assert told == {name: ROWS[name.upper()] for name in told}


@pytest.mark.parametrize("name", PACED)
def test_where_two_defaults_are_given_the_first_is_sqlite_s(name: str) -> None:
    pair = [words(getattr(Settings(**told), name)) for told in (EVERYWHERE, PRODUCTION)]
    assert ROWS[name.upper()] == " / ".join(pair)


def test_every_metric_is_told_of() -> None:
    shown = set(re.findall(r'"(mitigap_\w+)"', (ROOT / "service" / "figures.py").read_text()))
    assert set(re.findall(r"(?m)^\| `(mitigap_\w+)", TEXT)) == shown


def test_its_commands_are_ours() -> None:
    assert set(re.findall(r"mitigap db (\w+)", TEXT)) == set(db.commands)


def test_a_worker_hands_back_before_it_is_killed() -> None:
    """compose's patience is longer than the grace."""
    patience = read()["services"]["worker"]["stop_grace_period"]
    assert int(patience.removesuffix("s")) > Settings(**PRODUCTION).grace + 10
