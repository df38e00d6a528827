from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mitigap import destinations
from mitigap.destinations import Endpoint
from mitigap.errors import DestinationRefused

OURS = (
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
)
WRAPPED = ("::ffff:{}", "2002:{hex}::1", "64:ff9b::{}")
"""How an address of IPv4 can stand inside one of IPv6, and still be reached."""


def wrapped(form: str, inner: str) -> IPv6Address:
    number = int(IPv4Address(inner))
    return IPv6Address(form.format(inner, hex=f"{number >> 16:x}:{number & 0xFFFF:x}"))


@pytest.mark.parametrize("address", OURS)
def test_addresses_of_our_own_network_are_refused(address: str) -> None:
    assert not destinations.allowed(ip_address(address))


@pytest.mark.parametrize("form", WRAPPED)
@pytest.mark.parametrize("address", OURS)
def test_an_address_inside_another_counts_for_what_it_is(form: str, address: str) -> None:
    assert not destinations.allowed(wrapped(form, address))
    assert destinations.allowed(wrapped(form, "8.8.8.8"))


@pytest.mark.parametrize(
    "address",
    [
        "::",
        "::1",
        "::127.0.0.1",
        "64:ff9b:1::7f00:1",
        "100::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "2001:db8::1",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
    ],
)
def test_special_addresses_of_ipv6_are_refused(address: str) -> None:
    assert not destinations.allowed(ip_address(address))


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.215.14", "2606:4700::1111", "2a00:1450::1"])
def test_public_addresses_are_reached(address: str) -> None:
    assert destinations.allowed(ip_address(address))


@given(st.ip_addresses())
def test_nothing_is_allowed_that_is_not_global(address: IPv4Address | IPv6Address) -> None:
    if destinations.allowed(address):
        inner = destinations._unwrapped(address)
        assert inner.is_global
        assert not any((inner.is_private, inner.is_multicast, inner.is_link_local, inner.is_loopback))


@pytest.mark.parametrize("address", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
def test_loopback_is_reached_where_it_is_set_and_nothing_else_with_it(address: str) -> None:
    assert destinations.allowed(ip_address(address), loopback=True)
    assert not destinations.allowed(ip_address("10.0.0.1"), loopback=True)


def test_one_bad_address_among_several_spoils_all() -> None:
    assert destinations.checked(["1.1.1.1", "1.1.1.1"]) == ["1.1.1.1"]
    for found in ([], ["1.1.1.1", "127.0.0.1"], ["1.1.1.1", "::ffff:10.0.0.1"]):
        with pytest.raises(DestinationRefused):
            destinations.checked(found)


def test_url_is_taken_apart() -> None:
    assert destinations.endpoint("https://Hooks.example.com:8443?a=b") == Endpoint(
        secure=True, host="hooks.example.com", port=8443, path="/?a=b"
    )
    assert destinations.endpoint("http://[2606:4700::1111]/x").host == "2606:4700::1111"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hooks.example.com",
        "ftp://hooks.example.com/",
        "file:///etc/passwd",
        "gopher://hooks.example.com/",
        "https://",
        "https:///path",
        "https://user:word@hooks.example.com/",
        "https://hooks.example.com@10.0.0.1/",
        "https://hooks.example.com:0/",
        "https://hooks.example.com:99999/",
        "https://hooks.example.com:x/",
        "https://hooks.example.com/a b",
        "https://hooks.example.com/\r\nX: y",
        "https://hooks.example.com\\@10.0.0.1/",
        "https://[::1/",
        "https://höoks.example.com/",
        "http://169.254.169.254/latest/meta-data",
        "http://[::ffff:169.254.169.254]/",
        f"https://hooks.example.com/{'x' * 2000}",
    ],
)
def test_urls_that_are_refused_at_once(url: str) -> None:
    with pytest.raises(DestinationRefused):
        destinations.endpoint(url)


@pytest.mark.parametrize("address", ["soc@example.com", "a.b+c@mail.example.co.uk", "root@localhost"])
def test_mailboxes(address: str) -> None:
    assert destinations.mailbox(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "soc",
        "@example.com",
        "soc@",
        "soc@example.com\nBcc: all@example.com",
        "soc@example.com\r\n",
        "soc@example.com, all@example.com",
        "SOC <soc@example.com>",
        "so c@example.com",
        "sóc@example.com",
        f"soc@{'x' * 250}.com",
    ],
)
def test_what_is_no_mailbox(address: str) -> None:
    with pytest.raises(DestinationRefused):
        destinations.mailbox(address)
