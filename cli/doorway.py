"""The address the page is served on: taken before anything is started, and held while the web part is restarted."""

import http.client
import os
import socket
from collections.abc import Mapping
from contextlib import closing

from mitigap.errors import SettingsRefused

BACKLOG = 512

EVERYWHERE = {"0.0.0.0", "::"}  # noqa: S104  asked for by name, never a default
LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes any free one. SettingsRefused says why where there is none."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        door = socket.socket(family, kind, protocol)
    except OSError as error:
        raise SettingsRefused(f"{host} is no address of this machine: {error.strerror}.") from error
    try:
        if os.name == "posix":  # elsewhere it would let two programs share the port
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind(address)
        door.listen(BACKLOG)
    except OSError as error:
        door.close()
        raise SettingsRefused(
            f"Port {port} on {host} cannot be used: {error.strerror}. Choose another --port."
        ) from error
    return door


def url(host: str, port: int) -> str:
    """How a browser on this machine reaches it."""
    name = "127.0.0.1" if host in EVERYWHERE else host
    return f"http://{f'[{name}]' if ':' in name else name}:{port}"


def answers(host: str, port: int) -> bool:
    name = "127.0.0.1" if host in EVERYWHERE else host
    with closing(http.client.HTTPConnection(name, port, timeout=2)) as connection:
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status < http.client.INTERNAL_SERVER_ERROR
        except (OSError, http.client.HTTPException):
            return False


def allowed_hosts(host: str) -> Mapping[str, str]:
    """The page answers to the names of this machine alone, unless an operator has said which."""
    if host in LOOPBACK or "MITIGAP_ALLOWED_HOSTS" in os.environ:
        return {}
    names = {*LOOPBACK, "[::1]", socket.gethostname(), socket.getfqdn()} | ({host} - EVERYWHERE)
    return {"MITIGAP_ALLOWED_HOSTS": ",".join(sorted(names))}
