"""What a browser says of itself: a person or a program, which device, which language."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal, NamedTuple

import re2

from overture.visits.programs import is_program

Device = Literal["desktop", "mobile", "tablet"]

LONGEST_AGENT = 1_000  # characters of the header that are read: browsers send up to 400, in apps up to 700
# Screens on a wall, with a remote control: pages are laid out as on a desktop.
_TV = re2.compile(
    r"\baft[a-z0-9]+\b|smart-?tv|android ?tv|google ?tv|apple ?tv|hbbtv|\btv\b|bravia|chromecast|crkey|web0s|webos\.tv"
    r"|netcast|nettv|roku|shield android|\bmi ?box|\bmitv|viera|aquos tv|playstation|xbox|nintendo"
)
# Phones that say what they are, though in desktop mode they leave out that they are mobile.
_PHONE = re2.compile(
    r"\bsm-[acefgjmns]\d|\bsgh-|\bgt-[is]\d|\bpixel (?:\d|xl|fold)|\bpixel[;)]|\bnexus (?:[456][;) px]|one|s\b)"
    r"|\b(?:redmi|poco|mi) (?:note |[a-z]?\d|max|mix|play)|\bmoto[ (_]|\bxt\d{4}|oneplus|\b(?:cph|rmx|ne|kb|le)\d{4}"
    r"|\b(?:in|gm|hd)\d{4}|cubot|\bv\d{4}a?\b|\bxq-|\b[gh]8\d{3}\b|\bnokia (?:\d|[gx]\d)|\blm-|\blg-[dhm]|\bhtc|phone"
    r"|\b(?:[a-z]{3}-(?:l|al|tl|an|lx|nx)\d)|\b2\d{3}[0-9a-z]{2,}[gc]\b|\bm2\d{3}"
)
_TABLET = re2.compile(r"ipad|kindle|playbook|\btablet(?: ?;|\b)|\bkf[a-z]{2,}\b|silk/|\btouchpad|\bpad\b")
_MOBILE = re2.compile(r"mobi|iphone|ipod|opera mini|windows phone|blackberry|\bbb10\b|symbian|series60")
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_].*)?")


class Browser(NamedTuple):
    """What the user agent tells."""

    bot: bool
    device: Device


def browser_of(user_agent: str) -> Browser:
    """Reads a User-Agent header. None at all is a program: every browser sends one."""
    return _browser(user_agent.strip(" \"'")[:LONGEST_AGENT])


@lru_cache(maxsize=4_096)
def _browser(agent: str) -> Browser:
    return Browser(is_program(agent), _device(agent.lower()))


def _device(agent: str) -> Device:
    """What is in the visitor's hands, by what the browser says; an unnamed Android without `Mobile` is a tablet."""
    if "tablet pc" in agent or _TV.search(agent):  # Windows told so of what a pen could write on
        return "desktop"
    if _TABLET.search(agent):
        return "tablet"
    if _MOBILE.search(agent):
        return "mobile"
    if "android" not in agent or "cros" in agent:
        return "desktop"
    if "x11" in agent or "windows nt" in agent or "macintosh" in agent:  # desktop mode that still names Android
        return "mobile"
    return "mobile" if _PHONE.search(agent) else "tablet"


def primary_language(languages: Iterable[str]) -> str:
    """The first language the browser prefers, by its two or three letters; "" if it names none."""
    for text in languages:
        match = _LANGUAGE.fullmatch(text)
        if match:
            return match[1].lower()
    return ""


def best_language(languages: Iterable[str], offered: Iterable[str]) -> str:
    """The first preferred language that is offered, as it is offered; else English; else the first; "" if none is.

    Whoever reads none of them (Arabic in a shop of Helsinki) more likely reads English than the shop's own language.
    A language with a region (`pt-BR`) is matched exactly if it can be, else by its language alone, both ways: who
    prefers `pt-PT` reads `pt` or `pt-BR`, who prefers `pt` reads `pt-BR`.
    """
    there = {one.lower(): one for one in offered}
    for text in languages:
        found = _offered(text, there)
        if found:
            return found
    return _offered("en", there) or next(iter(there.values()), "")


def _offered(text: str, there: dict[str, str]) -> str:
    """The offered language nearest to a preferred one, "" if none is of its language; `there` is by small letters."""
    if not _LANGUAGE.fullmatch(text):
        return ""
    tag = text.lower().replace("_", "-")
    while tag:
        if tag in there:
            return there[tag]
        for one, offered in there.items():
            if one.startswith(f"{tag}-"):
                return offered
        tag = tag.rpartition("-")[0]
    return ""
