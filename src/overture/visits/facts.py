"""What is known of a visit: its events folded into facts.

`VisitState` is the fold. It is built from what was known when the visit began (`VisitHead`) and takes one
event after the other; every fact of the reference that concerns the page, the visit, the visitor, the cart
or the chat is an attribute of it. Nothing in it needs to be stored: the same head and the same events give
the same state again.

Time inside is whole milliseconds from the visit's first event (`at_ms`); logs carry seconds. Numbers that
conditions read are floats, since conditions know doubles only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from math import inf
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec

# What an event may have changed. A reader that keeps verdicts asks anew only where these say so.
PAGE: Final = 1
SCROLL: Final = 2
COUNT: Final = 4
CART: Final = 8
IDENTITY: Final = 16
CHAT: Final = 32
IDLE: Final = 64
EVERYTHING: Final = 127

SEARCH_ENGINES: Final = frozenset(
    ("google", "bing", "duckduckgo", "yahoo", "ecosia", "yandex", "baidu", "brave", "qwant")
)


class _Event(msgspec.Struct, frozen=True, tag_field="type", omit_defaults=True, gc=False):
    """Something that happened in a visit, `at` seconds after its first event."""

    at: float

    @property
    def at_ms(self) -> int:
        """Whole milliseconds since the visit's first event."""
        return round(self.at * 1000)


class PageEvent(_Event, tag="page", frozen=True):
    """A page was opened, in any tab."""

    url: str
    referrer: str | None = None
    title: str | None = None


class ScrollEvent(_Event, tag="scroll", frozen=True):
    """The page was scrolled down to `depth`, 0 to 1."""

    depth: float


class NamedEvent(_Event, tag="event", frozen=True, gc=True):
    """A named event: `form_error`, `hover:price`, `exit_intent`, or one of the site's own."""

    name: str
    props: dict[str, Any] | None = None


class CartEvent(_Event, tag="cart", frozen=True):
    """What the basket holds now."""

    value: float = 0.0
    items: float = 0.0


class IdentifyEvent(_Event, tag="identify", frozen=True, gc=True):
    """The site vouched for the visitor; its traits add to those known."""

    traits: dict[str, Any] | None = None


class ChatEvent(_Event, tag="chat", frozen=True):
    """A conversation began; `trigger` names the invitation it answers, if it answers one."""

    trigger: str | None = None


class OrderEvent(_Event, tag="order", frozen=True):
    """The visitor ordered."""

    id: str | int | None = None
    value: float | None = None
    currency: str | None = None


class EndEvent(_Event, tag="end", frozen=True):
    """The visit is over."""


Event = PageEvent | ScrollEvent | NamedEvent | CartEvent | IdentifyEvent | ChatEvent | OrderEvent | EndEvent


class TeamNow(msgspec.Struct, frozen=True):
    """How busy a team is: free slots, people waiting, expected wait in seconds."""

    free: float = inf
    queue: float = 0.0
    wait_seconds: float = 0.0


UNLIMITED: Final = TeamNow()


class VisitHead(msgspec.Struct, frozen=True, kw_only=True):
    """What is known when a visit begins; the counts are of what lay before it."""

    visit: str
    visitor: str
    started_ms: int
    language: str = ""
    device: str = ""
    country: str = ""
    identified: bool = False
    traits: dict[str, Any] = {}
    visits_before: float = 0.0
    chats_before: float = 0.0
    orders_before: float = 0.0
    last_ended_ms: int | None = None


class Address(msgspec.Struct, frozen=True):
    """The parts of a page's address that conditions ask about."""

    host: str
    path: str
    query: dict[str, str]


# RFC 3986, appendix B: matches any text, so a strange address is never an error.
_ADDRESS = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.\-]*:)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?", re.DOTALL)


@lru_cache(maxsize=16_384)
def parse_address(url: str) -> Address:
    """Host, path and query of `url`. A repeated query key counts once, with its first value."""
    match = _ADDRESS.match(url)
    assert match is not None  # every part of the pattern is optional
    authority, path, query = match.groups()
    pairs: dict[str, str] = {}
    for key, value in parse_qsl(query or "", keep_blank_values=True):
        pairs.setdefault(key, value)
    return Address(_host_of(authority or ""), path or "/", pairs)


def _host_of(authority: str) -> str:
    host = authority.rpartition("@")[2]
    if host.startswith("["):
        return host.partition("]")[0].lower() + "]"
    return host.partition(":")[0].lower()


def referrer_host(referrer: str | None, own_host: str) -> str:
    """The host somebody came from; "" if from nowhere or from the same host."""
    host = parse_address(referrer).host if referrer else ""
    return "" if host == own_host else host


def medium_of(host: str) -> str:
    """How one comes from `host`: `organic`, `referral` or `direct`."""
    if not host:
        return "direct"
    return "referral" if SEARCH_ENGINES.isdisjoint(host.split(".")) else "organic"


def clean_traits(traits: dict[str, Any]) -> dict[str, Any]:
    """The traits with every number a double."""
    return {key: _as_double(value) if type(value) is int else value for key, value in traits.items()}


def _as_double(number: int) -> float:
    try:
        return float(number)
    except OverflowError:  # an integer of more than 308 digits
        return inf if number > 0 else -inf


