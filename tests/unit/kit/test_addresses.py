"""Whose address it is: what proxies of ours vouch for, and nothing that anybody else may write."""

from __future__ import annotations

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overture.kit.addresses import BadNetwork, Proxies, limit_key, networks, read_address

OURS = Proxies(networks("10.0.0.0/8, fd00::/8 192.0.2.1"))


def client(peer: str, *forwarded: str) -> str:
    return OURS.client(peer, [(b"x-forwarded-for", text.encode("latin-1")) for text in forwarded])


@pytest.mark.parametrize(
    ("peer", "forwarded", "found"),
    [
        ("198.51.100.7", ["203.0.113.9"], "198.51.100.7"),  # a stranger's word for somebody else's address
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["203.0.113.9"], "203.0.113.9"),
        ("10.0.0.1", ["1.1.1.1, 203.0.113.9"], "203.0.113.9"),  # the first was written by the client
        ("10.0.0.1", ["203.0.113.9, 10.2.3.4, 192.0.2.1"], "203.0.113.9"),
        ("10.0.0.1", ["203.0.113.9", "10.2.3.4"], "203.0.113.9"),  # two headers are one list
        ("10.0.0.1", ["10.9.9.9, 10.2.3.4"], "10.9.9.9"),  # a client inside
        ("10.0.0.1", ["203.0.113.9:51234"], "203.0.113.9"),
        ("10.0.0.1", ["[2001:db8::7]:443"], "2001:db8::7"),
        ("10.0.0.1", ["[2001:db8::7]"], "2001:db8::7"),
        ("10.0.0.1", ["2001:DB8:0:0::7"], "2001:db8::7"),
        ("fd00::1", ["2001:db8::7"], "2001:db8::7"),
        ("::ffff:10.0.0.1", ["::ffff:203.0.113.9"], "203.0.113.9"),
        ("::ffff:198.51.100.7", ["203.0.113.9"], "198.51.100.7"),
        ("10.0.0.1", ["unknown"], "10.0.0.1"),
        ("10.0.0.1", ["203.0.113.9, unknown"], "10.0.0.1"),  # nobody vouches for what stands left of it
        ("10.0.0.1", ["_hidden, 10.0.0.2"], "10.0.0.1"),
        ("10.0.0.1", [", ,"], "10.0.0.1"),
        ("10.0.0.1", ["203.0.113.9:"], "10.0.0.1"),
        ("10.0.0.1", ["203.0.113.9:99x"], "10.0.0.1"),
        ("10.0.0.1", ["[2001:db8::7"], "10.0.0.1"),
        ("10.0.0.1", ["2130706433"], "10.0.0.1"),
        ("10.0.0.1", ["\xe5\xe4\xf6"], "10.0.0.1"),
        ("10.0.0.1", ["10.0.0.2," * 4_000], "10.0.0.1"),
        ("testclient", ["203.0.113.9"], "testclient"),
    ],
)
def test_the_client_behind_a_peer(peer: str, forwarded: list[str], found: str) -> None:
    assert client(peer, *forwarded) == found


@given(st.text(alphabet=st.characters(max_codepoint=255), max_size=300))
def test_whatever_is_forwarded_an_address_comes_of_it(text: str) -> None:
    assert ip_address(client("10.0.0.1", text))


@given(st.ip_addresses(), st.integers(min_value=0, max_value=65_535))
def test_an_address_is_read_with_or_without_its_port(address: object, port: int) -> None:
    text = f"[{address}]" if ":" in str(address) else str(address)
    assert read_address(f"{text}:{port}") == read_address(str(address))


def test_a_scope_carries_the_client_from_then_on() -> None:
    headers = [(b"x-forwarded-for", b"203.0.113.9"), (b"x-forwarded-proto", b"https")]
    ours = {"type": "http", "client": ("10.0.0.1", 4), "scheme": "http", "headers": headers}
    OURS.read(ours)
    assert (ours["client"], ours["scheme"]) == (("203.0.113.9", 0), "https")
    strangers = {"type": "websocket", "client": ("::ffff:198.51.100.7", 4), "scheme": "ws", "headers": headers}
    OURS.read(strangers)
    assert (strangers["client"], strangers["scheme"]) == (("198.51.100.7", 4), "ws")


def test_ipv6_is_counted_by_the_network_that_one_household_has() -> None:
    assert limit_key("2001:db8:1:2::1") == limit_key("2001:db8:1:2:ffff::9") == "2001:db8:1:2::/64"
    assert limit_key("2001:db8:1:3::1") != limit_key("2001:db8:1:2::1")
    assert limit_key("::ffff:192.0.2.7") == limit_key("192.0.2.7") == "192.0.2.7"
    assert limit_key("") == ""


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("true", "is no network"), ("1.2.3", "is no network"), ("10.0.0.0/33", "is no network"),
        ("10.1.2.3/8", "write 10.0.0.0/8"), ("0.0.0.0/0", "everybody"), ("::/0", "everybody"),
        ("10.0.0.0/8,example.com", "is no network"),
    ],
)  # fmt: skip
def test_what_is_no_network_is_told(text: str, word: str) -> None:
    with pytest.raises(BadNetwork, match=word):
        networks(text)
