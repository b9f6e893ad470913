"""Who a visitor is: an id that tells nothing of their key, and the site's word for who they are."""

from __future__ import annotations

import hashlib
import hmac
import re

from overture.visits.errors import BadVisitorKey

_KEY = re.compile(r"[0-9a-f]{32}")


def visitor_id(site: str, key: str) -> str:
    """The visitor's public id: a hash, so that who sees the id can't act as the visitor. BadVisitorKey."""
    if not _KEY.fullmatch(key):
        raise BadVisitorKey("A visitor's key is 32 hexadecimal digits, made at random by the loader")
    return "v_" + hashlib.blake2b(f"{site}/{key}".encode(), digest_size=15, person=b"overture visitor").hexdigest()


def identity_token(secret: str, customer: str) -> str:
    """What the site's server puts beside a customer's id: HMAC-SHA256 of the id, in hexadecimal."""
    return hmac.new(secret.encode(), customer.encode(), hashlib.sha256).hexdigest()


def vouches(secret: str, customer: str, token: str) -> bool:
    """Whether the token is the site's word for this id."""
    if not secret or not customer or not token.isascii():
        return False
    return hmac.compare_digest(identity_token(secret, customer), token.lower())
