"""What a desk is asked to carry, and how it then performs. All times are seconds, all shares 0 to 1."""

from __future__ import annotations

import math
from itertools import pairwise

import msgspec

MOST_AGENTS = 100_000  # a chain of three chats each then has 300,000 states and takes 40 ms
MOST_AT_ONCE = 20


class Demand(msgspec.Struct, frozen=True, kw_only=True):
    """Poisson arrivals, exponential handle times that depend on concurrency, exponential patience.

    `arrivals` per second. `handle[c - 1]` is the mean handle time of a chat whose agent holds `c` at once, so
    `len(handle)` is how many chats an agent takes. `patience` is the mean time a visitor waits before leaving;
    None: they wait for ever. `lines` is the most visitors in the system, being served and waiting; an arrival
    beyond it is blocked; None: no limit. Raises ValueError for anything that is no rate, time or count.
    """

    arrivals: float
    handle: tuple[float, ...]
    patience: float | None = None
    lines: int | None = None

    def __post_init__(self) -> None:
        if not (math.isfinite(self.arrivals) and self.arrivals >= 0):
            raise ValueError(f"arrivals must be a rate of 0 or more, not {self.arrivals}")
        if not 1 <= len(self.handle) <= MOST_AT_ONCE:
            raise ValueError(f"handle times are needed for 1 to {MOST_AT_ONCE} chats at once")
        for seconds in self.handle:
            _require_time("handle time", seconds)
        if self.patience is not None:
            _require_time("patience", self.patience)
        if self.lines is not None and self.lines < 1:
            raise ValueError(f"lines must be 1 or more, not {self.lines}")

    @property
    def at_once(self) -> int:
        """Chats an agent takes at once."""
        return len(self.handle)

    @property
    def model(self) -> str:
        """The name the field gives it: `erlang-c`, `erlang-a`, `erlang-x` (finite lines), or `chat`."""
        if self.at_once > 1:
            return "chat"
        if self.lines is not None:
            return "erlang-x"
        return "erlang-c" if self.patience is None else "erlang-a"

    @property
    def slows_with_concurrency(self) -> bool:
        """No chat ends sooner because its agent has more of them; then agents are never in the way."""
        return all(fewer <= more for fewer, more in pairwise(self.handle))


class Performance(msgspec.Struct, frozen=True, kw_only=True):
    """How a number of agents carries a demand, in the long run. Shares are of all arrivals.

    The *offered wait* is the wait ahead of an arrival who would not lose patience (the virtual waiting time of
    the queue); `service_level` and `mean_wait` go by it, as in Koole's and CCmath's calculators.
    """

    agents: int
    probability_of_waiting: float
    """All slots taken on arrival, and a line free to wait on."""
    service_level: float
    """Offered wait at most the target. Who would have been answered in time counts, though they left before."""
    answered_within: float
    """Answered within the target, in fact. Who left does not count: always at most the service level."""
    mean_wait: float
    """Mean offered wait of those not blocked (average speed of answer); infinite if the queue only grows."""
    mean_wait_answered: float
    """Mean wait of those who were answered."""
    abandonment: float
    blocking: float
    occupancy: float
    """Share of slots in use."""
    agents_busy: float
    """Share of agents with at least one chat."""
    mean_queue: float
    """Mean number waiting."""
    steady: bool = True
    """False: more arrives than can be handled and nobody leaves, so the queue grows without end."""


def _require_time(name: str, seconds: float) -> None:
    if not (math.isfinite(seconds) and seconds > 0):
        raise ValueError(f"{name} must be above 0 seconds, not {seconds}")
