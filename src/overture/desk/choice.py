"""Who gets the next conversation, and how long the others will wait. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from overture.desk.model import Member, Ticket

FEWEST_HANDLED = 5  # fewer recent conversations than this tell nothing about the next one's length
LEAST_SAID = 60  # seconds: "less than a minute" is the least that a visitor is told


def choose(ticket: Ticket, members: Iterable[Member]) -> Member | None:
    """The agent for this ticket: who knows the visitor, if free; else most free slots; else longest idle.

    Who let it pass unanswered does not get it again by itself.
    """
    able = [
        member
        for member in members
        if member.free > 0 and member.simulated == ticket.simulated and member.id not in ticket.silent
    ]
    return min(able, key=lambda m: (m.id != ticket.known_agent, -m.free, m.idle_since, m.id), default=None)


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


class Told(NamedTuple):
    """What a waiting visitor was told to expect, and when it proved too little."""

    wait: int | None = None
    until: datetime | None = None
    late_at: datetime | None = None


def told_wait(told: Told, estimate: int | None, now: datetime) -> Told:
    """What the visitor is told from now on, given what they were told and what is to be expected now.

    A word that still holds stands, and its time runs down. It is said anew when the estimate has become another
    (people in front or agents left): sooner, or later, which makes the first word one that proved too little.
    """
    if told.until is not None and told.late_at is None and now >= told.until:
        told = told._replace(late_at=told.until)
    if estimate is None:
        return told
    until = now + timedelta(seconds=max(estimate, LEAST_SAID))
    if told.wait is None or told.until is None:
        return Told(estimate, until, told.late_at)
    if abs(estimate - told.wait) <= max(30, told.wait // 4):
        return told
    longer = until > told.until + timedelta(seconds=LEAST_SAID)
    return Told(estimate, until, told.late_at or (now if longer else None))
