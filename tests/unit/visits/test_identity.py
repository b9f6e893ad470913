"""Visitors' ids tell nothing of their keys; only the site's own word identifies somebody."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overture.visits.errors import BadVisitorKey
from overture.visits.identity import identity_token, visitor_id, vouches

keys = st.text("0123456789abcdef", min_size=32, max_size=32)


@given(one=keys, other=keys)
def test_ids_are_stable_and_apart(one: str, other: str) -> None:
    made = visitor_id("shop", one)
    assert made == visitor_id("shop", one)
    assert (made == visitor_id("shop", other)) is (one == other)
    assert made != visitor_id("care", one)
    assert made.startswith("v_")
    assert len(made) == 32
    assert one not in made


@pytest.mark.parametrize("key", ["", "0" * 31, "0" * 33, "G" * 32, "A" * 32, "0" * 31 + "\n", "é" * 32])
def test_a_key_is_128_bits(key: str) -> None:
    with pytest.raises(BadVisitorKey):
        visitor_id("shop", key)


def test_the_token_is_what_any_server_can_make() -> None:
    assert identity_token("secret", "c1") == hmac.new(b"secret", b"c1", hashlib.sha256).hexdigest()


@given(secret=st.text(min_size=1), customer=st.text(min_size=1), token=st.text())
def test_only_the_right_token_vouches(secret: str, customer: str, token: str) -> None:
    right = identity_token(secret, customer)
    assert vouches(secret, customer, right)
    assert vouches(secret, customer, right.upper())
    assert vouches(secret, customer, token) is (token.lower() == right and token.isascii())
    assert not vouches("", customer, right)
    assert not vouches(secret, "", identity_token(secret, ""))
    assert not vouches(secret, customer + "x", right)
