"""Rate limits: token buckets by key, in memory of this process, bounded."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable


class RateLimiter:
    """Allows `burst` at once and `per_second` on the long run, for each key by itself.

    Holds at most `keys` keys: the one unused for longest is forgotten first (and so starts afresh), which
    bounds memory under a flood of addresses. Any thread may ask.
    """

    def __init__(
        self, *, burst: float, per_second: float, keys: int = 100_000, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._burst = burst
        self._per_second = per_second
        self._keys = keys
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._buckets: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def take(self, key: Hashable, cost: float = 1.0) -> float:
        """Take `cost` tokens: 0.0 if there were enough, else how many seconds to wait (nothing is taken)."""
        now = self._monotonic()
        with self._lock:
            level, at = self._buckets.pop(key, (self._burst, now))
            level = min(self._burst, level + (now - at) * self._per_second)
            wait = 0.0 if level >= cost else (cost - level) / self._per_second
            self._buckets[key] = (level if wait else level - cost, now)
            if len(self._buckets) > self._keys:
                self._buckets.popitem(last=False)
        return wait

    def give_back(self, key: Hashable, cost: float = 1.0) -> None:
        """Undo a `take` that should not have counted."""
        with self._lock:
            known = self._buckets.get(key)
            if known is not None:
                self._buckets[key] = (min(self._burst, known[0] + cost), known[1])

    def forget(self, key: Hashable) -> None:
        """Start this key afresh."""
        with self._lock:
            self._buckets.pop(key, None)

    def clear(self) -> None:
        """Start every key afresh."""
        with self._lock:
            self._buckets.clear()
