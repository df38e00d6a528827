"""Users, tokens and sign-in links, made against the database of a data folder that no server has opened yet."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from cli import cabinet
from cli.main import main
from mitigap.store import database, links, tokens
from mitigap.store.schema import Purpose, Role

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MITIGAP_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def analyst() -> None:
    assert main(["user", "create", "soc@example.com", "--role", "analyst", "--workspace", "SOC"]) == 0


@pytest.fixture
def engine(folder: Path) -> Iterator[Engine]:
    with cabinet.ready(folder) as opened:
        yield opened


def test_a_user_is_made_with_a_role_in_a_workspace(capsys: Captured) -> None:
    assert main(["user", "create", "soc@example.com", "--role", "analyst", "--workspace", "SOC"]) == 0
    assert capsys.readouterr().out == "soc@example.com is analyst of SOC.\n"


def test_a_token_is_alone_on_its_line_and_bears_the_rights_of_its_user(
    analyst: None, engine: Engine, capsys: Captured
) -> None:
    capsys.readouterr()
    assert main(["token", "create", "--user", "SOC@example.com"]) == 0
    secret, newline, rest = capsys.readouterr().out.partition("\n")
    assert (newline, rest) == ("\n", "")
    with database.readers(engine)() as session:
        principal = tokens.principal_of(session, secret)
    assert principal
    assert (principal.email, principal.role, principal.workspace, principal.read_only) == (
        "soc@example.com",
        Role.ANALYST,
        "SOC",
        False,
    )


def test_a_read_only_token_says_so(analyst: None, engine: Engine, capsys: Captured) -> None:
    capsys.readouterr()
    assert main(["token", "create", "--user", "soc@example.com", "--read-only"]) == 0
    with database.readers(engine)() as session:
        principal = tokens.principal_of(session, capsys.readouterr().out.strip())
    assert principal
    assert principal.read_only


def test_a_link_signs_in_once(analyst: None, engine: Engine, capsys: Captured) -> None:
    capsys.readouterr()
    assert main(["user", "link", "soc@example.com", "--url", "https://mitigap.example.com/"]) == 0
    address, _, secret = capsys.readouterr().out.strip().rpartition("/")
    assert address == "https://mitigap.example.com/sign-in"
    with database.sessions(engine).begin() as session:
        redeemed = [links.redeem(session, secret, Purpose.SIGN_IN, datetime.now(UTC)) for _ in range(2)]
    assert [bool(each) for each in redeemed] == [True, False]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["token", "create", "--user", "nobody@example.com"], "mitigap: There is no user nobody@example.com.\n"),
        (
            ["user", "create", "soc", "--role", "admin", "--workspace", "SOC"],
            "mitigap: 'soc' is not an e-mail address.\n",
        ),
    ],
)
def test_refusals_are_one_line(arguments: list[str], told: str, capsys: Captured) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr() == ("", told)


def test_a_server_that_is_away_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.setenv("MITIGAP_DATABASE_URL", "postgresql://mitigap@127.0.0.1:1/mitigap")
    assert main(["token", "create", "--user", "soc@example.com"]) == 2
    told = capsys.readouterr().err
    assert told.startswith("mitigap: The database does not answer as it should: ")
    assert told.count("\n") == 1


def test_an_unknown_database_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.setenv("MITIGAP_DATABASE_URL", "mysql://mitigap@127.0.0.1/mitigap")
    assert main(["db", "upgrade"]) == 2
    assert capsys.readouterr().err.startswith("mitigap: MITIGAP_DATABASE_URL: ")


def test_tables_are_not_made_behind_an_operators_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setenv("MITIGAP_DATABASE_URL", f"sqlite:///{tmp_path / 'own.db'}")
    assert main(["token", "create", "--user", "soc@example.com"]) == 2
    assert capsys.readouterr().err == "mitigap: The database holds no tables of ours yet: run `mitigap db upgrade`.\n"


def test_an_operator_gives_a_way_back_in(analyst: None, engine: Engine, capsys: Captured) -> None:
    capsys.readouterr()
    assert main(["user", "password", "SOC@example.com", "--url", "https://mitigap.example.com"]) == 0
    address, _, secret = capsys.readouterr().out.strip().rpartition("/")
    assert address == "https://mitigap.example.com/password"
    with database.readers(engine)() as session:
        assert links.look(session, secret, Purpose.PASSWORD, datetime.now(UTC))
    assert main(["user", "second-step", "soc@example.com", "--off"]) == 0
    assert main(["user", "password", "nobody@example.com"]) == 2


def test_workspaces_are_listed_and_made(analyst: None, capsys: Captured) -> None:
    assert main(["workspace", "create", " Blue  team "]) == 0
    capsys.readouterr()
    assert main(["workspace", "list"]) == 0
    assert capsys.readouterr().out == "Blue team\t0\nSOC\t1\n"
    for name in ("", "soc", "x" * 101):
        assert main(["workspace", "create", name]) == 2
