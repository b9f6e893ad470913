"""A look as the page sends it: its shape, its limits, and how it is read.

`ago` is milliseconds before sending. Unknown fields are ignored, so that a newer loader can talk to an older
server; unknown event types are refused by index, since leaving one out would change what is decided. What a page
says loses the character NUL, which not every database keeps; ids are refused with it.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from overture.kit.errors import OvertureError
from overture.kit.text import holds_nul, without_halves, without_nul
from overture.visits.errors import BadLook, LookTooLarge, TooManyEvents, UnknownEvent

VERSION = 1
MAX_LOOK_BYTES = 64 * 1024
MAX_EVENTS = 100  # a loader sends some five a second at most, every second
MAX_PROPS_BYTES = 4_096
MAX_TRAITS = 50

Url = Annotated[str, Meta(min_length=1, max_length=4_096)]
Name = Annotated[str, Meta(min_length=1, max_length=100)]
Id = Annotated[str, Meta(max_length=200)]
Text = Annotated[str, Meta(max_length=1_000)]
Tab = Annotated[str, Meta(min_length=1, max_length=64)]
Amount = Annotated[float, Meta(ge=-1e12, le=1e12)]
Trait = str | bool | int | float | None


class _Sent(msgspec.Struct, frozen=True, tag_field="type", gc=False):
    ago: float = 0.0


class SentPage(_Sent, frozen=True, tag="page", kw_only=True):
    """A page was opened, or a single-page app went to another one."""

    url: Url
    referrer: Annotated[str, Meta(max_length=4_096)] | None = None
    title: str | None = None


class SentScroll(_Sent, frozen=True, tag="scroll", kw_only=True):
    """The deepest scroll so far, 0 to 1."""

    depth: Annotated[float, Meta(ge=0.0, le=1.0)]


class SentNamed(_Sent, frozen=True, tag="event", gc=True, kw_only=True):
    """A named event of the page."""

    name: Name
    props: dict[str, Any] = {}


class SentCart(_Sent, frozen=True, tag="cart", kw_only=True):
    """What the basket holds."""

    value: Amount = 0.0
    items: Amount = 0.0


class SentIdentify(_Sent, frozen=True, tag="identify", gc=True, kw_only=True):
    """Who the visitor is, as the page says; `token` proves that the site's server says so."""

    id: Id = ""
    token: Annotated[str, Meta(max_length=200)] = ""
    traits: dict[Name, Trait] = {}


class SentOrder(_Sent, frozen=True, tag="order", kw_only=True):
    """The visitor bought."""

    id: Annotated[str, Meta(min_length=1, max_length=200)]
    value: Amount = 0.0
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")] = "EUR"


class SentInvitation(_Sent, frozen=True, tag="invitation", kw_only=True):
    """What became of an invitation on the screen."""

    id: Id
    what: Literal["shown", "seen", "accepted", "declined"]


class SentEnd(_Sent, frozen=True, tag="end"):
    """The page is being left. The visit goes on if the visitor comes to another page within 30 minutes."""


SentEvent = SentPage | SentScroll | SentNamed | SentCart | SentIdentify | SentOrder | SentInvitation | SentEnd


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """One look. `n` counts the looks of a tab from 1, so that sending one again is harmless.

    Without `key`, or where the site asks for a consent that `consent` does not give, nothing is stored.
    """

    site: Annotated[str, Meta(min_length=1, max_length=64)]
    v: int = VERSION
    key: Annotated[str, Meta(max_length=64)] = ""
    tab: Tab = "tab"
    n: Annotated[int, Meta(ge=1, le=2**53)] = 1
    boot: bool = False
    languages: Annotated[list[Annotated[str, Meta(max_length=64)]], Meta(max_length=32)] = []
    consent: bool | None = None
    events: list[SentEvent] = []


_decoder = msgspec.json.Decoder(Look)
_INDEX = re.compile(r"\$\.events\[(\d+)\]")


def read_look(body: bytes) -> Look:
    """The look in a request's body. BadLook, UnknownEvent, TooManyEvents or LookTooLarge say what is wrong."""
    if len(body) > MAX_LOOK_BYTES:
        raise LookTooLarge(f"A look has at most {MAX_LOOK_BYTES} bytes: send fewer events at once", bytes=len(body))
    body = without_halves(body)
    look = _decoded(body)
    if holds_nul(body):
        _check_ids(look)
        look = _decoded(without_nul(body))
    if look.v != VERSION:
        raise BadLook(f"This server reads looks of version {VERSION}, not {look.v}: reload the page", v=look.v)
    if len(look.events) > MAX_EVENTS:
        raise TooManyEvents(f"A look has at most {MAX_EVENTS} events: send the rest in the next", events=MAX_EVENTS)
    if look.events:
        _check(look.events)
    return look


def _decoded(body: bytes) -> Look:
    try:
        return _decoder.decode(body)
    except msgspec.ValidationError as error:
        raise _refusal(str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadLook(f"The look is not JSON: {error}") from None


def _check_ids(look: Look) -> None:
    """BadLook if an id holds NUL: without it, it would be another's."""
    for name in ("site", "key", "tab"):
        if "\0" in getattr(look, name):
            raise BadLook(f"The look's {name} holds the character NUL: leave it out", field=name)
    for index, event in enumerate(look.events):
        if "\0" in getattr(event, "id", ""):
            raise BadLook(f"Event {index}: its id holds the character NUL: leave it out", event=index, field="id")


def _refusal(text: str) -> OvertureError:
    found = _INDEX.search(text)
    details = {"event": int(found[1])} if found else {}
    if found and text.startswith("Invalid value") and text.endswith(f"[{found[1]}].type`"):
        return UnknownEvent(f"Event {found[1]} of the look has a type that there is not: {text}", **details)
    return BadLook(f"The look can't be read: {text}", **details)


def _check(events: list[SentEvent]) -> None:
    for index, event in enumerate(events):
        if isinstance(event, SentNamed):
            if event.props and len(msgspec.json.encode(event.props)) > MAX_PROPS_BYTES:
                raise BadLook(f"Event {index}: props have at most {MAX_PROPS_BYTES} bytes", event=index)
        elif isinstance(event, SentIdentify) and event.traits:
            _check_traits(index, event.traits)


def _check_traits(index: int, traits: dict[str, Trait]) -> None:
    if len(traits) > MAX_TRAITS:
        raise BadLook(f"Event {index}: at most {MAX_TRAITS} traits are kept", event=index)
    if any(isinstance(value, str) and len(value) > 1_000 for value in traits.values()):
        raise BadLook(f"Event {index}: a trait has at most 1000 characters", event=index)
