"""What the desk does by itself; plain commands that find what is due, safe to run in several processes."""

from __future__ import annotations

from collections.abc import Callable

from overture.desk import service, waits
from overture.store import Tx

JOBS: list[tuple[str, float, Callable[[Tx], object]]] = [
    ("desk_tick", 5, service.tick),
    ("desk_gone", 1, service.move_on_from_the_gone),
    ("desk_unanswered", 1, service.reassign_the_unanswered),
    ("desk_queues", 1, service.fill_queues),
    ("desk_waits", 1, waits.tell_waits),
]