class VisitState:
    """One visit's facts at `now_ms`. `apply` takes the next event; `at` moves the time between events."""

    __slots__ = (
        "_opened", "cart_items", "cart_value", "chat_open", "country", "days_since_last", "device", "ended",
        "entry_path", "entry_query", "identified", "language", "last_at", "moment", "now_ms", "page_at",
        "page_count", "page_nth", "page_path", "page_query", "page_scroll", "page_title", "page_url",
        "stage_memo", "started_ms", "team", "traits", "visit", "visit_campaign", "visit_count",
        "visit_medium", "visit_pages", "visit_referrer", "visit_source", "visitor", "visitor_chats",
        "visitor_orders", "visitor_visits",
    )  # fmt: skip

    def __init__(self, head: VisitHead) -> None:
        self.visit = head.visit
        self.visitor = head.visitor
        self.started_ms = head.started_ms
        self.language = head.language
        self.device = head.device
        self.country = head.country
        self.identified = head.identified
        self.traits: dict[str, Any] = clean_traits(head.traits) if head.traits else {}
        self.visitor_visits = head.visits_before + 1.0
        self.visitor_chats = head.chats_before + 0.0
        self.visitor_orders = head.orders_before + 0.0
        last = head.last_ended_ms
        self.days_since_last = -1.0 if last is None else (head.started_ms - last) / 86_400_000
        self.now_ms = self.page_at = self.last_at = 0
        self.moment = 0
        self.page_url = self.page_path = self.page_title = ""
        self.page_query: dict[str, str] = {}
        self.page_scroll = self.page_nth = self.visit_pages = 0.0
        self.page_count: dict[str, float] = {}
        self.visit_count: dict[str, float] = {}
        self.entry_path = self.visit_referrer = self.visit_campaign = ""
        self.entry_query: dict[str, str] = {}
        self.visit_source = self.visit_medium = "direct"
        self.cart_value = self.cart_items = 0.0
        self.chat_open = self.ended = False
        self._opened: dict[str, float] = {}
        self.team = UNLIMITED  # of the team that is being asked for; set by whoever asks
        self.stage_memo: tuple[object, int, str] | None = None  # (whose stages, moment, stage)

    @property
    def now(self) -> int:
        """The present instant, in milliseconds since 1970."""
        return self.started_ms + self.now_ms

    def at(self, now_ms: int) -> None:
        """Let the time be `now_ms` after the visit's first event; nothing else changes."""
        self.now_ms = now_ms
        self.moment += 1

    def apply(self, event: Event) -> int:
        """Take the next event and say which facts it may have changed (the flags above)."""
        self.now_ms = self.last_at = round(event.at * 1000)
        self.moment += 1
        changed: int = _APPLY[event.__class__](self, event)
        return changed | IDLE

    def set_chat(self, is_open: bool) -> int:
        """Say whether the visitor is in a conversation now; the flags of what that changed."""
        changed = self.chat_open is not is_open
        self.chat_open = is_open
        self.moment += changed
        return CHAT if changed else 0

    def _page(self, event: PageEvent) -> int:
        address = parse_address(event.url)
        path = address.path
        self.page_at = self.now_ms
        self.page_url = event.url
        self.page_path = path
        self.page_query = address.query
        self.page_title = event.title or ""
        self.page_scroll = 0.0
        if self.page_count:
            self.page_count = {}
        self.page_nth = self._opened[path] = self._opened.get(path, 0.0) + 1.0
        if not self.visit_pages:
            self._enter(address, event.referrer)
        self.visit_pages += 1.0
        return PAGE | SCROLL | COUNT

    def _enter(self, address: Address, referrer: str | None) -> None:
        host = referrer_host(referrer, address.host)
        query = address.query
        self.entry_path = address.path
        self.entry_query = query
        self.visit_referrer = host
        self.visit_source = query.get("utm_source") or host or "direct"
        self.visit_medium = query.get("utm_medium") or medium_of(host)
        self.visit_campaign = query.get("utm_campaign") or ""

    def _scroll(self, event: ScrollEvent) -> int:
        depth = event.depth if event.depth < 1.0 else 1.0
        if depth <= self.page_scroll:
            return 0
        self.page_scroll = depth
        return SCROLL

    def _named(self, event: NamedEvent) -> int:
        name = event.name
        self.page_count[name] = self.page_count.get(name, 0.0) + 1.0
        self.visit_count[name] = self.visit_count.get(name, 0.0) + 1.0
        return COUNT

    def _cart(self, event: CartEvent) -> int:
        self.cart_value = event.value
        self.cart_items = event.items
        return CART

    def _identify(self, event: IdentifyEvent) -> int:
        self.identified = True
        if event.traits:
            self.traits = self.traits | clean_traits(event.traits)
        return IDENTITY

    def _chat(self, event: ChatEvent) -> int:
        self.chat_open = True
        return CHAT

    def _order(self, event: OrderEvent) -> int:
        return 0

    def _end(self, event: EndEvent) -> int:
        self.ended = True
        return 0


_APPLY: Final[dict[type, Any]] = {
    PageEvent: VisitState._page,
    ScrollEvent: VisitState._scroll,
    NamedEvent: VisitState._named,
    CartEvent: VisitState._cart,
    IdentifyEvent: VisitState._identify,
    ChatEvent: VisitState._chat,
    OrderEvent: VisitState._order,
    EndEvent: VisitState._end,
}


def fold(head: VisitHead, events: Iterable[Event]) -> VisitState:
    """The state of a visit after `events`: how a state is rebuilt from what is stored."""
    state = VisitState(head)
    for event in events:
        state.apply(event)
    return state
