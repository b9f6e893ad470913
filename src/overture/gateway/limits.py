"""How much one connection, visitor or address may send."""

from __future__ import annotations

import msgspec


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds of both sockets. Rates are frames a second on the long run, bursts what may come at once.

    A reader for whom more than `waiting_frames` or `waiting_bytes` wait is closed; it resumes later.
    `patience` is how many refused frames in a row end the connection.
    """

    hello_within_s: float = 10.0
    visitor_burst: float = 40.0
    visitor_rate: float = 8.0
    agent_burst: float = 200.0
    agent_rate: float = 40.0
    patience: int = 50
    waiting_frames: int = 512
    waiting_bytes: int = 1024 * 1024
    sockets_burst: float = 400.0
    sockets_rate: float = 20.0
    sockets_per_address: int = 2_000


class Bucket:
    """A token bucket: `take` says whether one more is within the rate."""

    __slots__ = ("at", "level")

    def __init__(self, burst: float, now: float) -> None:
        self.level = burst
        self.at = now

    def take(self, now: float, burst: float, rate: float) -> bool:
        """Take one token at `now` (seconds of a monotonic clock); False if there is none."""
        level = min(burst, self.level + (now - self.at) * rate)
        self.at = now
        if level < 1.0:
            self.level = level
            return False
        self.level = level - 1.0
        return True
