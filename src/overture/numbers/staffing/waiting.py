"""How long somebody waits who has `ahead` others in front, all slots taken.

The place in the queue moves at rate M + i theta with i still ahead: M is what all slots together finish per
second, theta = 1 / patience what each of those ahead loses. The wait is the sum of independent exponentials
with rates M + i theta, i = 0..ahead. With m = M / theta, exp(-theta W) is a product of Beta(m + i, 1)
variables, hence Beta(m, ahead + 1) (Jambunathan 1954, *Ann. Math. Statist.* 25, 401-405), which makes the
distribution a regularised incomplete beta function; without abandonment it is the Erlang (gamma) distribution.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import betainc, gammainc

Floats = npt.NDArray[np.float64]


def offered_within(ahead: Floats, finish: float, leave: float, within: float) -> Floats:
    """P(offered wait <= within), for each number of people ahead. `finish` is M, `leave` is theta."""
    if finish == 0:
        return np.zeros_like(ahead)
    if leave == 0:
        return np.asarray(gammainc(ahead + 1, finish * within))
    return np.asarray(betainc(ahead + 1, finish / leave, -np.expm1(-leave * within)))


def answered_within(ahead: Floats, finish: float, leave: float, within: float) -> Floats:
    """P(answered within the time, and not gone before): E[exp(-theta W); W <= within]."""
    if finish == 0 or leave == 0:
        return offered_within(ahead, finish, leave, within)
    in_time = betainc(ahead + 1, finish / leave + 1, -np.expm1(-leave * within))
    return np.asarray(answered_ever(ahead, finish, leave) * in_time)


def answered_ever(ahead: Floats, finish: float, leave: float) -> Floats:
    """P(not gone before being answered): E[exp(-theta W)] = M / (M + (ahead + 1) theta)."""
    return np.asarray(finish / (finish + leave * (ahead + 1)))


def mean_offered(most_ahead: int, finish: float, leave: float) -> Floats:
    """E[offered wait] for 0..most_ahead people in front: the sum of 1 / (M + i theta)."""
    if finish == 0:
        return np.full(most_ahead + 1, np.inf)
    return np.cumsum(1 / (finish + leave * np.arange(most_ahead + 1)))


def mean_wait_while_answered(most_ahead: int, finish: float, leave: float) -> Floats:
    """E[W; answered] for 0..most_ahead in front.

    Weighting by exp(-theta W) multiplies each exponential's density by exp(-theta w): its rate becomes
    M + (i + 1) theta, at the factor (M + i theta) / (M + (i + 1) theta). The factors telescope.
    """
    rates = finish + leave * np.arange(1, most_ahead + 2)
    return np.asarray(finish / rates * np.cumsum(1 / rates))


def expected_wait(ahead: int, finish: float, patience: float | None) -> float:
    """Seconds that somebody with `ahead` in front can expect; infinite if nobody is there to answer."""
    return float(mean_offered(ahead, finish, 0.0 if patience is None else 1 / patience)[-1])
