"""How many looks were left out, and why: counted in memory, stored now and then."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from overture.store import Store
from overture.visits import store as visits_store


class LeftOut:
    """Counts by site, day and reason."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._counts: Counter[tuple[str, str, str]] = Counter()

    def count(self, site: str, reason: str, at: datetime) -> None:
        """One look more was left out."""
        self._counts[site, at.date().isoformat(), reason] += 1

    async def flush(self) -> None:
        """Store what was counted; if that fails it is kept for the next time."""
        counts, self._counts = self._counts, Counter()
        if not counts:
            return
        try:
            await self._store.run(visits_store.count_left_out, [(*key, number) for key, number in counts.items()])
        except BaseException:
            self._counts.update(counts)
            raise
