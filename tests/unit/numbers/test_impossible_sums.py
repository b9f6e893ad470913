"""Sums that no data could have are refused, at every door of the statistics."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overture.numbers import stats
from overture.numbers.stats import ImpossibleSums, Proportion, Sample

FINE = Sample.of([1.0, 2.0, 4.0])
HALF = Proportion(5, 10)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: Sample.from_sums(100, 1_000.0, 9_999.0),  # 100 values of 10 have squares of 10,000 at least
        lambda: Sample.from_sums(100, 1_000.0, 0.0),
        lambda: Sample.from_sums(10, 0.0, -1.0),
        lambda: Sample.from_sums(-1, 0.0, 0.0),
        lambda: Sample.from_sums(0, 5.0, 25.0),
        lambda: Sample.from_sums(10, math.nan, 1.0),
        lambda: Sample.from_sums(10, 1.0, math.inf),
        lambda: Sample.from_moments(10, 1.0, -1.0),
        lambda: Sample.from_moments(-10, 1.0, 1.0),
        lambda: Sample.from_moments(10, math.nan, 1.0),
        lambda: Sample(10, 1.0, -0.5),
        lambda: Sample(-1, 0.0, 0.0),
        lambda: Sample(1, 3.0, 2.0),
        lambda: Sample.of([1.0, math.inf]),
        lambda: Proportion(11, 10),
        lambda: Proportion(-1, 10),
        lambda: Proportion(0, -10),
        lambda: Proportion(2.5, 10),  # type: ignore[arg-type]
        lambda: Proportion(math.nan, 10),  # type: ignore[arg-type]
        lambda: stats.sample_ratio([10, -10], [1, 1]),
        lambda: stats.sample_ratio([10, math.nan], [1, 1]),  # type: ignore[list-item]
        lambda: stats.quantile([1.0, math.nan], 0.5),
        lambda: stats.quantile([1.0], 1.5),
        lambda: stats.wilson(HALF, 1.5),
        lambda: stats.newcombe(HALF, HALF, 0.0),
        lambda: stats.risk_ratio(HALF, HALF, math.nan),
        lambda: stats.welch(FINE, FINE, 95),
        lambda: stats.relative_lift(FINE, FINE, -1),
        lambda: stats.msprt(FINE, FINE, tau=1.0, alpha=2.0),
        lambda: stats.two_proportion_power(0.1, 0.2, -5, 10),
        lambda: stats.two_proportion_power(0.1, 1.2, 5, 10),
        lambda: stats.visitors_needed(0.1, 0.2, power=80),
        lambda: stats.minimum_detectable_effect(0.1, 10, -10),
        lambda: stats.minimum_detectable_difference(-1.0, 10, 10),
        lambda: stats.minimum_detectable_difference(math.nan, 10, 10),
        lambda: stats.holm([0.1, 1.5]),
    ],
)
def test_they_are_refused_with_their_code(ask: Callable[[], object]) -> None:
    with pytest.raises(ImpossibleSums) as refused:
        ask()
    assert refused.value.code == "impossible_sums"
    assert str(refused.value)


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=200))
def test_sums_of_real_values_never_are(values: list[float]) -> None:
    total = total_sq = 0.0
    for value in values:
        total += value
        total_sq += value * value
    assert Sample.from_sums(len(values), total, total_sq).n == len(values)


@given(st.floats(-1e6, 1e6), st.integers(1, 100_000))
def test_equal_values_are_no_contradiction_for_rounding(value: float, n: int) -> None:
    assert Sample.from_sums(n, n * value, n * value * value).m2 == 0.0
