"""News between processes. The bus only brings news; the database is the truth.

The contract (tests/contract/bus): what is published on a topic reaches every subscriber of it in this bus's
processes, in the order one process published it, at most once, possibly never (a cut network, a restart).
Nobody may depend on it for more than speed: whoever watches also asks the database every few seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

Handler = Callable[[str, bytes], None]
"""Called on the event loop with (topic, body). It must not block; what it raises is logged, not passed on."""


class Subscription(Protocol):
    """A standing interest in one topic."""

    def cancel(self) -> None:
        """No more calls after this returns. Calling it again does nothing."""
        ...


class Bus(Protocol):
    """Publish and subscribe by topic: `conversation:c_…`, `inbox:SITE:TEAM`; a topic has no spaces."""

    async def start(self) -> None:
        """Connect; Unavailable if it can't be reached."""
        ...

    async def stop(self) -> None:
        """Send what is waiting and disconnect."""
        ...

    def publish(self, topic: str, body: bytes) -> None:
        """Hand over for delivery, on the event loop; returns at once."""
        ...

    def subscribe(self, topic: str, handler: Handler) -> Subscription:
        """Call `handler` for what is published on `topic` from now on."""
        ...
