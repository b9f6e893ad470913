"""Time as the server tells it: aware UTC instants in whole milliseconds."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

from overture.kit.errors import Invalid

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)
FIRST_YEAR, LAST_YEAR = 1900, 9000  # opening hours are known from 1900 on; datetime ends with 9999


class BadInstant(Invalid):
    """An instant that nothing can be reckoned with; `details.field` says which."""

    code = "bad_instant"


class Clock(Protocol):
    """Where the present comes from; tests bring their own."""

    def now(self) -> datetime:
        """The present instant, UTC, in whole milliseconds."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return from_ms(time.time_ns() // 1_000_000)


class FixedClock:
    """A clock that stands until it is moved; for tests and replays."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def move(self, **delta: float) -> datetime:
        """Move by the arguments of `timedelta` and return the new present."""
        self.at += timedelta(**delta)
        return self.at


def to_ms(at: datetime) -> int:
    """Milliseconds since 1970-01-01 UTC, exact for whole milliseconds."""
    return (at - EPOCH) // _MS


def from_ms(ms: int) -> datetime:
    """The instant of so many milliseconds since 1970-01-01 UTC."""
    return EPOCH + timedelta(milliseconds=ms)


def usable(at: datetime, field: str) -> datetime:
    """The instant, if it has a time zone and lies between the years 1900 and 9000; else BadInstant."""
    if at.tzinfo is None:
        raise BadInstant(f"{field}: {at.isoformat()} has no time zone: end it with Z or +02:00", field=field)
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise BadInstant(f"{field}: years from {FIRST_YEAR} to {LAST_YEAR} can be used, not {at.year}", field=field)
    return at


def parse_instant(text: str) -> datetime:
    """An ISO 8601 instant with any offset, as UTC. ValueError without an offset or if unreadable."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone: end it with Z or +02:00")
    return at.astimezone(UTC)
