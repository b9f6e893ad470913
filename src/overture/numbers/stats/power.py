"""How many visitors an experiment needs, and how small an effect it could ever see. Two-sided tests."""

from __future__ import annotations

import math

from scipy.special import ndtr, ndtri

from overture.numbers.stats.answers import CannotTell
from overture.numbers.stats.impossible import ImpossibleSums, require_count, require_finite, require_share


def two_proportion_power(p0: float, p1: float, n0: int, n1: int, alpha: float = 0.05) -> float:
    """Probability of telling shares `p0` and `p1` apart with n0 and n1 visitors.

    Fleiss, Levin & Paik 2003, *Statistical Methods for Rates and Proportions*, chapter 4, solved for power:
    pooled variance under no difference, unpooled under the difference; the far tail is left in.
    """
    _require_rates(p0, p1)
    _require_design(n0, n1, alpha)
    if n0 < 1 or n1 < 1:
        return 0.0
    pooled = (n0 * p0 + n1 * p1) / (n0 + n1)
    under_null = math.sqrt(pooled * (1 - pooled) * (1 / n0 + 1 / n1))
    apart = math.sqrt(p0 * (1 - p0) / n0 + p1 * (1 - p1) / n1)
    if apart == 0:
        return 1.0 if p0 != p1 else alpha
    critical = float(ndtri(1 - alpha / 2)) * under_null
    shift = abs(p1 - p0)
    return float(ndtr((shift - critical) / apart) + ndtr((-shift - critical) / apart))


def visitors_needed(
    p0: float, p1: float, *, ratio: float = 1.0, power: float = 0.8, alpha: float = 0.05
) -> tuple[int, int] | CannotTell:
    """Visitors per arm, control's and treatment's, with `ratio` treatment visitors to one of control.

    Fleiss, Levin & Paik 2003, chapter 4: n0 = (z_a sqrt((1 + 1/r) P Q) + z_b sqrt(p0 q0 + p1 q1 / r))^2 / d^2.
    """
    _require_rates(p0, p1)
    _require_design(0, 0, alpha, power)
    if not (math.isfinite(ratio) and ratio > 0):
        raise ValueError(f"the ratio of arms must be above 0, not {ratio}")
    if p0 == p1:
        return CannotTell("no_effect", "no number of visitors tells equal shares apart")
    pooled = (p0 + ratio * p1) / (1 + ratio)
    by_alpha = float(ndtri(1 - alpha / 2)) * math.sqrt((1 + 1 / ratio) * pooled * (1 - pooled))
    by_power = float(ndtri(power)) * math.sqrt(p0 * (1 - p0) + p1 * (1 - p1) / ratio)
    n0 = ((by_alpha + by_power) / (p1 - p0)) ** 2
    return math.ceil(n0), math.ceil(n0 * ratio)


def minimum_detectable_effect(
    p0: float, n0: int, n1: int, *, power: float = 0.8, alpha: float = 0.05
) -> float | CannotTell:
    """The least rise above control's share `p0` that would be seen with probability `power`."""
    _require_rates(p0, p0)
    _require_design(n0, n1, alpha, power)
    room = 1 - p0

    def short_by(rise: float) -> float:
        return two_proportion_power(p0, min(1.0, p0 + rise), n0, n1, alpha) - power

    if room <= 0 or n0 < 2 or n1 < 2 or short_by(room) < 0:
        return CannotTell("never", "with so few visitors not even a rise to 100% would be seen reliably")
    low, high = 0.0, room  # power rises with the rise, so halving finds it
    while high - low > 1e-12:
        middle = (low + high) / 2
        low, high = (middle, high) if short_by(middle) < 0 else (low, middle)
    return high


def minimum_detectable_difference(
    sd: float, n0: int, n1: int, *, power: float = 0.8, alpha: float = 0.05
) -> float | CannotTell:
    """The same for a mean whose values have standard deviation `sd`: (z_a + z_b) sd sqrt(1/n0 + 1/n1)."""
    _require_design(n0, n1, alpha, power)
    require_finite(standard_deviation=sd)
    if sd < 0:
        raise ImpossibleSums(f"a standard deviation is 0 or more, not {sd}")
    if n0 < 2 or n1 < 2:
        return CannotTell("too_few", "an arm with fewer than two visitors can't show any difference")
    reach = float(ndtri(1 - alpha / 2) + ndtri(power))
    return reach * sd * math.sqrt(1 / n0 + 1 / n1)


def _require_design(n0: int, n1: int, *shares: float) -> None:
    for n in (n0, n1):
        require_count("n", n)
    for share in shares:
        require_share("error and power", share)


def _require_rates(*rates: float) -> None:
    for rate in rates:
        if not 0 <= rate <= 1:
            raise ImpossibleSums(f"a share lies between 0 and 1, not {rate}")
