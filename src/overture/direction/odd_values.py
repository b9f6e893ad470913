"""Texts that a fact is compared with and never has: a device `phone`, a language in capitals, a path without `/`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

from overture.direction.conditions.syntax import Call, Compare, Constant, Fact, Items, Node, Within, walk

_PATHS = ("page.path", "visit.entry_path")
_DEVICES = ("desktop", "mobile", "tablet")
_DEVICE_HABITS = {
    "phone": "mobile", "smartphone": "mobile", "iphone": "mobile", "android": "mobile", "cell": "mobile",
    "pc": "desktop", "computer": "desktop", "laptop": "desktop", "web": "desktop", "mac": "desktop", "ipad": "tablet",
}  # fmt: skip
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_TAG = re.compile(r"([A-Za-z]{2,3})([-_][A-Za-z0-9]+)*")
_KEPT = "/%:@!$&'()*+,;=~-._[]"  # what stands in a path as it is


def odd_values(node: Node) -> list[tuple[str, str]]:
    """What is odd in a condition: message and way out, each once, in the order of the text."""
    found: dict[tuple[str, str], None] = {}
    for fact, method, text in _compared(node):
        told = _odd(fact, method, text)
        if told is not None:
            found[told] = None
    return list(found)


def _compared(node: Node) -> Iterator[tuple[str, str, str]]:
    """(fact, "==" or the method, text) wherever a fact meets a text that is written out."""
    for part in walk(node):
        if isinstance(part, Compare) and part.op in ("==", "!="):
            for side, other in ((part.left, part.right), (part.right, part.left)):
                yield from _pairs(side, "==", (other,))
        elif isinstance(part, Within) and isinstance(part.right, Items):
            yield from _pairs(part.left, "==", part.right.items)
        elif isinstance(part, Call) and part.target is not None and part.name != "matches":
            yield from _pairs(part.target, part.name, part.args)


def _pairs(side: Node, method: str, others: tuple[Node, ...]) -> Iterator[tuple[str, str, str]]:
    for other in others:
        if isinstance(side, Fact) and isinstance(other, Constant) and isinstance(other.value, str) and other.value:
            yield side.name, method, other.value


def _odd(fact: str, method: str, text: str) -> tuple[str, str] | None:
    shown = text[:60]
    if fact in _PATHS:
        return _odd_path(fact, method, text)
    if fact == "visit.referrer" and "/" in text:
        return f"{fact} is a host alone: it never has `/`, as in `{shown}`", 'write it as in "www.google.com"'
    if method != "==":
        return None
    if fact == "visitor.device" and text not in _DEVICES:
        meant = _DEVICE_HABITS.get(text.lower(), text.lower())
        hint = f"did you mean {meant}?" if meant in _DEVICES else "devices are desktop, mobile and tablet"
        return f"{fact} is never `{shown}`", hint
    if fact == "visitor.language" and not _LANGUAGE.fullmatch(text):
        tag = _TAG.fullmatch(text)
        hint = f'write "{tag[1].lower()}"' if tag else 'write its code, as in "fi"'
        return f"{fact} is never `{shown}`: it is two or three small letters, without a country", hint
    if fact == "visitor.country" and not _COUNTRY.fullmatch(text):
        hint = f'write "{text.upper()}"' if _COUNTRY.fullmatch(text.upper()) else 'write its code, as in "FI"'
        return f"{fact} is never `{shown}`: it is two capital letters", hint
    return None


def _odd_path(fact: str, method: str, text: str) -> tuple[str, str] | None:
    shown = text[:60]
    if text.startswith(("http://", "https://")):
        return f"{fact} has no host: it never begins with `{shown}`", "leave away what stands before the path"
    if any(sign in text for sign in "?#"):
        query = "page.query" if fact == "page.path" else "visit.query"
        hint = f'leave it away, and ask for parts of the query as in {query}["step"] == "2"'
        return f"{fact} ends before `?` and `#`: `{shown}` is never in it", hint
    if "*" in text:
        hint = 'write startsWith("/bikes/") for all below /bikes/' if method != "startsWith" else "leave it away"
        return f"`*` is a star and stands for nothing else: {fact} hardly has `{shown}`", hint
    if method in ("==", "startsWith") and not text.startswith("/"):
        return f"{fact} begins with `/`: it is never `{shown}`", f'write "/{shown}"'
    written = quote(text, safe=_KEPT)
    if written != text:
        return f"{fact} is as browsers write addresses: `{shown}` is never in it", f'write "{written[:80]}"'
    return None
