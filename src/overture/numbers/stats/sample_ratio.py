"""Did the arms get the shares of visitors they were to get? If not, nothing else can be believed."""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec
from scipy.special import gammaincc

from overture.numbers.stats.answers import CannotTell
from overture.numbers.stats.impossible import require_count

MISMATCH_BELOW = 0.001  # one false alarm in a thousand checks, as is usual for this check


class SampleRatio(msgspec.Struct, frozen=True, kw_only=True):
    """Counts against the shares planned for them."""

    counts: tuple[int, ...]
    expected: tuple[float, ...]
    chi2: float
    p: float

    @property
    def mismatch(self) -> bool:
        """Too unlikely to be chance."""
        return self.p < MISMATCH_BELOW


def sample_ratio(counts: Sequence[int], weights: Sequence[float]) -> SampleRatio | CannotTell:
    """Pearson's chi-square with k - 1 degrees of freedom, sum (O - E)^2 / E.

    `weights` need not add up to anything. Below an expected 5 in an arm the approximation fails (Cochran 1954).
    """
    if len(counts) != len(weights) or len(counts) < 2:
        raise ValueError(f"{len(counts)} arms need as many expected shares, not {len(weights)}")
    if not all(math.isfinite(weight) and weight > 0 for weight in weights):
        raise ValueError("every expected share must be above 0")
    for count in counts:
        require_count("every count", count)
    n, whole = sum(counts), math.fsum(weights)
    shares = tuple(weight / whole for weight in weights)
    if n * min(shares) < 5:
        return CannotTell("too_few", "an arm should have fewer than 5 rows, too few to check the shares")
    chi2 = math.fsum((count - n * share) ** 2 / (n * share) for count, share in zip(counts, shares, strict=True))
    p = float(gammaincc((len(counts) - 1) / 2, chi2 / 2))
    return SampleRatio(counts=tuple(counts), expected=shares, chi2=chi2, p=p)
