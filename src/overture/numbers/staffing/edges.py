"""Desks that need no chain: nobody comes, nobody is there, nobody can wait, or the queue only grows."""

from __future__ import annotations

import math

import numpy as np
from msgspec.structs import replace

from overture.numbers.staffing.birth_death import log_weights, normalised
from overture.numbers.staffing.model import Demand, Performance


def nobody_comes(agents: int) -> Performance:
    """Without arrivals every promise is kept."""
    return Performance(
        agents=agents,
        probability_of_waiting=0.0,
        service_level=1.0,
        answered_within=1.0,
        mean_wait=0.0,
        mean_wait_answered=0.0,
        abandonment=0.0,
        blocking=0.0,
        occupancy=0.0,
        agents_busy=0.0,
        mean_queue=0.0,
    )


def without_waiting(agents: int, blocked: float, occupancy: float, agents_busy: float) -> Performance:
    """No more lines than slots: whoever gets in is answered at once (Erlang B)."""
    return replace(
        nobody_comes(agents),
        service_level=1 - blocked,
        answered_within=1 - blocked,
        blocking=blocked,
        occupancy=occupancy,
        agents_busy=agents_busy,
    )


def grows(agents: int) -> Performance:
    """More arrives than is handled and nobody leaves."""
    return replace(
        nobody_comes(agents),
        probability_of_waiting=1.0,
        service_level=0.0,
        answered_within=0.0,
        mean_wait=math.inf,
        mean_wait_answered=math.inf,
        occupancy=1.0 if agents else 0.0,
        agents_busy=1.0 if agents else 0.0,
        mean_queue=math.inf,
        steady=False,
    )


def nobody_there(demand: Demand) -> Performance:
    """No agents: visitors leave when their patience ends (M/M/infinity), or wait for ever."""
    if demand.patience is None:
        return grows(0)
    blocked = 0.0
    if demand.lines is not None:
        leaving = np.arange(1, demand.lines + 1) / demand.patience
        blocked = float(normalised(log_weights(np.full(demand.lines, demand.arrivals), leaving))[-1])
    return replace(
        grows(0),
        probability_of_waiting=1 - blocked,
        abandonment=1 - blocked,
        blocking=blocked,
        mean_queue=demand.arrivals * demand.patience * (1 - blocked),
        steady=True,
    )
