"""The loader's words, from one catalogue file a language; a language is added by adding its file."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import msgspec

from overture.visits.browser import best_language

FALLBACK = "en"


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the button and the teaser say; `new_messages` carries `{count}`."""

    open_chat: str
    close_chat: str
    chat: str
    invitation: str
    reply: str
    no_thanks: str
    new_messages: str


@cache
def catalogue() -> dict[str, Words]:
    """Every language's words; English first, since that is what others fall back to."""
    found = {
        entry.name.removesuffix(".json"): msgspec.json.decode(entry.read_bytes(), type=Words)
        for entry in files(__package__).joinpath("locales").iterdir()
        if entry.name.endswith(".json")
    }
    return {FALLBACK: found.pop(FALLBACK), **dict(sorted(found.items()))}


def language_of(languages: list[str]) -> str:
    """The visitor's first language that there are words for."""
    return best_language(languages, catalogue())
