"""What a browser says of itself: a person or a program, which device, which language."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal, NamedTuple

Device = Literal["desktop", "mobile", "tablet"]

# Programs that name themselves (Cubot makes phones). A headless browser by itself is no proof: shops test their own
# pages with one.
_BOT = re.compile(
    r"(?<!cu)bot\b|crawl|spider|slurp|archiver|preview|facebookexternalhit|monitor|uptime|pingdom|lighthouse"
    r"|pagespeed|gtmetrix|scrap|curl/|wget/|python-requests|python-urllib|libwww|go-http-client|java/|okhttp|axios/"
    r"|node-fetch|phantomjs|mediapartners|feedfetch|validator|scanner|probe",
    re.IGNORECASE,
)
_TABLET = re.compile(r"ipad|tablet|kindle|silk/|playbook|android(?!.*mobile)", re.IGNORECASE)
_MOBILE = re.compile(r"mobi|iphone|ipod|android|opera mini|windows phone", re.IGNORECASE)
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_].*)?")


class Browser(NamedTuple):
    """What the user agent tells."""

    bot: bool
    device: Device


@lru_cache(maxsize=4_096)
def browser_of(user_agent: str) -> Browser:
    """Reads a User-Agent header. None at all is a program: every browser sends one."""
    bot = not user_agent or _BOT.search(user_agent) is not None
    if _TABLET.search(user_agent):
        return Browser(bot, "tablet")
    return Browser(bot, "mobile" if _MOBILE.search(user_agent) else "desktop")


def primary_language(languages: Iterable[str]) -> str:
    """The first language the browser prefers, by its two or three letters; "" if it names none."""
    for text in languages:
        match = _LANGUAGE.fullmatch(text)
        if match:
            return match[1].lower()
    return ""


def best_language(languages: Iterable[str], offered: Iterable[str]) -> str:
    """The first preferred language that is offered, as it is offered; else the first offered; "" if none is.

    A language with a region (`pt-BR`) is matched exactly if it can be, else by its language alone, both ways: who
    prefers `pt-PT` reads `pt` or `pt-BR`, who prefers `pt` reads `pt-BR`.
    """
    there = {one.lower(): one for one in offered}
    for text in languages:
        found = _offered(text, there)
        if found:
            return found
    return next(iter(there.values()), "")


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
