"""Shares of yes and no: intervals that hold for few and for extreme counts."""

from __future__ import annotations

import math

import msgspec
from scipy.special import ndtri

from overture.numbers.stats.answers import CannotTell, Difference, Interval
from overture.numbers.stats.impossible import ImpossibleSums, require_count, require_share
from overture.numbers.stats.sample import Sample


class Proportion(msgspec.Struct, frozen=True):
    """`successes` out of `n`."""

    successes: int
    n: int

    def __post_init__(self) -> None:
        require_count("n", self.n)
        require_count("successes", self.successes)
        if self.successes > self.n:
            raise ImpossibleSums(f"{self.successes} of {self.n} is no proportion")

    @property
    def rate(self) -> float:
        """successes / n; not a number of none."""
        return self.successes / self.n if self.n else math.nan

    @property
    def rarer(self) -> int:
        """Successes or failures, whichever are fewer."""
        return min(self.successes, self.n - self.successes)

    def merge(self, other: Proportion) -> Proportion:
        """Both pooled."""
        return Proportion(self.successes + other.successes, self.n + other.n)

    def as_sample(self) -> Sample:
        """The same as zeros and ones: m2 = k (n - k) / n."""
        if not self.n:
            return Sample.empty()
        return Sample(self.n, self.rate, self.successes * (self.n - self.successes) / self.n)


def wilson(proportion: Proportion, level: float = 0.95) -> Interval | CannotTell:
    """Wilson 1927, *J. Am. Statist. Assoc.* 22, 209-212, without continuity correction.

    (p + z^2/2n +- z sqrt(p q / n + z^2 / 4n^2)) / (1 + z^2/n)
    """
    require_share("the level", level)
    if not proportion.n:
        return CannotTell("no_values", "there are no values")
    n, p, z = proportion.n, proportion.rate, float(ndtri((1 + level) / 2))
    middle = p + z * z / (2 * n)
    reach = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    low = 0.0 if proportion.successes == 0 else (middle - reach) / scale
    high = 1.0 if proportion.successes == n else (middle + reach) / scale
    return Interval(max(0.0, low), min(1.0, high))


def newcombe(control: Proportion, treatment: Proportion, level: float = 0.95) -> Interval | CannotTell:
    """Interval of treatment's share minus control's, from the Wilson interval of each.

    Newcombe 1998, *Statistics in Medicine* 17, 873-890, method 10.
    """
    require_share("the level", level)
    if not control.n or not treatment.n:
        return CannotTell("no_values", "an arm has no values")
    low0, high0 = _ends(control, level)
    low1, high1 = _ends(treatment, level)
    p0, p1 = control.rate, treatment.rate
    return Interval(p1 - p0 - math.hypot(p1 - low1, high0 - p0), p1 - p0 + math.hypot(high1 - p1, p0 - low0))


def _ends(proportion: Proportion, level: float) -> tuple[float, float]:
    found = wilson(proportion, level)
    assert isinstance(found, Interval)  # n is above 0
    assert found.low is not None
    assert found.high is not None
    return found.low, found.high


def risk_ratio(control: Proportion, treatment: Proportion, level: float = 0.95) -> Difference | CannotTell:
    """Treatment's share over control's, less 1: the log interval of Katz et al. 1978, *Biometrics* 34, 469-474.

    ln(p1/p0) +- z sqrt(1/k1 - 1/n1 + 1/k0 - 1/n0); p is of the same z. Without successes on both sides there is
    no logarithm: cannot tell.
    """
    require_share("the level", level)
    if not control.successes or not treatment.successes:
        return CannotTell("no_successes", "an arm has no success yet, so no ratio can be taken")
    log = math.log(treatment.rate / control.rate)
    variance = 1 / treatment.successes - 1 / treatment.n + 1 / control.successes - 1 / control.n
    if variance <= 0:
        return CannotTell("no_variation", "neither arm varies, so there is no noise to measure against")
    se, z = math.sqrt(variance), float(ndtri((1 + level) / 2))
    return Difference(
        estimate=math.expm1(log),
        interval=Interval(math.expm1(log - z * se), math.expm1(log + z * se)),
        p=math.erfc(abs(log) / se / math.sqrt(2)),
        level=level,
    )
