"""Visitors and visits, as the database holds them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from overture.kit.text import cut
from overture.visits.facts import Event, VisitHead


class Visitor(msgspec.Struct, frozen=True, kw_only=True):
    """A browser that came to a site, and what is known of who sits before it.

    `customer` and `traits` are what the site vouched for; `claimed` is what a page said without proof. `called` is the
    name an agent gave them, `contact` (`name`, `email`, `phone`) what they said of themselves in chats and messages.
    The counts are of everything so far; `last_chat_at` is the end of the latest conversation, or its beginning
    while it lasts.
    """

    id: str
    site: str
    first_seen_at: datetime
    visits: int = 0
    chats: int = 0
    orders: int = 0
    last_ended_at: datetime | None = None
    last_chat_at: datetime | None = None
    last_decline_at: datetime | None = None
    customer: str | None = None
    traits: dict[str, Any] = {}
    claimed: dict[str, Any] = {}
    language: str = ""
    device: str = ""
    country: str = ""
    blocked_at: datetime | None = None
    simulated: bool = False
    called: str = ""
    contact: dict[str, str] = {}

    @property
    def identified(self) -> bool:
        """Whether the site vouched for who this is."""
        return self.customer is not None

    @property
    def name(self) -> str:
        """What to call the visitor: as an agent named them, as vouched for, claimed or said, else the customer's id."""
        if self.called:
            return self.called
        for traits in (self.traits, self.claimed, self.contact):
            name = traits.get("name")
            if isinstance(name, str) and name.strip():
                return cut(name.strip(), 200)
        return self.customer or ""

    @property
    def reach(self) -> dict[str, str]:
        """Where they can be reached (`email`, `phone`): as they said, else as vouched for or claimed."""
        found = {}
        for key in ("email", "phone"):
            for known in (self.contact, self.traits, self.claimed):
                value = known.get(key)
                if isinstance(value, str) and value.strip():
                    found[key] = value.strip()[:320]
                    break
        return found


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """A visitor's stay. `head` is what was known when it began; `ended_at` its last sign, once it is over."""

    id: str
    site: str
    visitor: str
    started_at: datetime
    ended_at: datetime | None
    head: VisitHead
    last_chat_before: datetime | None = None
    simulated: bool = False


class StoredLook(msgspec.Struct, frozen=True, kw_only=True):
    """One row of a visit's story: events (times from the visit's first event) that were told at `at`.

    `mark` says what is no event of the visit log: `left` (the tab went away), `chat_ended`.
    """

    n: int
    at: datetime
    tab: str
    tab_n: int
    events: list[Event]
    mark: str = ""


class PageSeen(msgspec.Struct, frozen=True):
    """A page in a visit's history."""

    path: str
    title: str
    at: datetime


class PageNow(msgspec.Struct, frozen=True):
    """The page a visitor is on."""

    url: str
    path: str
    title: str


class CartNow(msgspec.Struct, frozen=True):
    """What the basket holds."""

    value: float
    items: float


class OrderSeen(msgspec.Struct, frozen=True):
    """An order the browser reported in the visit."""

    id: str
    value: float
    currency: str
    at: datetime
