"""R20: where a webhook may go, tried with a receiver of our own and with resolvers that lie."""

import socket
import time
from collections.abc import Sequence

import pytest
from receivers import receiver

from mitigap.errors import DestinationRefused, Undelivered
from workers import outbound
from workers.outbound import Wire

LOCAL = Wire(loopback=True)
PUBLIC = "93.184.215.14"


def test_r20_message_arrives_as_it_was_sent() -> None:
    with receiver() as there:
        assert outbound.post(LOCAL, there.url, b'{"a":1}', {"webhook-id": "msg_1"}) == 204
    [(headers, body)] = there.said
    assert (body, headers["webhook-id"], headers["host"]) == (b'{"a":1}', "msg_1", there.url.split("/")[2])


def test_r20_loopback_is_refused_unless_it_is_set() -> None:
    with receiver() as there:
        port = there.url.split(":")[2].split("/")[0]
        for host in ("127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0x7f.1", "2130706433"):
            with pytest.raises(DestinationRefused):
                outbound.post(Wire(), f"http://{host}:{port}/", b"", {})
    assert there.said == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_r20_redirects_are_not_followed(status: int) -> None:
    with receiver((status,)) as there, pytest.raises(Undelivered, match=rf"answered {status}; redirects"):
        outbound.post(LOCAL, there.url, b"", {})
    assert len(there.said) == 1


@pytest.mark.parametrize("status", [400, 404, 410, 429, 500, 503])
def test_r20_refusal_is_told_by_its_status_and_nothing_of_its_body(status: int) -> None:
    with receiver((status,)) as there, pytest.raises(Undelivered) as refusal:
        outbound.post(LOCAL, there.url, b"", {})
    assert refusal.value.message == f"The receiver answered {status}."


@pytest.mark.parametrize("how", ["stall", "drip"])
def test_r20_slow_receiver_is_left_when_the_time_is_over(how: str) -> None:
    began = time.monotonic()
    with (
        receiver(**{how: True}) as there,
        pytest.raises(Undelivered, match="did not answer in time"),
    ):
        outbound.post(Wire(loopback=True, deadline=0.4), there.url, b"", {})
    assert time.monotonic() - began < 2


def test_r20_closed_port_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(Undelivered, match="connection refused"):
        outbound.post(LOCAL, f"http://127.0.0.1:{port}/", b"", {})


def test_r20_answer_that_is_not_http_is_told_without_a_word_of_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def dial(address: tuple[str, int], timeout: float) -> socket.socket:
            ours = socket.create_connection(address, timeout)
            theirs, _ = server.accept()
            with theirs:
                theirs.sendall(b"secret banner\r\n")
            return ours

        with pytest.raises(Undelivered) as refusal:
            outbound.post(Wire(loopback=True, dial=dial), f"http://127.0.0.1:{server.getsockname()[1]}/", b"", {})
    assert "secret" not in refusal.value.message


def test_r20_receiver_without_tls_is_told() -> None:
    with receiver() as there, pytest.raises(Undelivered, match=r"secure connection|connection failed"):
        outbound.post(LOCAL, there.url.replace("http:", "https:"), b"", {})
    assert there.said == []


def test_r20_unknown_host_is_told() -> None:
    def nobody(_host: str, _port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "secret detail")

    with pytest.raises(Undelivered, match=r"^There is no host of that name\.$"):
        outbound.post(Wire(resolve=nobody), "https://hooks.example.com/", b"", {})


class Liar:
    """A resolver that answers otherwise every time, and notes where connections are then tried."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.dialled: list[str] = []

    def resolve(self, _host: str, _port: int) -> Sequence[str]:
        return self.answers.pop(0)

    def dial(self, address: tuple[str, int], _timeout: float) -> socket.socket:
        self.dialled.append(address[0])
        raise ConnectionRefusedError(111, "Connection refused")

    def wire(self) -> Wire:
        return Wire(resolve=self.resolve, dial=self.dial)


def test_r20_rebinding_gets_nowhere_because_the_checked_number_is_dialled() -> None:
    liar = Liar([PUBLIC], ["127.0.0.1"])
    with pytest.raises(Undelivered):
        outbound.post(liar.wire(), "http://rebind.example.com/", b"", {})
    assert (liar.dialled, liar.answers) == ([PUBLIC], [["127.0.0.1"]])


@pytest.mark.parametrize(
    "inner", ["127.0.0.1", "169.254.169.254", "::1", "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::a00:1"]
)
def test_r20_nothing_is_dialled_where_one_of_the_addresses_is_ours(inner: str) -> None:
    liar = Liar([PUBLIC, inner])
    with pytest.raises(DestinationRefused):
        outbound.post(liar.wire(), "http://rebind.example.com/", b"", {})
    assert liar.dialled == []


def test_r20_connection_that_ends_elsewhere_than_it_was_dialled_is_dropped() -> None:
    """As behind a gateway that sends a public number to a machine of ours."""
    with receiver() as there:
        port = int(there.url.split(":")[2].split("/")[0])

        def dial(_address: tuple[str, int], timeout: float) -> socket.socket:
            return socket.create_connection(("127.0.0.1", port), timeout)

        with pytest.raises(DestinationRefused):
            outbound.post(Wire(resolve=lambda *_: [PUBLIC], dial=dial), "http://hooks.example.com/", b"", {})
    assert there.said == []


def test_r20_second_address_is_tried_where_the_first_cannot_be_reached() -> None:
    liar = Liar([PUBLIC, "1.1.1.1"])
    with pytest.raises(Undelivered):
        outbound.post(liar.wire(), "http://hooks.example.com/", b"", {})
    assert liar.dialled == [PUBLIC, "1.1.1.1"]


def test_r20_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with receiver() as there:
        assert outbound.post(LOCAL, there.url, b"", {}) == 204
