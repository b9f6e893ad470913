"""Erlang's closed formulas: one call at a time, nobody leaves.

Source: A. K. Erlang 1917; in the form of G. Koole, *Call Center Optimization* (2013), chapter 3.
"""

from __future__ import annotations

import math


def erlang_b(load: float, servers: int) -> float:
    """Probability that all of `servers` are taken when nobody can wait, at a load in erlangs.

    B(0) = 1, B(n) = a B(n-1) / (n + a B(n-1)) (Jagerman 1974): no factorials, stable at any size.
    """
    blocked = 1.0
    for n in range(1, servers + 1):
        blocked = load * blocked / (n + load * blocked)
    return blocked


def erlang_c(load: float, servers: int) -> float:
    """Probability of waiting in M/M/n: C = n B / (n - a (1 - B)); 1 where the load is n or more."""
    if load >= servers:
        return 1.0
    blocked = erlang_b(load, servers)
    return servers * blocked / (servers - load * (1 - blocked))


def erlang_c_service_level(load: float, servers: int, handle: float, within: float) -> float:
    """P(W <= t) = 1 - C exp(-(n - a) t / h); 0 where the load is n or more."""
    if load >= servers:
        return 0.0
    return 1 - erlang_c(load, servers) * math.exp(-(servers - load) * within / handle)


def erlang_c_mean_wait(load: float, servers: int, handle: float) -> float:
    """E[W] = C h / (n - a) in the unit of `handle`; infinite where the load is n or more."""
    if load >= servers:
        return math.inf
    return erlang_c(load, servers) * handle / (servers - load)
