"""The visit log: read, written, and what is no visit."""

from __future__ import annotations

import json

import pytest

from overture.visits.facts import ChatEvent, EndEvent, PageEvent
from overture.visits.log import BadLine, Before, LoggedVisit, chronicle_of, ended, read_line, read_log, write_line

LINE = {
    "visit": "v", "visitor": "ann", "started": "2026-11-02T09:14:03Z", "language": "fi", "device": "desktop",
    "country": "FI", "identified": False, "traits": {},
    "before": {"visits": 2, "chats": 1, "orders": 0, "ended": "2026-10-30T11:00:00Z",
    "last_chat": "2026-10-30T10:58:00Z"},
    "events": [
        {"at": 0.0, "type": "page", "url": "https://shop.example/bikes?utm_source=news", "referrer": "https://a.b",
        "title": "x"},
        {"at": 12.4, "type": "scroll", "depth": 0.6}, {"at": 31.0, "type": "event", "name": "form_error",
        "props": {"f": "zip"}},
        {"at": 40.2, "type": "cart", "value": 349.0, "items": 1}, {"at": 52.0, "type": "identify",
        "traits": {"plan": "pro"}},
        {"at": 55.0, "type": "chat"}, {"at": 80.0, "type": "order", "id": "A1", "value": 349.0, "currency": "EUR"},
        {"at": 95.0, "type": "end"},
    ],
}  # fmt: skip


def line(**changes) -> bytes:
    return json.dumps(LINE | changes).encode()


def events(*more, **first) -> bytes:
    page = {"at": 0.0, "type": "page", "url": "/"} | first
    return line(events=[page, *more])


def test_the_example_is_read_and_written():
    visit = read_line(line())
    assert visit.started_ms == 1_793_610_843_000
    assert visit.ended_ms == visit.started_ms + 95_000
    chronicle = chronicle_of(visit.before)
    assert (chronicle.visits, chronicle.chats, chronicle.last_chat_ms) == (2.0, 1.0, 1_793_357_880_000)
    again = json.loads(write_line(visit))
    assert again.keys() == LINE.keys()
    assert again["events"] == LINE["events"]
    assert read_line(write_line(visit)) == visit


def test_any_offset_and_fraction():
    assert read_line(line(started="2026-11-02T11:14:03.25+02:00")).started_ms == 1_793_610_843_250


def test_before_and_the_small_things_may_be_left_out():
    bare = {
        "visit": "v",
        "visitor": "a",
        "started": "2026-11-02T09:14:03Z",
        "events": [{"at": 0, "type": "page", "url": "/"}],
    }
    visit = read_line(json.dumps(bare).encode())
    assert chronicle_of(visit.before).head(visit).visits_before == 0.0
    assert b"before" not in write_line(visit)
    assert read_line(json.dumps(bare | {"before": None, "language": None, "traits": None, "more": 1}).encode())


@pytest.mark.parametrize("raw", [
    b"{", b"[]", b"5", b"\xff", b'"\\ud800"', b"[" * 50_000, line(started="2026-11-02T09:14:03"),
    line(started="yesterday"),
    line(visitor=5), line(events=[]), line(events=[{"at": 0, "type": "scroll", "depth": 1}]), events(at=0.5),
    events(at=-1),
    events({"at": 5, "type": "jump"}), events({"at": 5}), events({"at": 5, "type": "page"}), events({"at": None,
    "type": "chat"}),
    events({"at": 5, "type": "chat"}, {"at": 4.9, "type": "end"}), events({"at": 5, "type": "end"}, {"at": 6,
    "type": "chat"}),
    events({"at": 5, "type": "cart", "value": "much"}), line(traits=[]), line(before={"ended": "x"}), b'{"visit":"v"}',
])  # fmt: skip
def test_bad_lines(raw):
    with pytest.raises(BadLine):
        read_line(raw)


def test_bad_lines_are_named_by_number():
    problems = []
    source = [line(), b"\n", b"nonsense\n", line(), events(at=3)]
    assert [number for number, _ in read_log(source, problems)] == [1, 4]
    assert [problem.line for problem in problems] == [3, 5]
    assert "page at 0" in problems[1].message


def test_time_may_stand_still():
    assert read_line(events({"at": 0, "type": "chat"}, {"at": 0, "type": "end"}))


def test_an_end_is_written_once():
    visit = LoggedVisit(
        visit="v", visitor="a", started=read_line(line()).started, events=[PageEvent(0.0, "/"), ChatEvent(2.0)]
    )
    assert ended(visit, 9_000).events[-1] == EndEvent(9.0)
    assert ended(ended(visit, 9_000), 10_000) == ended(visit, 9_000)
    assert Before() == Before(0, 0, 0)


@pytest.mark.parametrize("started", ["9999-12-31T22:30:00Z", "0001-01-01T01:00:00+02:00", "1800-01-01T00:00:00Z"])
def test_a_visit_at_the_calendars_edge_is_told(started: str) -> None:
    line = b'{"visit":"a","visitor":"v","started":"%s","events":[{"at":0,"type":"page","url":"https://a/"}]}'
    with pytest.raises(BadLine, match="years from"):
        read_line(line % started.encode())


def test_an_event_a_lifetime_later_is_told() -> None:
    line = (
        b'{"visit":"a","visitor":"v","started":"2026-11-02T09:14:03Z","events":[{"at":0,"type":"page",'
        b'"url":"https://a/"},{"at":1e300,"type":"scroll","depth":1}]}'
    )
    with pytest.raises(BadLine, match="are the most"):
        read_line(line)


def test_a_byte_order_mark_costs_nothing() -> None:
    line = b'{"visit":"a","visitor":"v","started":"2026-11-02T09:14:03Z","events":[{"at":0,"type":"page","url":"/"}]}'
    assert read_line(b"\xef\xbb\xbf" + line) == read_line(line)
