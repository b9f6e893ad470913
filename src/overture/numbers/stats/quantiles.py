"""Medians and other quantiles, for waits and handle times, whose means mislead."""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec
from scipy.special import bdtr, bdtrik

from overture.numbers.stats.answers import CannotTell, Interval
from overture.numbers.stats.impossible import ImpossibleSums, require_share


class Quantile(msgspec.Struct, frozen=True, kw_only=True):
    """The `q` quantile of `n` values, with an interval that holds whatever their distribution."""

    q: float
    n: int
    value: float
    interval: Interval


def quantile(values: Sequence[float], q: float, level: float = 0.95) -> Quantile | CannotTell:
    """Linear interpolation between order statistics (type 7, Hyndman & Fan 1996), interval by `ranks`."""
    if not 0 < q < 1:
        raise ImpossibleSums(f"a quantile lies between 0 and 1, not {q}")
    require_share("the level", level)
    if not all(map(math.isfinite, values)):
        raise ImpossibleSums("a value is infinite or not a number: leave it out, and say so")
    if not values:
        return CannotTell("no_values", "there are no values")
    ordered, n = sorted(values), len(values)
    below = math.floor((n - 1) * q)
    part = (n - 1) * q - below
    value = ordered[below]
    if part:
        value += part * (ordered[below + 1] - value)
    low, high = ranks(n, q, level)
    return Quantile(
        q=q,
        n=n,
        value=value,
        interval=Interval(None if low is None else ordered[low - 1], None if high is None else ordered[high - 1]),
    )


def median(values: Sequence[float], level: float = 0.95) -> Quantile | CannotTell:
    """The 0.5 quantile."""
    return quantile(values, 0.5, level)


def ranks(n: int, q: float, level: float = 0.95) -> tuple[int | None, int | None]:
    """1-based ranks l, u with P(x(l) <= the quantile <= x(u)) >= level, half the error on each side.

    The number of values below the quantile is binomial: David & Nagaraja 2003, *Order Statistics*, 7.1. None
    where even the least or greatest value is not safely beyond it: too few values for an end.
    """
    tail = (1 - level) / 2
    low = _most_with(n, q, tail)
    high = _most_with(n, 1 - q, tail)
    return (low or None), (n + 1 - high if high else None)


def _most_with(n: int, q: float, tail: float) -> int:
    """The greatest k with P(Binomial(n, q) <= k - 1) <= tail; 0 if there is none."""
    k = max(0, math.floor(float(bdtrik(tail, n, q)))) if bdtr(0, n, q) <= tail else -1
    while k >= 0 and bdtr(k, n, q) > tail:
        k -= 1
    while k + 1 < n and bdtr(k + 1, n, q) <= tail:
        k += 1
    return k + 1
