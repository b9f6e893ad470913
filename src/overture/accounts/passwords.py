"""Passwords: Argon2id with the library's current recommendation (RFC 9106, low memory)."""

from __future__ import annotations

from base64 import b64encode

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from overture.accounts.errors import BadAccount

SHORTEST = 10
LONGEST = 200
_hasher = PasswordHasher()


def _nobodys_hash() -> str:
    """A hash that no password has and that takes as long to check as any: written, as making one takes 0.1 s."""
    salt, tag = (b64encode(bytes(length)).rstrip(b"=").decode() for length in (_hasher.salt_len, _hasher.hash_len))
    cost = f"m={_hasher.memory_cost},t={_hasher.time_cost},p={_hasher.parallelism}"
    return f"$argon2id$v=19${cost}${salt}${tag}"


_NOBODY = _nobodys_hash()


def hash_password(password: str) -> str:
    """The hash to store. BadAccount if the password is too short or too long. Takes about 30 ms of CPU."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadAccount(f"A password has {SHORTEST} to {LONGEST} characters", field="password")
    return _hasher.hash(password)


def verify_password(password: str, password_hash: str) -> bool:
    """Whether it matches; without a hash it takes as long and says no, so that time tells nothing."""
    try:
        return _hasher.verify(password_hash or _NOBODY, password) and bool(password_hash)
    except (VerificationError, InvalidHashError):
        return False
