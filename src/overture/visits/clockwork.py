"""When a page's events happened, on the server's clock.

A page says how long ago something happened; the server subtracts that from the instant it was told. Visitors'
clocks can jump, sleep and lie, so the result is bounded: never before the latest thing the visit knows, never
after now, never more than `LONGEST_AGO` back.
"""

from __future__ import annotations

from collections.abc import Iterable

SILENCE_MS = 30 * 60_000
"""So long without a sign ends a visit."""
LONGEST_AGO_MS = SILENCE_MS


def happened_at(now_ms: int, ago: float, not_before_ms: int) -> int:
    """The instant (ms since 1970) of something `ago` ms before `now_ms`, within bounds."""
    if not ago > 0.0:  # negative, zero, or not a number
        return max(now_ms, not_before_ms)
    return max(now_ms - round(min(ago, LONGEST_AGO_MS)), not_before_ms)


def line_up(now_ms: int, agos: Iterable[float], not_before_ms: int) -> list[int]:
    """Instants of events in the order they were sent; none before the one before it."""
    instants = []
    latest = not_before_ms
    for ago in agos:
        latest = happened_at(now_ms, ago, latest)
        instants.append(latest)
    return instants


def is_over(last_sign_ms: int, at_ms: int) -> bool:
    """Whether a visit with its last sign then has ended by `at_ms`."""
    return at_ms - last_sign_ms >= SILENCE_MS
