"""Each event of a look stands alone: made right where its meaning is plain, else refused by itself and told."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from overture.visits.intake import read_look

PAGE = {"type": "page", "url": "https://shop.example/"}
ORDER = {"type": "order", "id": "A-1", "value": 349, "currency": "EUR"}

json = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
KINDS = ("page", "scroll", "event", "cart", "order", "identify", "invitation", "end", "unknown", "teleport")
FIELDS = (
    "ago",
    "url",
    "title",
    "referrer",
    "depth",
    "name",
    "props",
    "value",
    "items",
    "currency",
    "id",
    "traits",
    "token",
)


def read(*events: Any) -> tuple[list[dict[str, Any]], list[tuple[str, str]]]:
    look, problems = read_look(msgspec.json.encode({"site": "k", "events": events}))
    return [msgspec.to_builtins(one) for one in look.events], [(one.event, one.field) for one in problems]


@pytest.mark.parametrize(
    ("said", "read_as"),
    [
        ({**ORDER, "currency": "eur"}, {"value": 349.0, "currency": "EUR"}),
        ({**ORDER, "currency": "€"}, {"currency": "EUR"}),
        ({**ORDER, "value": "1 234,50 €"}, {"value": 1234.5}),
        ({**ORDER, "value": "1,234.50"}, {"value": 1234.5}),
        ({**ORDER, "id": 17}, {"id": "17"}),
        ({"type": "cart", "value": "349,90", "items": "2"}, {"value": 349.9, "items": 2.0}),
        ({"type": "cart", "value": 349}, {"value": 349.0, "items": 0.0}),
        ({"type": "event", "name": " size_guide ", "props": None}, {"name": "size_guide", "props": {}}),
        ({"type": "event", "name": 7}, {"name": "7"}),
        ({"type": "page", "url": "https://shop.example/", "title": 5}, {"title": "5"}),
        ({"type": "scroll", "depth": 4}, {"depth": 1.0}),
        ({"type": "event", "name": "x", "props": {"n": 2**70}}, {"props": {"n": float(2**70)}}),
    ],
)
def test_what_is_plain_is_made_right(said: dict[str, Any], read_as: dict[str, Any]) -> None:
    events, problems = read(said)
    assert problems == []
    assert {name: events[0][name] for name in read_as} == read_as


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"type": "order", "id": "A-1", "value": 349}, ("order", "currency")),
        ({**ORDER, "currency": "XQQ"}, ("order", "currency")),
        ({**ORDER, "value": "1.234"}, ("order", "value")),
        ({**ORDER, "value": "$5"}, ("order", "value")),
        ({**ORDER, "value": "Infinity"}, ("order", "value")),
        ({**ORDER, "value": 1e300}, ("order", "value")),
        ({**ORDER, "value": -1}, ("order", "value")),
        ({**ORDER, "value": [349]}, ("order", "value")),
        ({**ORDER, "value": None}, ("order", "value")),
        ({**ORDER, "id": ""}, ("order", "id")),
        ({**ORDER, "id": "x" * 500}, ("order", "id")),
        ({**ORDER, "id": "A\0"}, ("order", "id")),
        ({**ORDER, "id": {"a": 1}}, ("order", "id")),
        ({"type": "cart", "value": "abc"}, ("cart", "value")),
        ({"type": "cart", "items": 2}, ("cart", "value")),
        ({"type": "cart", "value": True}, ("cart", "value")),
        ({"type": "event", "name": "x" * 101}, ("event", "name")),
        ({"type": "event", "name": ["x"]}, ("event", "name")),
        ({"type": "page", "url": "http://["}, ("page", "url")),
        ({"type": "identify", "id": ["u"]}, ("identify", "id")),
        ({"type": "teleport"}, ("unknown", "")),
        ({"type": "unknown", "name": "nonsense"}, ("unknown", "")),
        (7, ("unknown", "")),
    ],
)
def test_what_is_not_plain_is_refused_by_itself_and_told(said: Any, problem: tuple[str, str]) -> None:
    events, problems = read(PAGE, said, {"type": "end"})
    assert [one.get("url") for one in events] == ["https://shop.example/", None]
    assert problems == [problem]


def test_what_can_be_kept_of_an_event_is_kept() -> None:
    events, problems = read(
        {"type": "event", "name": "x", "props": {"a": "b" * 5_000}},
        {"type": "cart", "value": 5, "items": "many"},
        {"type": "identify", "id": "u1", "traits": {"plan": "pro", "nested": {"a": 1}, "long": "x" * 2_000}},
    )
    assert [events[0]["props"], events[1]["value"], events[2]["traits"]] == [{}, 5.0, {"plan": "pro"}]
    assert problems == [("event", "props"), ("cart", "items"), ("identify", "traits"), ("identify", "traits")]


def test_half_a_character_is_made_whole() -> None:
    body = rb'{"site":"k","events":[{"type":"page","url":"https:\/\/shop.example\/\ud83d","title":"half \ud83d emoji"},'
    body += (
        rb'{"type":"event","name":"e\udc00","props":{"\ud83d":["\ude00"]}},{"type":"order","id":"A\ud83d","value":1,'
    )
    body += rb'"currency":"EUR"},{"type":"identify","id":"u","traits":{"name":"\ud83d\ude00 \ud83d"}}]}'
    look, problems = read_look(body)
    page, event, order, identify = (msgspec.to_builtins(one) for one in look.events)
    assert problems == []
    assert (page["url"], page["title"]) == ("https://shop.example/\ufffd", "half \ufffd emoji")
    assert (event["name"], event["props"]) == ("e\ufffd", {"\ufffd": ["\ufffd"]})
    assert (order["id"], identify["traits"]) == ("A\ufffd", {"name": "😀 \ufffd"})
    assert read_look(b'{"site":"k","events":[{"type":"page","url":"https://a.fi/","title":"\xed\xa0\xbd!"}]}')[0].events


def test_a_number_beyond_all_bounds_is_one_bad_item() -> None:
    look, problems = read_look(b'{"site":"k","events":[{"type":"cart","value":1e999},{"type":"end"}]}')
    assert len(look.events) == 1
    assert len(problems) == 1


def test_a_long_title_is_cut_between_characters() -> None:
    family = "👨\u200d👩\u200d👧"
    (page,), _ = read({**PAGE, "title": "x" * 298 + family})
    assert page["title"] == "x" * 298


@given(
    st.lists(st.fixed_dictionaries({"type": st.sampled_from(KINDS)}, optional=dict.fromkeys(FIELDS, json)), max_size=5)
)
def test_any_event_is_read_or_told_and_can_be_stored(events: list[dict[str, Any]]) -> None:
    look, problems = read_look(msgspec.json.encode({"site": "k", "events": events}))
    assert len(look.events) >= len(events) - len(problems)
    msgspec.json.encode(look.events)
    for problem in problems:
        assert len(problem.event) <= 16
        assert len(problem.field) <= 16
        assert len(problem.message) < 1_000
        assert "\0" not in problem.example + problem.message
