"""A look as the page sends it: its shape and its limits.

`ago` is milliseconds before sending. Unknown fields are ignored, so that a newer loader can talk to an older server.
Each event stands alone (`intake`): one that can't be read is left out and told, and costs nothing but itself.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from overture.kit.text import without_halves
from overture.visits.errors import BadLook, LookTooLarge, TooManyEvents

VERSION = 1
MAX_LOOK_BYTES = 64 * 1024
MAX_EVENTS = 100  # a loader sends some five a second at most, every second
MAX_LANGUAGES = 32
MAX_LANGUAGE = 64

InvitationStep = Literal["shown", "seen", "accepted", "declined"]


class _Sent(msgspec.Struct, frozen=True, gc=False):
    ago: float = 0.0


class SentPage(_Sent, frozen=True, kw_only=True):
    """A page was opened, or a single-page app went to another one."""

    url: str
    referrer: str | None = None
    title: str | None = None


class SentScroll(_Sent, frozen=True, kw_only=True):
    """The deepest scroll so far, 0 to 1."""

    depth: float


class SentNamed(_Sent, frozen=True, gc=True, kw_only=True):
    """A named event of the page."""

    name: str
    props: dict[str, Any] = {}


class SentCart(_Sent, frozen=True, kw_only=True):
    """What the basket holds."""

    value: float = 0.0
    items: float = 0.0


class SentIdentify(_Sent, frozen=True, gc=True, kw_only=True):
    """Who the visitor is, as the page says; `token` proves that the site's server says so."""

    id: str = ""
    token: str = ""
    traits: dict[str, Any] = {}


class SentOrder(_Sent, frozen=True, kw_only=True):
    """The visitor bought."""

    id: str
    value: float
    currency: str


class SentInvitation(_Sent, frozen=True, kw_only=True):
    """What became of an invitation on the screen."""

    id: str
    what: InvitationStep


class SentEnd(_Sent, frozen=True):
    """The page is being left. The visit goes on if the visitor comes to another page within 30 minutes."""


SentEvent = SentPage | SentScroll | SentNamed | SentCart | SentIdentify | SentOrder | SentInvitation | SentEnd


class SentLook(msgspec.Struct, frozen=True, kw_only=True):
    """A look as it is sent. `n` counts the looks of a tab from 1, so that sending one again is harmless."""

    site: Annotated[str, Meta(min_length=1, max_length=64)]
    v: int = VERSION
    key: Annotated[str, Meta(max_length=64)] = ""
    tab: Annotated[str, Meta(min_length=1, max_length=64)] = "tab"
    n: Annotated[int, Meta(ge=1, le=2**53)] = 1
    boot: bool = False
    languages: Any = []
    consent: bool | None = None
    gpc: bool = False
    dnt: bool = False
    events: list[msgspec.Raw] = []


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """One look, read: `events` are those that could be.

    Without `key`, or where the site asks for a consent that `consent` does not give, nothing is stored. `gpc` and `dnt`
    are what the browser asks for (Global Privacy Control, Do Not Track).
    """

    site: str
    key: str = ""
    tab: str = "tab"
    n: int = 1
    boot: bool = False
    languages: list[str] = []
    consent: bool | None = None
    gpc: bool = False
    dnt: bool = False
    events: list[SentEvent] = []


_decoder = msgspec.json.Decoder(SentLook)


def read_envelope(body: bytes) -> tuple[Look, list[msgspec.Raw]]:
    """The look in a request's body, and its events, not yet read. BadLook, TooManyEvents or LookTooLarge."""
    if len(body) > MAX_LOOK_BYTES:
        raise LookTooLarge(f"A look has at most {MAX_LOOK_BYTES} bytes: send fewer events at once", bytes=len(body))
    try:
        sent = _decoder.decode(without_halves(_utf8(body)))
    except msgspec.ValidationError as error:
        raise BadLook(f"The look can't be read: {error}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadLook(f"The look is not JSON: {error}") from None
    for name in ("site", "key", "tab"):
        if "\0" in getattr(sent, name):
            raise BadLook(f"The look's {name} holds the character NUL: leave it out", field=name)
    if sent.v != VERSION:
        raise BadLook(f"This server reads looks of version {VERSION}, not {sent.v}: reload the page", v=sent.v)
    if len(sent.events) > MAX_EVENTS:
        raise TooManyEvents(f"A look has at most {MAX_EVENTS} events: send the rest in the next", events=MAX_EVENTS)
    look = Look(
        site=sent.site,
        key=sent.key,
        tab=sent.tab,
        n=sent.n,
        boot=sent.boot,
        languages=_languages(sent.languages),
        consent=sent.consent,
        gpc=sent.gpc,
        dnt=sent.dnt,
    )
    return look, sent.events


def _utf8(body: bytes) -> bytes:
    """The body with U+FFFD for what is no UTF-8: half a character, as some programs write it."""
    return body if body.isascii() else body.decode("utf-8", "replace").encode()


def _languages(said: object) -> list[str]:
    """Those that can be; a browser's list is what extensions make of it."""
    texts = [one.replace("\0", "") for one in said if isinstance(one, str)] if isinstance(said, list) else []
    return [one for one in texts if len(one) <= MAX_LANGUAGE][:MAX_LANGUAGES]
