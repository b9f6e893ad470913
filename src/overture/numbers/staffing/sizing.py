"""The least number of agents that reaches a service level, and what lies around it."""

from __future__ import annotations

import math
from typing import Literal

from overture.numbers.staffing.chat import performance
from overture.numbers.staffing.model import MOST_AGENTS, Demand, Performance

Measure = Literal["service_level", "answered_within"]


def least_agents(demand: Demand, within: float, goal: float, measure: Measure = "service_level") -> Performance | None:
    """The fewest agents, at least one, whose service level is `goal` or more; None if no number does.

    Measured by what was answered in time in fact, `answered_within`, a desk can't reach its goal by people
    leaving. Both rise with agents when no chat ends sooner for having company, so a doubling and a halving
    search finds them; otherwise every number is tried in turn.
    """
    if not 0 <= goal < 1:
        raise ValueError(f"a service level must be at least 0% and below 100%, not {goal:.4%}")
    most = MOST_AGENTS if demand.lines is None else min(demand.lines, MOST_AGENTS)
    if not demand.slows_with_concurrency:
        tried = (performance(demand, n, within) for n in range(1, most + 1))
        return next((p for p in tried if getattr(p, measure) >= goal), None)
    low, high = 0, 1
    while (best := performance(demand, high, within)) and getattr(best, measure) < goal:
        if high == most:
            return None
        low, high = high, min(2 * high, most)
    while high - low > 1:
        middle = (low + high) // 2
        found = performance(demand, middle, within)
        if getattr(found, measure) >= goal:
            high, best = middle, found
        else:
            low = middle
    return best


def around(demand: Demand, within: float, rows: int = 12) -> list[Performance]:
    """At most `rows` sizes of desk, from a service level of about 50% to about 99%."""
    fewest = least_agents(demand, within, 0.5)
    most = least_agents(demand, within, 0.99)
    last = most.agents if most else (demand.lines or MOST_AGENTS)
    first = fewest.agents if fewest else max(1, last - rows + 1)
    step = max(1, math.ceil((last - first) / (rows - 1)))
    sizes = sorted({*range(first, last, step), last})
    return [performance(demand, agents, within) for agents in sizes]


def scheduled(agents: int, shrinkage: float) -> int:
    """Agents to put on the rota so that `agents` are at the desk, with the share `shrinkage` of paid time
    spent elsewhere (breaks, training, illness): ceil(agents / (1 - shrinkage))."""
    if not 0 <= shrinkage < 1:
        raise ValueError(f"shrinkage must be at least 0% and below 100%, not {shrinkage:.4%}")
    return math.ceil(agents / (1 - shrinkage) - 1e-9)
