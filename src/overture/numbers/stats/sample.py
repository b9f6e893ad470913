"""Frozen sufficient statistics: all a mean and its variance need, mergeable, safe for large offsets."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable
from fractions import Fraction
from typing import Self

import msgspec

from overture.numbers.stats.impossible import ImpossibleSums, require_count, require_finite


class Sample(msgspec.Struct, frozen=True):
    """`n` values, their `mean`, and `m2`, the sum of squared deviations from it.

    Deviations instead of the sum of squares: at a mean of 10^8 and a deviation of 1 the latter has no digit
    left for the variance.
    """

    n: int
    mean: float
    m2: float

    def __post_init__(self) -> None:
        require_count("n", self.n)
        require_finite(mean=self.mean, m2=self.m2)
        if self.m2 < 0 or (self.n < 2 and self.m2 > 0) or (not self.n and self.mean):
            raise ImpossibleSums(f"{self.n} values can't deviate from their mean of {self.mean} by {self.m2} in all")

    @classmethod
    def empty(cls) -> Self:
        """No values: what merging starts from."""
        return cls(0, 0.0, 0.0)

    @classmethod
    def of(cls, values: Iterable[float]) -> Self:
        """Of the values themselves, in two passes; equal values have an `m2` of exactly 0."""
        values = list(values)
        if not values:
            return cls.empty()
        if not all(map(math.isfinite, values)):
            raise ImpossibleSums("a value is infinite or not a number: leave it out, and say so")
        first, n = values[0], len(values)
        shifted = [value - first for value in values]
        shift = math.fsum(shifted) / n
        return cls(n, first + shift, math.fsum((value - shift) ** 2 for value in shifted))

    @classmethod
    def from_sums(cls, n: int, total: float, total_sq: float) -> Self:
        """Of `count(*)`, `sum(x)` and `sum(x * x)`; what rounding alone can explain counts as no variation.

        ImpossibleSums where the squares add up to less than any values with this sum could (Cauchy-Schwarz).
        """
        require_count("n", n)
        require_finite(the_sum=total, the_sum_of_squares=total_sq)
        if not n:
            if total or total_sq:
                raise ImpossibleSums(f"no values can't add up to {total} and {total_sq}")
            return cls.empty()
        m2 = float(Fraction(total_sq) - Fraction(total) ** 2 / n)
        noise = 2 * n * sys.float_info.epsilon * abs(total_sq)  # what adding up n numbers one by one may lose
        if total_sq < 0 or m2 < -noise - sys.float_info.min:
            raise ImpossibleSums(
                f"the squares of {n} values with the sum {total} add up to {total**2 / n} at least, not {total_sq}"
            )
        return cls(n, total / n, m2 if m2 > noise + sys.float_info.min else 0.0)

    @classmethod
    def from_moments(cls, n: int, mean: float, sd: float) -> Self:
        """Of a published mean and standard deviation (n - 1 in the denominator)."""
        require_count("n", n)
        require_finite(mean=mean, standard_deviation=sd)
        if sd < 0:
            raise ImpossibleSums(f"a standard deviation is 0 or more, not {sd}")
        return cls(n, mean, sd * sd * max(n - 1, 0))

    def merge(self, other: Self) -> Self:
        """As if the values of both had been one sample: the pairwise update of Chan, Golub & LeVeque 1979."""
        n = self.n + other.n
        if not self.n or not other.n:
            return other if not self.n else self
        delta = other.mean - self.mean
        mean = self.mean + delta * other.n / n
        return type(self)(n, mean, self.m2 + other.m2 + delta * delta * self.n * other.n / n)

    @property
    def total(self) -> float:
        """The sum of the values."""
        return self.n * self.mean

    @property
    def variance(self) -> float:
        """Unbiased, m2 / (n - 1); not a number below two values."""
        return self.m2 / (self.n - 1) if self.n > 1 else math.nan

    @property
    def sd(self) -> float:
        """Standard deviation, the root of `variance`."""
        return math.sqrt(self.variance)

    @property
    def se2(self) -> float:
        """Squared standard error of the mean, variance / n."""
        return self.variance / self.n if self.n > 1 else math.nan
