"""Where a message may be sent: addresses that users name, which must not lead into the network Mitigap stands in."""

import re
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

import msgspec

from mitigap.errors import DestinationRefused

PORTS = {"http": 80, "https": 443}
LONGEST_URL = 2000
LONGEST_ADDRESS = 254  # RFC 5321
MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")

UNICAST = IPv6Network("2000::/3")  # all that has been given out as global; everything outside it is special
NAT64 = IPv6Network("64:ff9b::/96")
SPECIAL = tuple(
    ip_network(each)
    for each in (
        "192.0.0.0/24",  # Python before 3.11.9 takes a part of these three for global
        "2001::/23",  # Teredo among them, whose inner address nobody can check
        "3fff::/20",
        "192.88.99.0/24",  # relays to 6to4
    )
)

Address = IPv4Address | IPv6Address


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """The parts of a URL that a request is made of; `path` with its query."""

    secure: bool
    host: str
    port: int
    path: str


def endpoint(url: str, *, loopback: bool = False) -> Endpoint:
    """Read a webhook's URL. Raises DestinationRefused; where it names a host, only `allowed` can tell at sending."""
    split = _split(url)
    if split.scheme not in PORTS or not split.hostname:
        raise DestinationRefused("A webhook's address begins with https:// or http:// and a host.")
    if split.username is not None or split.password is not None:
        raise DestinationRefused("A webhook's address must not hold a user or a password.")
    literal = _literal(split.hostname)
    if literal is not None and not allowed(literal, loopback=loopback):
        raise DestinationRefused("This address is not on the public internet.")
    return Endpoint(
        secure=split.scheme == "https",
        host=split.hostname,
        port=_port(split) or PORTS[split.scheme],
        path=(split.path or "/") + (f"?{split.query}" if split.query else ""),
    )


def mailbox(address: str) -> str:
    """A plain e-mail address: nothing in it can end a header or name a second recipient."""
    if len(address) > LONGEST_ADDRESS or not MAILBOX.fullmatch(address):
        raise DestinationRefused("This is not an e-mail address that can be written to.")
    return address


def checked(found: Iterable[str], *, loopback: bool = False) -> list[str]:
    """The addresses a name has led to, each once. DestinationRefused where even one of them is not to be reached."""
    every = list(dict.fromkeys(found))
    if not every or not all(allowed(ip_address(each), loopback=loopback) for each in every):
        raise DestinationRefused("This address leads to a place that is not on the public internet.")
    return every


def allowed(address: Address, *, loopback: bool = False) -> bool:
    """Whether an address is global; one of IPv4 inside one of IPv6 counts for what it is."""
    inner = _unwrapped(address)
    if loopback and inner.is_loopback:
        return True
    special = inner.is_multicast or inner.is_reserved or any(inner in net for net in SPECIAL)
    return inner.is_global and not special and (isinstance(inner, IPv4Address) or inner in UNICAST)


def _unwrapped(address: Address) -> Address:
    if isinstance(address, IPv4Address):
        return address
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def _split(url: str) -> SplitResult:
    if len(url) > LONGEST_URL or not (url.isascii() and url.isprintable()) or set(url) & set(' \\<>"'):
        raise DestinationRefused("A webhook's address is at most 2,000 plain characters; write other letters encoded.")
    try:
        return urlsplit(url)
    except ValueError as fault:
        raise DestinationRefused("This cannot be read as an address.") from fault


def _port(split: SplitResult) -> int | None:
    try:
        port = split.port
    except ValueError as fault:
        raise DestinationRefused("The port of this address is no port.") from fault
    if port == 0:
        raise DestinationRefused("The port of this address is no port.")
    return port


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
