"""Visitors that an agent looks at just now: their pages look more often, so that the console is up to date."""

from __future__ import annotations

import time
from collections.abc import Callable

from overture.bus import Bus
from overture.invitations.answer import ATTENDED_MS

FOR_S = 30.0  # a console page that shows a visitor asks again well before
TOPIC = "visitors.attended"
MANY = 10_000


class Attended:
    """Who is looked at, in every process."""

    def __init__(self, bus: Bus | None = None, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._bus = bus
        self._monotonic = monotonic
        self._until: dict[str, float] = {}
        if bus is not None:
            bus.subscribe(TOPIC, lambda _topic, body: self._note(body.decode()))

    def note(self, visitor: str) -> None:
        """An agent has this visitor open. On the event loop only."""
        if self._bus is None:
            self._note(visitor)
        else:
            self._bus.publish(TOPIC, visitor.encode())

    def heart_beat(self, visitor: str) -> int | None:
        """The heart beat (ms) of a visitor that is looked at; None for the others."""
        if not self._until:
            return None
        until = self._until.get(visitor)
        if until is None:
            return None
        if until < self._monotonic():
            del self._until[visitor]
            return None
        return ATTENDED_MS

    def _note(self, visitor: str) -> None:
        if len(self._until) >= MANY:
            now = self._monotonic()
            self._until = {one: until for one, until in self._until.items() if until > now}
        self._until[visitor] = self._monotonic() + FOR_S
