"""Who gets the next conversation, and how long the others will wait. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from overture.desk.model import Member, Ticket

FEWEST_HANDLED = 5  # fewer recent conversations than this tell nothing about the next one's length


def choose(ticket: Ticket, members: Iterable[Member]) -> Member | None:
    """The agent for this ticket: who knows the visitor, if free; else most free slots; else longest idle.

    Who let it pass unanswered gets it again only if nobody else can.
    """
    able = [member for member in members if member.free > 0 and member.simulated == ticket.simulated]
    return min(
        able,
        key=lambda m: (m.id in ticket.silent, m.id != ticket.known_agent, -m.free, m.idle_since, m.id),
        default=None,
    )


def expected_wait(place: int, handle_seconds: Collection[float], slots: int, free: int) -> int | None:
    """Seconds until the visitor at `place` (1 is next) is answered; None if nothing is known about it.

    `slots` are all that work on the queue. They come free at slots / mean handle time a second when all are
    busy, and each of the people in front takes one of those.
    """
    if place <= free:
        return 0
    if slots <= 0 or len(handle_seconds) < FEWEST_HANDLED:
        return None
    mean = sum(handle_seconds) / len(handle_seconds)
    return round((place - free) * mean / slots)
