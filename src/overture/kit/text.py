"""Text that both databases keep: all of Unicode but NUL, which PostgreSQL has no room for, and lone surrogates.

A lone surrogate is half a character: it is no UTF-8, and JSON with it is refused by its reader. What was meant is
plain (a text cut in the middle of an emoji), so U+FFFD takes its place wherever text comes in. Of NUL the rule is: what
a visitor or a page says loses it; an id, and whatever a person or a program sends to the API, is refused with it. Text
is cut by whole characters, as people see them.
"""

from __future__ import annotations

import re
import unicodedata
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

# Every escape is read as a whole, so that a backslash that is itself escaped begins none; a half alone is group 1.
_HALF = re.compile(rb"\\u[dD][89a-fA-F]")
_ESCAPES = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL
)


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


def without_halves(body: bytes) -> bytes:
    """The same JSON, with U+FFFD for each half of a character in its texts."""
    if _HALF.search(body) is None:
        return body
    return _ESCAPES.sub(lambda found: rb"\ufffd" if found[1] else found[0], body)


def whole(text: str) -> str:
    """The text, with U+FFFD for each half of a character; two halves that belong together become the character."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


_JOINER = "\u200d"
_JOINED = re.compile("[\u200d\ufe0e\ufe0f\u20e3\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")


def cut(text: str, length: int) -> str:
    """At most `length` characters, never a part of what is seen as one: an emoji of several, a letter's marks."""
    if len(text) <= length:
        return text
    at = length
    while at > max(0, length - 32) and _goes_on(text, at):
        at -= 1
    return text[: at if not _goes_on(text, at) else length]


def _goes_on(text: str, at: int) -> bool:
    """Whether the character at `at` belongs to the one before it."""
    if at == 0:
        return False
    one, before = text[at], text[at - 1]
    if unicodedata.combining(one) or _JOINED.match(one) or before == _JOINER:
        return True
    return _is_flag(one) and _is_flag(before) and len(_flags_before(text, at)) % 2 == 1


def _is_flag(one: str) -> bool:
    return "\U0001f1e6" <= one <= "\U0001f1ff"


def _flags_before(text: str, at: int) -> str:
    """The run of flag letters that ends before `at`: two of them are one flag."""
    first = at
    while first > 0 and _is_flag(text[first - 1]):
        first -= 1
    return text[first:at]
