"""What a look is answered with."""

from __future__ import annotations

from typing import Literal

import msgspec

from overture.accounts.model import Consent, Site
from overture.conversations.model import ChatNow
from overture.direction.model import Show
from overture.invitations.words import Words, catalogue, language_of
from overture.visits.browser import best_language

HEART_BEAT_MS = 20_000
ATTENDED_MS = 3_000  # while an agent has the visitor open, or an invitation waits for room
# Waiting commands and the heart beat then: a writer takes some 3,000 looks a second, so 1,500 wait half a second.
_LOADS = ((6_000, 90_000), (1_500, 45_000))
# Languages written from right to left (CLDR), unless their tag names another script.
_RIGHT_TO_LEFT = frozenset(
    ["ar", "arc", "ckb", "dv", "fa", "he", "iw", "ks", "mzn", "nqo", "pnb", "ps", "sd", "syr", "ug", "ur", "yi"]
)
_SCRIPTS_RIGHT_TO_LEFT = frozenset(
    ("ar", "arc", "ckb", "dv", "fa", "he", "iw", "ks", "mzn", "nqo", "pnb", "ps", "sd", "syr", "ug", "ur", "yi")
)


class Shown(msgspec.Struct, frozen=True, omit_defaults=True):
    """An invitation to show in the tab that asked."""

    id: str
    text: str
    show: Show
    agent: str = ""


class Config(msgspec.Struct, frozen=True):
    """What the loader draws the button with."""

    name: str
    colour: str
    consent: Consent
    consented: bool
    position: str
    language: str
    direction: Literal["ltr", "rtl"]
    words: Words
    frame: str


class ProblemTold(msgspec.Struct, frozen=True):
    """What the look said that could not be taken, for the page's console; `event` and `field` tell it from others."""

    event: str
    field: str
    message: str


class LookAnswer(msgspec.Struct, kw_only=True):
    """The answer to a look; `config` only to the first of a page load."""

    look_again_in_ms: int = HEART_BEAT_MS
    answering: bool = False
    invitation: Shown | None = None
    withdraw: list[str] = []
    chat: ChatNow | None = None
    config: Config | msgspec.UnsetType = msgspec.UNSET
    problems: list[ProblemTold] | msgspec.UnsetType = msgspec.UNSET


def heart_beat(waiting: int) -> int:
    """How often a tab without news looks (ms), by how many commands wait for the database."""
    for many, pause in _LOADS:
        if waiting >= many:
            return pause
    return HEART_BEAT_MS


def config_of(
    site: Site, languages: list[str], asks: Consent, consented: bool, offered: tuple[str, ...] = ()
) -> Config:
    """The button of a site, in the visitor's language.

    `offered` are the plan's languages: the chat is held in one of them, even where the button has no words in it.
    `asks` is the consent this visitor is asked for.
    """
    spoken = language_of(languages)
    language = best_language(languages, offered) if offered else spoken
    return Config(
        name=site.look.name or site.name,
        colour=site.look.colour,
        consent=asks,
        consented=consented,
        position=site.look.position,
        language=language,
        direction=direction_of(language),
        words=catalogue()[spoken],
        frame=f"/v1/frame?site={site.key}",
    )


def direction_of(language: str) -> Literal["ltr", "rtl"]:
    """Which way a language is written, by its tag."""
    first, *rest = language.lower().replace("_", "-").split("-")
    script = next((part for part in rest if len(part) == 4), "")
    if script:
        return "rtl" if script in _SCRIPTS_RIGHT_TO_LEFT else "ltr"
    return "rtl" if first in _RIGHT_TO_LEFT else "ltr"
