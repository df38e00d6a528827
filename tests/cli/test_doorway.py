"""The address is taken before anything starts, and told as a browser must call it."""

import socket

import pytest

from cli import doorway
from mitigap.errors import SettingsRefused


def test_a_busy_port_is_told_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsRefused, match=rf"^Port {port} on 127\.0\.0\.1 cannot be used: .*--port\.$"):
            doorway.listen("127.0.0.1", port)


def test_port_0_takes_a_free_one() -> None:
    with doorway.listen("127.0.0.1", 0) as door:
        assert door.getsockname()[1] > 0


def test_an_address_that_is_not_ours_is_told() -> None:
    with pytest.raises(SettingsRefused, match="no address of this machine"):
        doorway.listen("no-such-host.invalid", 0)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::1", "http://[::1]:8000"),
        ("mitigap.example.com", "http://mitigap.example.com:8000"),
    ],
)
def test_how_a_browser_reaches_it(host: str, url: str) -> None:
    assert doorway.url(host, 8000) == url


def test_a_name_that_was_asked_for_is_answered_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MITIGAP_ALLOWED_HOSTS", raising=False)
    assert "10.1.2.3" in doorway.allowed_hosts("10.1.2.3")["MITIGAP_ALLOWED_HOSTS"].split(",")
    assert doorway.allowed_hosts("127.0.0.1") == {}


def test_what_an_operator_has_said_of_names_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MITIGAP_ALLOWED_HOSTS", "mitigap.example.com")
    assert doorway.allowed_hosts("0.0.0.0") == {}


def test_a_silent_port_does_not_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    assert not doorway.answers("127.0.0.1", port)
