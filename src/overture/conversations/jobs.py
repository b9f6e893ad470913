"""What conversations do by themselves; plain commands that find what is due."""

from __future__ import annotations

from collections.abc import Callable

from overture.conversations import service
from overture.conversations.escalation import escalate_the_unanswered
from overture.store import Tx

JOBS: list[tuple[str, float, Callable[[Tx], object]]] = [
    ("visitors_who_left", 15, service.notice_who_left),
    ("escalation", 1, escalate_the_unanswered),
]
