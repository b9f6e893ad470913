"""The small tools keep their laws."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overture.kit import ids
from overture.kit.clock import from_ms, parse_instant, to_ms
from overture.kit.durations import format_duration, parse_duration
from overture.kit.limits import RateLimiter
from overture.kit.money import money
from overture.kit.pagination import BadCursor, decode_cursor, encode_cursor


@given(st.integers(0, 3_660 * 86_400_000))
def test_durations_come_back(ms: int) -> None:
    assert parse_duration(format_duration(ms)) == ms


@pytest.mark.parametrize(("text", "ms"), [("20s", 20_000), ("1h30m", 5_400_000), ("7d", 604_800_000), ("1.5s", 1_500)])
def test_durations_read_as_written(text: str, ms: int) -> None:
    assert parse_duration(text) == ms


@pytest.mark.parametrize("text", ["", "7", "d", "7 d", "-1s", "1s!", "٣s", "9999999999d", "1e3s"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"duration|ten years"):
        parse_duration(text)


@given(st.integers(-(2**41), 2**42))
def test_instants_come_back_to_the_millisecond(ms: int) -> None:
    assert to_ms(from_ms(ms)) == ms


def test_an_instant_needs_its_offset() -> None:
    assert parse_instant("2026-11-02T11:00:00+02:00") == parse_instant("2026-11-02T09:00:00Z")
    with pytest.raises(ValueError, match="time zone"):
        parse_instant("2026-11-02T11:00:00")


@pytest.mark.parametrize(
    ("value", "currency", "minor"),
    [(349.0, "EUR", 34_900), (0.1 + 0.2, "EUR", 30), (1234, "JPY", 1234), ("1.2345", "KWD", 1234)],
)
def test_money_is_exact_in_its_currency(value: float | str, currency: str, minor: int) -> None:
    assert money(value, currency).minor == minor


@pytest.mark.parametrize(
    ("value", "currency"), [(float("nan"), "EUR"), (1e300, "EUR"), ("x", "EUR"), (1, "eur"), (1, "€")]
)
def test_what_is_no_money_is_refused(value: float | str, currency: str) -> None:
    with pytest.raises(ValueError, match=r"amount|currency"):
        money(value, currency)


@given(st.tuples(st.integers(0, 2**47 - 1), st.text().filter(lambda text: "\0" not in text)))
def test_cursors_come_back(key: tuple[int, str]) -> None:
    assert decode_cursor(encode_cursor(*key), tuple[int, str]) == key


@given(st.text())
def test_no_text_breaks_a_cursor(text: str) -> None:
    with contextlib.suppress(BadCursor):
        decode_cursor(text, tuple[int, str])


def test_ids_sort_by_the_time_they_were_made(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    for ms in (1, 31, 32, 1_000_000, 1_700_000_000_000):
        monkeypatch.setattr(ids.time, "time_ns", lambda ms=ms: ms * 1_000_000)
        made.append(ids.new_id("c"))
    assert made == sorted(made)
    assert len({ids.new_id("c") for _ in range(1_000)}) == 1_000


def test_a_rate_limit_allows_a_burst_then_a_trickle() -> None:
    now = [0.0]
    limiter = RateLimiter(burst=3, per_second=2, monotonic=lambda: now[0])
    assert [limiter.take("a") for _ in range(4)] == [0, 0, 0, 0.5]
    assert limiter.take("b") == 0
    now[0] = 0.5
    assert limiter.take("a") == 0
    assert limiter.take("a") > 0


def test_keys_start_afresh_one_by_one_or_all() -> None:
    limiter = RateLimiter(burst=1, per_second=1, monotonic=lambda: 0.0)
    assert [limiter.take(key) for key in "abab"] == [0, 0, 1, 1]
    limiter.forget("a")
    assert [limiter.take(key) for key in "ab"] == [0, 1]
    limiter.clear()
    assert [limiter.take(key) for key in "ab"] == [0, 0]


def test_a_flood_of_keys_does_not_fill_the_memory() -> None:
    limiter = RateLimiter(burst=1, per_second=1, keys=100)
    for key in range(10_000):
        limiter.take(key)
    assert len(limiter._buckets) == 100
