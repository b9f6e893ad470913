"""The chat chain: agents who hold several chats, visitors who lose patience, a limited number of lines.

State k is the number of visitors in the system. Chats are spread evenly over agents, as an assignment to the
agent with most free slots keeps them: with k = q n + r, r agents hold q + 1 and n - r hold q. An agent with c
chats finishes c / handle(c) per second. Beyond n C slots visitors wait, and leave at theta each. With one chat
at once this is Erlang A (Palm 1946; Garnett, Mandelbaum & Reiman 2002, *M&SOM* 4, 208-227); with patience
left out, Erlang C. Model: G. Koole, *Call Center Optimization* (2013), section on chat.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from overture.numbers.staffing import edges, waiting
from overture.numbers.staffing.birth_death import log_weights, normalised
from overture.numbers.staffing.model import MOST_AGENTS, Demand, Performance

Floats = npt.NDArray[np.float64]

_NEGLIGIBLE = -80.0  # log of what may be cut from the tail, against the most likely state: 1e-35
_LONGEST_QUEUE = 1 << 22  # states; 4 million take half a second


def finish_rates(demand: Demand, agents: int, most: int) -> Floats:
    """Chats finished per second with 1..most visitors in service (most <= agents x chats at once)."""
    alone = np.array([0.0] + [c / demand.handle[c - 1] for c in range(1, demand.at_once + 1)] + [0.0])
    held, extra = np.divmod(np.arange(1, most + 1), agents)
    return np.asarray((agents - extra) * alone[held] + extra * alone[held + 1])


def full_rate(demand: Demand, agents: int) -> float:
    """Chats per second that `agents` finish with every slot in use."""
    return agents * demand.at_once / demand.handle[-1]


def performance(demand: Demand, agents: int, within: float) -> Performance:
    """How `agents` carry `demand`, answering `within` seconds being in time. ValueError if it can't be told."""
    if not 0 <= agents <= MOST_AGENTS:
        raise ValueError(f"agents must be 0 to {MOST_AGENTS}, not {agents}")
    if not (math.isfinite(within) and within >= 0):
        raise ValueError(f"the answer time must be 0 seconds or more, not {within}")
    if demand.arrivals == 0:
        return edges.nobody_comes(agents)
    if agents == 0:
        return edges.nobody_there(demand)
    if demand.patience is None and demand.lines is None:
        return _endless_patience(demand, agents, within)
    return _chain(demand, agents, within)


def _chain(demand: Demand, agents: int, within: float) -> Performance:
    """Solved state by state: the queue is finite, or people leave it."""
    serving = _states_served(demand, agents)
    leave = 0.0 if demand.patience is None else 1 / demand.patience
    p = _stationary(demand, agents, serving)
    taken, finish = min(serving, agents * demand.at_once), full_rate(demand, agents)
    queue = p[taken:-1] if demand.lines is not None else p[taken:]
    blocked = float(p[-1]) if demand.lines is not None else 0.0
    at_once = float(p[:taken].sum())
    if not len(queue):
        return edges.without_waiting(agents, blocked, *_use(demand, agents, p))
    occupancy, agents_busy = _use(demand, agents, p)
    ahead = np.arange(len(queue), dtype=np.float64)
    waiting_now = float((np.arange(len(p) - taken) * p[taken:]).sum())
    abandoned = min(1.0, leave * waiting_now / demand.arrivals)
    answered = at_once + float((queue * waiting.answered_ever(ahead, finish, leave)).sum())
    spent = float((queue * waiting.mean_wait_while_answered(len(queue) - 1, finish, leave)).sum())
    offered = float((queue * waiting.mean_offered(len(queue) - 1, finish, leave)).sum())
    in_time = float((queue * waiting.offered_within(ahead, finish, leave, within)).sum())
    kept = float((queue * waiting.answered_within(ahead, finish, leave, within)).sum())
    return Performance(
        agents=agents,
        probability_of_waiting=float(queue.sum()),
        service_level=min(1.0, at_once + in_time),
        answered_within=min(1.0, at_once + kept),
        mean_wait=offered / (1 - blocked),
        mean_wait_answered=spent / answered,
        abandonment=abandoned,
        blocking=blocked,
        mean_queue=waiting_now,
        occupancy=occupancy,
        agents_busy=agents_busy,
    )


def _states_served(demand: Demand, agents: int) -> int:
    """Most visitors served at once: every slot, or every line if there are fewer."""
    slots = agents * demand.at_once
    return slots if demand.lines is None else min(slots, demand.lines)


def _stationary(demand: Demand, agents: int, serving: int) -> Floats:
    """Probabilities of 0, 1, 2 ... visitors; an endless queue is cut where nothing measurable is left."""
    leave = 0.0 if demand.patience is None else 1 / demand.patience
    served = finish_rates(demand, agents, serving)
    room = 512 if demand.lines is None else demand.lines - serving
    while True:
        deaths = np.concatenate((served, served[-1] + leave * np.arange(1, room + 1)))
        weights = log_weights(np.full(len(deaths), demand.arrivals), deaths)
        if demand.lines is not None or weights[-1] - weights.max() < _NEGLIGIBLE:
            return normalised(weights)
        room *= 4
        if room > _LONGEST_QUEUE:
            raise ValueError("more arrives than is handled and patience is so long that millions would wait")


def _use(demand: Demand, agents: int, p: Floats) -> tuple[float, float]:
    """Share of slots in use, share of agents with a chat."""
    states, slots = np.arange(len(p)), agents * demand.at_once
    in_use = float((np.minimum(states, slots) * p).sum()) / slots
    return min(1.0, in_use), min(1.0, float((np.minimum(states, agents) * p).sum()) / agents)


def _endless_patience(demand: Demand, agents: int, within: float) -> Performance:
    """Nobody leaves and everybody may wait: a geometric tail, summed in closed form.

    With load rho = lambda / M: P(waits) = w(S) / (1 - rho) / all, and who waits does so Exp(M - lambda).
    """
    finish = full_rate(demand, agents)
    spare = finish - demand.arrivals
    if spare <= finish * 1e-12:
        return edges.grows(agents)
    slots = agents * demand.at_once
    deaths = finish_rates(demand, agents, slots)
    weights = log_weights(np.full(slots, demand.arrivals), deaths)
    weights[-1] += math.log(finish / spare)
    p = normalised(weights)
    waits = float(p[-1])
    in_time = 1 - waits * math.exp(-spare * within)
    mean_wait = waits / spare
    occupancy, agents_busy = _use(demand, agents, p)
    return Performance(
        agents=agents,
        probability_of_waiting=waits,
        service_level=in_time,
        answered_within=in_time,
        mean_wait=mean_wait,
        mean_wait_answered=mean_wait,
        abandonment=0.0,
        blocking=0.0,
        mean_queue=mean_wait * demand.arrivals,
        occupancy=occupancy,
        agents_busy=agents_busy,
    )
