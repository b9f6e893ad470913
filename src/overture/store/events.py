"""What happened, told by the function that made it happen."""

from __future__ import annotations

import msgspec


class Event(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="event"):
    """Base of all domain events: a closed struct; subclasses set `tag="conversation.opened"`.

    `tx.emit(event)` first runs the handlers registered for its class, in the same transaction, then keeps it
    for the outbox; after the commit its JSON is published on each of its topics. An event without topics
    stays in the house.
    """

    def topics(self) -> tuple[str, ...]:
        """Where it is news: `conversation:ID`, `inbox:SITE:TEAM`, …"""
        return ()
