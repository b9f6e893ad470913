"""Which pages are ours, whatever stands in the header."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overture.gateway.origins import is_own, may_open, origin_of

PUBLIC = "https://chat.example"


@pytest.mark.parametrize(
    ("origin", "host", "own"),
    [
        ("", "chat.example", True),
        ("https://chat.example", "inside:8000", True),
        ("https://CHAT.example:443", "inside:8000", True),
        ("http://inside:8000", "inside:8000", True),
        ("http://inside", "inside:80", True),
        ("https://inside:80", "inside:443", False),
        ("https://chat.example.evil.example", "chat.example", False),
        ("https://evil.example", "chat.example", False),
        ("null", "chat.example", False),
        ("null", "null", False),
        ("https://", "", False),
        ("http://[", "chat.example", False),
        ("http://[::1]:8000", "[::1]:8000", True),
        ("https://chat.example:port", "chat.example", False),
        ("\xe5\xe4", "\xe5\xe4", False),
        ("https://chat.example, https://evil.example", "chat.example", False),
    ],
)
def test_own_pages(origin: str, host: str, own: bool) -> None:
    assert is_own(origin, host, PUBLIC) is own


def test_a_site_allows_its_pages() -> None:
    assert may_open("https://SHOP.example:443", "chat.example", PUBLIC, ["https://shop.example"])
    assert not may_open("http://shop.example", "chat.example", PUBLIC, ["https://shop.example"])
    assert not may_open("http://[", "chat.example", PUBLIC, ["http://[", "https://shop.example"])


@given(st.text(max_size=60), st.text(max_size=60))
def test_anything_may_stand_there(origin: str, host: str) -> None:
    assert isinstance(is_own(origin, host, PUBLIC), bool)
    assert origin_of(origin) == "" or "://" in origin_of(origin)
