"""Facts of a visit, as its events are folded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overture.visits.facts import (
    CART,
    CHAT,
    COUNT,
    IDENTITY,
    IDLE,
    PAGE,
    SCROLL,
    CartEvent,
    ChatEvent,
    EndEvent,
    IdentifyEvent,
    NamedEvent,
    OrderEvent,
    PageEvent,
    ScrollEvent,
    VisitHead,
    VisitState,
    fold,
    parse_address,
)


def head(**more) -> VisitHead:
    return VisitHead(**({"visit": "v", "visitor": "ann", "started_ms": 0} | more))


def first(url: str, referrer: str | None = None) -> VisitState:
    return fold(head(), [PageEvent(0.0, url, referrer)])


@pytest.mark.parametrize(
    ("url", "host", "path", "query"),
    [
        ("https://Shop.example:8443/a/b?x=1&y=#z", "shop.example", "/a/b", {"x": "1", "y": ""}),
        ("https://shop.example", "shop.example", "/", {}), ("/bikes?q=a&q=b", "", "/bikes", {"q": "a"}),
        ("https://u:p@shop.example/?a=%C3%A4+b&&c", "shop.example", "/", {"a": "ä b", "c": ""}),
        ("https://[::1]:80/x", "[::1]", "/x", {}), ("https://[bad/x", "[bad]", "/x", {}), ("", "", "/", {}),
        ("not a url", "", "not a url", {}), ("/a#?x=1", "", "/a", {}), ("/a?x=%zz%ff", "", "/a", {"x": "%zz\ufffd"}),
        ("//cdn.example/p", "cdn.example", "/p", {}), ("mailto:x@y", "", "x@y", {}),
    ],
)  # fmt: skip
def test_addresses(url, host, path, query):
    found = parse_address(url)
    assert (found.host, found.path, found.query) == (host, path, query)


@given(st.text(max_size=60))
def test_no_address_is_an_error(url):
    assert parse_address(url).path


@pytest.mark.parametrize(
    ("url", "referrer", "source", "medium", "campaign", "host"),
    [
        ("https://x.fi/", None, "direct", "direct", "", ""), ("https://x.fi/", "https://x.fi/a", "direct",
        "direct", "", ""),
        ("https://x.fi/", "https://www.google.co.uk/search", "www.google.co.uk", "organic", "", "www.google.co.uk"),
        ("https://x.fi/", "https://blog.example/", "blog.example", "referral", "", "blog.example"),
        ("https://x.fi/", "https://notgoogle.example/", "notgoogle.example", "referral", "", "notgoogle.example"),
        ("https://x.fi/?utm_source=news", "https://www.bing.com/", "news", "organic", "", "www.bing.com"),
        ("https://x.fi/?utm_medium=email", "https://blog.example/", "blog.example", "email", "", "blog.example"),
        ("https://x.fi/?utm_source=&utm_campaign=c", "https://duckduckgo.com/", "duckduckgo.com", "organic", "c",
        "duckduckgo.com"),
        ("https://x.fi/?utm_source=a&utm_source=b", None, "a", "direct", "", ""), ("https://x.fi/", "nonsense",
        "direct", "direct", "", ""),
        ("https://x.fi/", "https://WWW.Google.com:443/", "www.google.com", "organic", "", "www.google.com"),
    ],
)  # fmt: skip
def test_source_medium_campaign(url, referrer, source, medium, campaign, host):
    state = first(url, referrer)
    found = (state.visit_source, state.visit_medium, state.visit_campaign, state.visit_referrer)
    assert found == (source, medium, campaign, host)


def test_later_pages_do_not_change_where_the_visit_came_from():
    state = first("https://x.fi/a?utm_source=news&k=1")
    state.apply(PageEvent(5.0, "https://x.fi/b?utm_source=other", "https://www.google.com/", "B"))
    assert (state.visit_source, state.entry_path, state.entry_query["k"]) == ("news", "/a", "1")
    assert (state.page_path, state.page_title, state.page_query) == ("/b", "B", {"utm_source": "other"})


def test_a_page_begins_anew_what_is_of_the_page():
    state = first("https://x.fi/a")
    for event in (ScrollEvent(1.0, 0.7), ScrollEvent(2.0, 0.2), NamedEvent(3.0, "e"), NamedEvent(4.0, "e")):
        state.apply(event)
    assert (state.page_scroll, state.page_count, state.visit_count) == (0.7, {"e": 2.0}, {"e": 2.0})
    state.apply(PageEvent(5.0, "https://x.fi/b"))
    assert (state.page_scroll, state.page_count, state.visit_count) == (0.0, {}, {"e": 2.0})
    state.apply(PageEvent(6.0, "https://x.fi/a?q=1"))
    assert (state.page_nth, state.visit_pages, state.page_at, state.last_at) == (2.0, 3.0, 6_000, 6_000)


def test_head_and_history():
    state = VisitState(
        head(
            started_ms=86_400_000 * 3,
            last_ended_ms=86_400_000,
            visits_before=2,
            chats_before=1,
            orders_before=4,
        )
    )
    assert (state.visitor_visits, state.visitor_chats, state.visitor_orders, state.days_since_last) == (
        3.0,
        1.0,
        4.0,
        2.0,
    )
    assert VisitState(head()).days_since_last == -1.0


def test_identify_adds_traits_and_numbers_are_doubles():
    state = fold(head(traits={"a": 1, "b": True}), [PageEvent(0.0, "/"), IdentifyEvent(1.0, {"c": 10**400, "a": "x"})])
    assert state.identified
    assert state.traits == {"a": "x", "b": True, "c": float("inf")}
    assert type(VisitState(head(traits={"n": 3})).traits["n"]) is float


def test_what_an_event_may_have_changed_is_told():
    state = VisitState(head())
    assert state.apply(PageEvent(0.0, "/")) == PAGE | SCROLL | COUNT | IDLE
    assert state.apply(ScrollEvent(1.0, 0.5)) == SCROLL | IDLE
    assert state.apply(ScrollEvent(1.5, 0.4)) == IDLE
    assert state.apply(NamedEvent(2.0, "x")) == COUNT | IDLE
    assert state.apply(CartEvent(3.0, 1.0, 1.0)) == CART | IDLE
    assert state.apply(IdentifyEvent(4.0)) == IDENTITY | IDLE
    assert state.apply(OrderEvent(5.0, "A")) == IDLE
    assert state.apply(ChatEvent(6.0)) == CHAT | IDLE
    assert state.set_chat(False) == CHAT
    assert state.set_chat(False) == 0
    assert state.apply(EndEvent(7.0)) == IDLE
    assert state.ended


def test_scroll_stays_within_the_page():
    state = fold(head(), [PageEvent(0.0, "/"), ScrollEvent(1.0, 7.0)])
    assert state.page_scroll == 1.0


def test_folding_the_same_events_gives_the_same_state():
    events = [
        PageEvent(0.0, "/a?x=1"),
        CartEvent(1.0, 5.0, 2.0),
        NamedEvent(2.0, "e"),
        PageEvent(3.0004, "/b"),
    ]
    one, two = fold(head(), events), fold(head(), events)
    for name in VisitState.__slots__:
        assert getattr(one, name) == getattr(two, name)
    assert one.page_at == 3_000
