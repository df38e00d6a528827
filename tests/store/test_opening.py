import os
import stat
from pathlib import Path

import pytest
from servers import at_once

from mitigap.errors import SettingsRefused
from mitigap.settings import Settings, broker_socket
from mitigap.store import opening

GOOD = "q7Zx0vN4mK2pL9sD8fG6hJ3kT5yR1wE0"
POSTGRESQL = "postgresql://mitigap@db/mitigap"


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    for name in ("MITIGAP_CONFIG", "MITIGAP_DATABASE_URL", "MITIGAP_BROKER_URL", "MITIGAP_SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)


def test_nothing_need_be_set(tmp_path: Path) -> None:
    found = opening.settings()
    folder = tmp_path / "mitigap"
    assert found.data_dir == folder
    assert found.database_url == f"sqlite:///{folder / 'mitigap.db'}"
    assert found.broker_url == f"redis+socket://{broker_socket(folder)}"
    assert found.embedded


def test_two_variables_make_it_production(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MITIGAP_DATABASE_URL", POSTGRESQL)
    monkeypatch.setenv("MITIGAP_BROKER_URL", "redis://broker/0")
    found = opening.settings()
    assert (found.embedded, found.lease, found.tick) == (False, 60, 1)
    assert found.database_url == "postgresql+psycopg://mitigap@db/mitigap"


def test_settings_are_read_from_the_file_that_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "mitigap.env"
    path.write_text("MITIGAP_CONCURRENCY=7\nMITIGAP_LEASE=9\nMITIGAP_ALLOWED_HOSTS=a.example, b.example\n")
    monkeypatch.setenv("MITIGAP_CONFIG", str(path))
    monkeypatch.setenv("MITIGAP_LEASE", "11")
    found = opening.settings()
    assert (found.concurrency, found.lease, found.allowed_hosts) == (7, 11, ("a.example", "b.example"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://db/mitigap"),
        ("DATABASE_URL", "nonsense"),
        ("LEASE", "soon"),
        ("CONCURRENCY", "0"),
        ("LOG_FORMAT", "xml"),
    ],
)
def test_setting_that_cannot_be_used_is_named_in_one_line(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"MITIGAP_{name}", value)
    with pytest.raises(SettingsRefused, match=f"^MITIGAP_{name}: ") as refusal:
        opening.settings()
    assert "\n" not in refusal.value.message


def test_socket_s_path_is_short_enough_for_any_folder(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 200)
    assert len(str(broker_socket(deep))) < 104
    assert broker_socket(deep) != broker_socket(deep / "other")


def test_embedded_key_is_made_once_and_kept_from_others() -> None:
    settings = opening.settings()
    keys = set(at_once(lambda _: opening.secret_key(settings), 8))
    assert keys == {opening.secret_key(opening.settings())}
    assert len(keys.pop()) >= opening.SHORTEST_SECRET
    kept = settings.data_dir / "secret"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert list(settings.data_dir.iterdir()) == [kept]


@pytest.mark.parametrize("database_url", [POSTGRESQL, "sqlite:////srv/mitigap.db"])
def test_named_database_needs_a_key(database_url: str) -> None:
    with pytest.raises(SettingsRefused, match="must be set"):
        opening.secret_key(Settings(database_url=database_url))


@pytest.mark.parametrize("key", ["short", GOOD[:31], "change-me-change-me-change-me-change-me", "a" * 64, "abcd" * 16])
def test_key_that_others_can_guess_is_refused(key: str) -> None:
    with pytest.raises(SettingsRefused, match="MITIGAP_SECRET_KEY"):
        opening.secret_key(Settings(secret_key=key))


def test_good_key_is_used_and_never_printed() -> None:
    settings = Settings(database_url=POSTGRESQL, secret_key=GOOD)
    assert opening.secret_key(settings) == GOOD
    assert GOOD not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("BROKER_URL", "http://broker:6379", "must begin with redis://"),
        ("BROKER_URL", "broker:6379", "must begin with redis://"),
        ("BROKER_URL", "redis://:a/b@broker:6379/0", "write / as %2F"),
        ("DATABASE_URL", "postgresql://mitigap:a#b@db/mitigap", "write / as %2F, # as %23"),
    ],
)
def test_url_that_leads_nowhere_is_refused_before_anything_starts(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    monkeypatch.setenv(f"MITIGAP_{name}", value)
    with pytest.raises(SettingsRefused, match=told) as refusal:
        opening.settings()
    assert refusal.value.message.startswith(f"MITIGAP_{name}: ")
    assert value not in refusal.value.message


def test_file_of_settings_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MITIGAP_CONFIG", str(tmp_path / "mitigap.evn"))
    with pytest.raises(SettingsRefused, match=r"there is no file .*mitigap\.evn"):
        opening.settings()


def test_misspelt_settings_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "mitigap.env"
    path.write_text("MITIGAP_CONCURENCY=7\nOTHER=1\n")
    for name in [name for name in os.environ if name.startswith("MITIGAP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("MITIGAP_CONFIG", str(path))
    monkeypatch.setenv("MITIGAP_TLS", "true")
    monkeypatch.setenv("MITIGAP_ZEBRA", "1")
    assert opening.misspelt() == [
        "MITIGAP_CONCURENCY is no setting; is MITIGAP_CONCURRENCY meant?",
        "MITIGAP_ZEBRA is no setting.",
    ]
