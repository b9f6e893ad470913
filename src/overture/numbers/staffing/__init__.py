"""How many people a desk needs."""

from overture.numbers.staffing.chat import full_rate, performance
from overture.numbers.staffing.model import MOST_AGENTS, MOST_AT_ONCE, Demand, Performance
from overture.numbers.staffing.sizing import around, least_agents, scheduled
from overture.numbers.staffing.waiting import expected_wait

__all__ = [
    "MOST_AGENTS",
    "MOST_AT_ONCE",
    "Demand",
    "Performance",
    "around",
    "expected_wait",
    "full_rate",
    "least_agents",
    "performance",
    "scheduled",
]
