"""Every fact a condition may ask: its kind, what may change it, where it is read, what it means.

The reference (`docs/reference/conditions.md`) describes the same facts; a test holds the two together.
"""

from __future__ import annotations

from typing import Final

import msgspec

from overture.direction.conditions.syntax import Kind
from overture.visits.facts import CART, CHAT, COUNT, IDENTITY, IDLE, PAGE, SCROLL

# Beside what events change: facts that move with the clock or with others' doings, asked at every moment;
# and time facts, whose comparisons change at instants that can be told beforehand.
ALWAYS: Final = 128
TIME: Final = 256
# The first moment of a visit, at which even what never changes is asked.
START: Final = 512


class FactInfo(msgspec.Struct, frozen=True):
    """A fact. `attribute` is where `VisitState` keeps it; "" if it is computed. `changes` are flags."""

    name: str
    kind: Kind
    attribute: str
    changes: int
    meaning: str


_ALL = (
    FactInfo("page.url", "string", "page_url", PAGE, "the current page's whole address"),
    FactInfo("page.path", "string", "page_path", PAGE, "its path, without query and fragment"),
    FactInfo("page.title", "string", "page_title", PAGE, 'its title; "" in an access log'),
    FactInfo("page.query", "strings", "page_query", PAGE, 'a part of its query; "" if it is not there'),
    FactInfo(
        "page.seconds",
        "time",
        "page_at",
        PAGE | TIME,
        "time since the page was opened; in an access log up to the next page only",
    ),
    FactInfo(
        "page.scroll",
        "number",
        "page_scroll",
        PAGE | SCROLL,
        "deepest so far on this page, 0 to 1, told in tenths; 0 in an access log",
    ),
    FactInfo("page.nth", "number", "page_nth", PAGE, "how many times this path was opened in this visit"),
    FactInfo(
        "page.count",
        "counts",
        "page_count",
        PAGE | COUNT,
        "how often something happened on this page, as the snippet or the site tells; 0 in an access log",
    ),
    FactInfo("visit.seconds", "time", "", TIME, "time since the visit began"),
    FactInfo("visit.idle_seconds", "time", "last_at", IDLE | TIME, "time since its latest event"),
    FactInfo("visit.pages", "number", "visit_pages", PAGE, "pages opened so far"),
    FactInfo("visit.entry_path", "string", "entry_path", PAGE, "path of the first page"),
    FactInfo("visit.query", "strings", "entry_query", PAGE, "a part of the first page's query"),
    FactInfo(
        "visit.referrer",
        "string",
        "visit_referrer",
        PAGE,
        'host the visitor came from, as browsers tell it; "" for none and for the site itself',
    ),
    FactInfo("visit.source", "string", "visit_source", PAGE, "utm_source, else the referrer, else direct"),
    FactInfo("visit.medium", "string", "visit_medium", PAGE, "utm_medium, else organic, referral or direct"),
    FactInfo("visit.campaign", "string", "visit_campaign", PAGE, "utm_campaign"),
    FactInfo(
        "visit.count",
        "counts",
        "visit_count",
        COUNT,
        "how often something happened in this visit, as the snippet or the site tells; 0 in an access log",
    ),
    FactInfo("visit.stage", "string", "", 0, 'the stage the visit is in; "" if none holds or the plan has none'),
    FactInfo("visitor.visits", "number", "visitor_visits", 0, "visits, this one included"),
    FactInfo("visitor.chats", "number", "visitor_chats", 0, "conversations before this visit; 0 in an access log"),
    FactInfo(
        "visitor.orders",
        "number",
        "visitor_orders",
        0,
        "orders before this visit, if the site tells orders; 0 in an access log",
    ),
    FactInfo("visitor.days_since_last", "number", "days_since_last", 0, "days since the last visit; -1: none"),
    FactInfo(
        "visitor.identified",
        "bool",
        "identified",
        IDENTITY,
        "the site vouched for the visitor, if it identifies customers; false in an access log",
    ),
    FactInfo(
        "visitor.traits",
        "traits",
        "traits",
        IDENTITY,
        "what the site told of the visitor, if it identifies customers; none in an access log",
    ),
    FactInfo(
        "visitor.language",
        "string",
        "language",
        0,
        'the browser\'s first language in small letters, without a region; "" in an access log',
    ),
    FactInfo("visitor.country", "string", "country", 0, 'two capital letters, if a proxy in front tells it; else ""'),
    FactInfo("visitor.device", "string", "device", 0, "desktop, mobile or tablet"),
    FactInfo(
        "cart.value",
        "number",
        "cart_value",
        CART,
        "what the basket is worth, once the site has told it in this visit; 0 before, and in an access log",
    ),
    FactInfo(
        "cart.items",
        "number",
        "cart_items",
        CART,
        "pieces in the basket, once the site has told it in this visit; 0 before, and in an access log",
    ),
    FactInfo("chat.open", "bool", "chat_open", CHAT, "in a conversation now"),
    FactInfo(
        "team.free",
        "number",
        "team.free",
        ALWAYS,
        "free slots of the trigger's team, live; in a backtest without agents infinite",
    ),
    FactInfo(
        "team.queue",
        "number",
        "team.queue",
        ALWAYS,
        "visitors who wait for the trigger's team, live; in a backtest without agents 0",
    ),
    FactInfo(
        "team.wait_seconds",
        "number",
        "team.wait_seconds",
        ALWAYS,
        "expected wait for it in seconds, live; in a backtest without agents 0",
    ),
    FactInfo("now.hour", "number", "", ALWAYS, "hour in the site's time zone, 0 to 23"),
    FactInfo("now.minute", "number", "", ALWAYS, "minute, 0 to 59"),
    FactInfo("now.weekday", "number", "", ALWAYS, "weekday, Monday is 1, Sunday 7"),
)

FACTS: Final[dict[str, FactInfo]] = {fact.name: fact for fact in _ALL}
AUDIENCE_MEANING: Final = "the audience of that name holds"
METHODS: Final = ("startsWith", "endsWith", "contains", "matches", "size")
ROOTS: Final = frozenset(name.partition(".")[0] for name in FACTS) | {"audience"}
