"""Who an agent looks at looks back more often, for half a minute."""

from __future__ import annotations

from overture.bus.local import LocalBus
from overture.invitations.answer import ATTENDED_MS, HEART_BEAT_MS, heart_beat
from overture.invitations.attended import FOR_S, MANY, Attended


def test_for_half_a_minute_in_every_process() -> None:
    now, bus = [0.0], LocalBus()
    one, other = Attended(bus, monotonic=lambda: now[0]), Attended(bus, monotonic=lambda: now[0])
    one.note("v_1")
    assert one.heart_beat("v_1") == other.heart_beat("v_1") == ATTENDED_MS
    assert one.heart_beat("v_2") is None
    now[0] = FOR_S + 1
    assert other.heart_beat("v_1") is None


def test_memory_is_bounded() -> None:
    now = [0.0]
    attended = Attended(monotonic=lambda: now[0])
    for number in range(MANY):
        attended.note(f"v_{number}")
    now[0] = FOR_S + 1
    attended.note("v_new")
    assert attended.heart_beat("v_new") == ATTENDED_MS
    assert len(attended._until) == 1


def test_heart_beats_slow_down_under_load() -> None:
    beats = [heart_beat(waiting) for waiting in (0, 1_000, 2_000, 10_000)]
    assert beats[0] == HEART_BEAT_MS
    assert beats == sorted(beats)
    assert beats[-1] > HEART_BEAT_MS
