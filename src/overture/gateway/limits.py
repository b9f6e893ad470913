"""How much one connection, visitor or address may send."""

from __future__ import annotations

import math
import time
from collections import OrderedDict

import msgspec

from overture.gateway.errors import TooManyOpenings
from overture.kit.limits import RateLimiter

MOST_SENDERS = 50_000  # visitors whose frames are counted; the one unheard for longest starts afresh


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds of both sockets. Rates are frames a second on the long run, bursts what may come at once.

    A reader for whom more than `waiting_frames` or `waiting_bytes` wait is closed; it resumes later.
    `patience` is how many refused frames in a row end the connection. `openings` are conversations that one visitor
    opens, `address_openings` those of all visitors of an address, `address_letters` messages left there.
    """

    hello_within_s: float = 10.0
    visitor_burst: float = 40.0
    visitor_rate: float = 8.0
    agent_burst: float = 200.0
    agent_rate: float = 40.0
    patience: int = 50
    waiting_frames: int = 512
    waiting_bytes: int = 1024 * 1024
    sockets_burst: float = 400.0
    sockets_rate: float = 20.0
    sockets_per_address: int = 2_000
    openings_burst: float = 5.0
    openings_rate: float = 1 / 60
    address_openings_burst: float = 300.0
    address_openings_rate: float = 2.0
    address_letters_burst: float = 60.0
    address_letters_rate: float = 1 / 5


class Senders:
    """What each visitor and each address has sent, whatever the number of their sockets."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._frames: OrderedDict[str, Bucket] = OrderedDict()
        self._visitors = RateLimiter(burst=limits.openings_burst, per_second=limits.openings_rate)
        self._addresses = RateLimiter(burst=limits.address_openings_burst, per_second=limits.address_openings_rate)
        self._letters = RateLimiter(burst=limits.address_letters_burst, per_second=limits.address_letters_rate)

    def frames_of(self, visitor: str) -> Bucket:
        """The bucket from which all sockets of this visitor take."""
        bucket = self._frames.pop(visitor, None) or Bucket(self._limits.visitor_burst, time.monotonic())
        self._frames[visitor] = bucket
        if len(self._frames) > MOST_SENDERS:
            self._frames.popitem(last=False)
        return bucket

    def may_open(self, visitor: str, address: str) -> None:
        """TooManyOpenings if this visitor, or all of this address, open conversations too fast. Any thread may ask."""
        wait = self._visitors.take(visitor) or self._addresses.take(address)
        if wait:
            raise TooManyOpenings("Too many new conversations from here: wait a moment", retry_after=math.ceil(wait))

    def may_leave(self, address: str) -> None:
        """TooManyOpenings if too many messages have been left from this address."""
        wait = self._letters.take(address)
        if wait:
            raise TooManyOpenings("Too many messages were left from here: wait a moment", retry_after=math.ceil(wait))


class Bucket:
    """A token bucket: `take` says whether one more is within the rate."""

    __slots__ = ("at", "level")

    def __init__(self, burst: float, now: float) -> None:
        self.level = burst
        self.at = now

    def take(self, now: float, burst: float, rate: float) -> bool:
        """Take one token at `now` (seconds of a monotonic clock); False if there is none."""
        level = min(burst, self.level + (now - self.at) * rate)
        self.at = now
        if level < 1.0:
            self.level = level
            return False
        self.level = level - 1.0
        return True
