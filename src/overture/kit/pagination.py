"""Lists a page at a time: a cursor names the last row seen, so rows that come meanwhile shift nothing."""

from __future__ import annotations

import base64
import binascii
from typing import Generic, TypeVar

import msgspec

from overture.kit.errors import Invalid

T = TypeVar("T")
DEFAULT_LIMIT = 50
MAX_LIMIT = 200
_MOST = 2**47  # numbers of rows, or milliseconds up to the year 6429


class BadCursor(Invalid):
    """The cursor is none that this list gave out."""

    code = "bad_cursor"


class Page(msgspec.Struct, Generic[T], frozen=True):
    """One page; `next` is the cursor of the next one, or none at the end."""

    items: list[T]
    next: str | None = None


def encode_cursor(*key: int | str) -> str:
    """An opaque cursor for the sort key of the last row."""
    return base64.urlsafe_b64encode(msgspec.json.encode(key)).decode().rstrip("=")


def decode_cursor(cursor: str, kinds: type[tuple[int | str, ...]]) -> tuple[int | str, ...]:
    """The sort key in `cursor`, of the given tuple type. BadCursor if it is not one of ours."""
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        key = msgspec.json.decode(raw, type=kinds)
        if not all("\0" not in part if isinstance(part, str) else 0 <= part < _MOST for part in key):
            raise ValueError("a part that no list has")
        return key
    except (binascii.Error, ValueError, msgspec.DecodeError, RecursionError):
        raise BadCursor("This cursor is not from this list: ask again without it", cursor=cursor[:80]) from None


def page_limit(limit: int | None) -> int:
    """A page size within bounds; requests with another are refused before."""
    return max(1, min(limit or DEFAULT_LIMIT, MAX_LIMIT))
