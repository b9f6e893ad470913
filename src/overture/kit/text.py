"""Text that both databases keep: all of Unicode but NUL, which PostgreSQL has no room for, and lone surrogates.

Lone surrogates are no UTF-8, and JSON with them is refused by its reader. Of NUL the rule is: what a visitor or a
page says loses it; an id, and whatever a person or a program sends to the API, is refused with it.
"""

from __future__ import annotations

import re
from typing import Annotated, Any

import msgspec

from overture.kit.errors import Invalid

# Limits of what comes in, in characters; where a use case has a tighter one of its own, that one is told.
Id = Annotated[str, msgspec.Meta(max_length=200)]
Line = Annotated[str, msgspec.Meta(max_length=1_000)]
Passage = Annotated[str, msgspec.Meta(max_length=20_000)]

# JSON has no bare control characters: a NUL in it is this escape, after no or an even number of backslashes.
_ESCAPED = rb"\u0000"
_NUL = re.compile(rb"(?<!\\)((?:\\\\)*)\\u0000")


class NulInText(Invalid):
    """A text holds the character NUL; `details.field` says which."""

    code = "nul_in_text"


def holds_nul(body: bytes) -> bool:
    """Whether a text of a JSON body holds NUL."""
    return _ESCAPED in body and _NUL.search(body) is not None


def without_nul(body: bytes) -> bytes:
    """The same JSON, its texts without NUL."""
    return _NUL.sub(rb"\1", body) if _ESCAPED in body else body


def place_of_nul(value: Any, place: str = "") -> str | None:
    """Which text in a value read from JSON holds NUL, as in `look.greeting.fi`; None if none does."""
    if isinstance(value, str):
        return place if "\0" in value else None
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inside:
        if "\0" in str(key):
            return place
        name = f"{place}[{key}]" if isinstance(value, list) else f"{place}.{key}".lstrip(".")
        if (found := place_of_nul(one, name)) is not None:
            return found
    return None
