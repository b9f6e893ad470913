"""Stationary distribution of a birth-death chain, in logarithms so that no size over- or underflows."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def log_weights(births: Floats, deaths: Floats) -> Floats:
    """Unnormalised log probabilities of states 0..K from the detailed balance p(k) d(k) = p(k-1) b(k-1).

    `births[k]` is the rate from k to k + 1, `deaths[k]` the rate from k + 1 to k.
    """
    return np.concatenate(([0.0], np.cumsum(np.log(births) - np.log(deaths))))


def normalised(log_weight: Floats) -> Floats:
    """Probabilities that add up to one."""
    weights = np.exp(log_weight - log_weight.max())
    return np.asarray(weights / weights.sum(), dtype=np.float64)
