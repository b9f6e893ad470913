"""Identifiers: sortable by the time they were made, and not to be guessed."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u


def _base32(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, rest = divmod(number, 32)
        digits.append(_ALPHABET[rest])
    return "".join(reversed(digits))


def new_id(prefix: str) -> str:
    """`prefix_` + 9 characters of time (45 bits of ms) + 13 random ones (65 bits).

    Later ids sort after earlier ones (to the millisecond), which keeps index pages of new rows together.
    """
    made = _base32(time.time_ns() // 1_000_000, 9)
    return f"{prefix}_{made}{_base32(secrets.randbits(65), 13)}"


def new_token() -> str:
    """A secret of 256 bits for cookies, links and API tokens."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """How a secret of `new_token` is stored: SHA-256, since 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def same_secret(given: str, known: str) -> bool:
    """Whether two secrets are the same, told in the time of any other answer; what is given may be any text."""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), known.encode())
