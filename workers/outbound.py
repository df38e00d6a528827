"""Posting to a webhook: one request to an address that was looked up once and checked, in a time that is bounded."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any

import msgspec

from mitigap import destinations
from mitigap.destinations import Endpoint
from mitigap.errors import Undelivered

CONNECT = 5.0
DEADLINE = 10.0
"""Seconds for all of it, from the first byte to the status: a receiver that drips is as good as a silent one."""

REFUSALS: dict[range, str] = {
    range(300, 400): "The receiver answered {status}; redirects are not followed.",
    range(100, 600): "The receiver answered {status}.",
}
GOOD = range(200, 300)

Resolver = Callable[[str, int], Sequence[str]]


def resolve(host: str, port: int) -> list[str]:
    """Every address that the system's resolver knows for a name."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for _, _, _, _, address in found]


class Wire(msgspec.Struct, frozen=True, kw_only=True):
    """How the world is reached; a test puts its own in. `loopback` is for receivers on this very machine."""

    loopback: bool = False
    resolve: Resolver = resolve
    dial: Callable[[tuple[str, int], float], socket.socket] = socket.create_connection
    deadline: float = DEADLINE


def post(wire: Wire, url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """The status of the answer, which is a good one. DestinationRefused, or Undelivered with a sentence that tells why.

    The name is looked up once, and the connection is made to the number that was checked: an answer that changes
    between the two is never asked for. Of the receiver's answer nothing but the status is read.
    """
    place = destinations.endpoint(url, loopback=wire.loopback)
    try:
        with _connection(wire, place) as connection:
            connection.request("POST", place.path, body, dict(headers))
            status = connection.getresponse().status
    except TimeoutError as fault:
        raise Undelivered("The receiver did not answer in time.") from fault
    except ssl.SSLError as fault:
        raise Undelivered(f"No secure connection could be made: {fault.reason or 'handshake failed'}.") from fault
    except (OSError, HTTPException) as fault:
        raise Undelivered(f"The connection failed: {_why(fault)}.") from fault
    if status not in GOOD:
        raise Undelivered(next(words for known, words in REFUSALS.items() if status in known).format(status=status))
    return status


@contextmanager
def _connection(wire: Wire, place: Endpoint) -> Iterator[HTTPConnection]:
    """A connection whose socket is there already, so that http.client never looks anything up itself."""
    kind = HTTPSConnection if place.secure else HTTPConnection
    connection = kind(place.host, place.port)
    raw = _dialled(wire, place)
    try:
        with _ended_after(raw, wire.deadline):
            connection.sock = _tls().wrap_socket(raw, server_hostname=place.host) if place.secure else raw
            yield connection
    finally:
        raw.close()
        connection.close()


def _dialled(wire: Wire, place: Endpoint) -> socket.socket:
    """The first of the checked addresses that can be reached, and looked at again once it is."""
    fault: OSError = OSError("no address")
    for address in destinations.checked(_looked_up(wire, place), loopback=wire.loopback):
        try:
            raw = wire.dial((address, place.port), min(CONNECT, wire.deadline))
        except OSError as error:
            fault = error
            continue
        return _looked_at(wire, raw)
    raise fault


def _looked_up(wire: Wire, place: Endpoint) -> Sequence[str]:
    try:
        return wire.resolve(place.host, place.port)
    except (OSError, UnicodeError) as fault:
        raise Undelivered("There is no host of that name.") from fault


def _looked_at(wire: Wire, raw: socket.socket) -> socket.socket:
    with ExitStack() as undo:
        undo.callback(raw.close)
        destinations.checked([raw.getpeername()[0]], loopback=wire.loopback)
        raw.settimeout(wire.deadline)
        undo.pop_all()
    return raw


@contextmanager
def _ended_after(raw: socket.socket, seconds: float) -> Iterator[None]:
    """Break the connection when its time is over. A timeout of the socket would begin anew with every byte."""
    over = threading.Event()
    with raw.dup() as handle:  # TLS takes the first one away from us
        timer = threading.Timer(seconds, _cut, (handle, over))
        timer.daemon = True
        timer.start()
        try:
            yield
        except (OSError, HTTPException) as fault:
            if over.is_set():
                raise TimeoutError from fault
            raise
        finally:
            timer.cancel()
            timer.join()


def _cut(handle: socket.socket, over: threading.Event) -> None:
    over.set()
    with suppress(OSError):
        handle.shutdown(socket.SHUT_RDWR)


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def _why(fault: Any) -> str:
    """A few plain words, and nothing that the receiver has sent."""
    if isinstance(fault, OSError) and fault.strerror:
        return fault.strerror.lower()
    return {"ConnectionResetError": "it was cut off", "RemoteDisconnected": "it was closed without an answer"}.get(
        type(fault).__name__, "the answer is not HTTP"
    )
