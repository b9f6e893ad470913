"""Event times: whatever a page claims, time never runs backwards nor ahead of the server."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from overture.visits.clockwork import LONGEST_AGO_MS, SILENCE_MS, happened_at, is_over, line_up

instants = st.integers(0, 4_102_444_800_000)
agos = st.one_of(st.floats(allow_nan=True, allow_infinity=True), st.floats(-1e4, 1e5))


@given(now=instants, ago=agos, not_before=instants)
def test_within_bounds(now: int, ago: float, not_before: int) -> None:
    at = happened_at(now, ago, not_before)
    assert not_before <= at <= max(now, not_before)
    assert at >= now - LONGEST_AGO_MS


@given(now=instants, told=st.lists(agos, max_size=20), not_before=instants)
def test_in_the_order_they_were_sent(now: int, told: list[float], not_before: int) -> None:
    times = line_up(now, told, not_before)
    assert len(times) == len(told)
    assert times == sorted(times)
    assert all(not_before <= at <= max(now, not_before) for at in times)


@given(now=instants, gaps=st.lists(st.integers(0, 60_000), min_size=1, max_size=8))
def test_an_honest_page_is_taken_at_its_word(now: int, gaps: list[int]) -> None:
    told = [float(sum(gaps[n:])) for n in range(len(gaps))]
    assert line_up(now, told, 0) == [max(0, now - round(ago)) for ago in told]


@given(last=instants, pause=st.integers(0, 2 * SILENCE_MS))
def test_thirty_minutes_to_the_millisecond(last: int, pause: int) -> None:
    assert is_over(last, last + pause) is (pause >= SILENCE_MS)
