"""What visits do by themselves; plain commands that find what is due, safe to run in several processes."""

from __future__ import annotations

from collections.abc import Callable

from overture.store import Tx
from overture.visits import privacy, service

JOBS: list[tuple[str, float, Callable[[Tx], object]]] = [
    ("silent_visits", 30, service.finish_silent),
    ("retention", 3_600, privacy.apply_retention),
]
