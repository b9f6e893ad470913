"""The same figures from statsmodels, scipy and numpy, over what hypothesis thinks of."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats as scipy_stats
from statsmodels.stats import proportion as sm
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from overture.numbers.stats import (
    CannotTell,
    Difference,
    Interval,
    Proportion,
    Quantile,
    Sample,
    SampleRatio,
    holm,
    minimum_detectable_difference,
    minimum_detectable_effect,
    newcombe,
    quantile,
    relative_lift,
    risk_ratio,
    sample_ratio,
    two_proportion_power,
    visitors_needed,
    welch,
    wilson,
)

revenues = st.lists(st.integers(0, 800).map(lambda n: n / 8), min_size=10, max_size=40)
values = st.lists(st.integers(-10_000, 10_000).map(lambda n: n / 8), min_size=2, max_size=40)
rates = st.floats(0.001, 0.999)


@st.composite
def proportions(draw: st.DrawFn) -> Proportion:
    n = draw(st.integers(1, 5_000))
    return Proportion(draw(st.integers(0, n)), n)


@given(values, values)
def test_welch(before: list[float], after: list[float]) -> None:
    found = welch(Sample.of(before), Sample.of(after))
    if len(set(before)) == len(set(after)) == 1:
        assert isinstance(found, CannotTell)
        assert found.code == "no_variation"
        return
    assert isinstance(found, Difference)
    oracle = CompareMeans(DescrStatsW(after), DescrStatsW(before))
    assert (found.interval.low, found.interval.high) == pytest.approx(
        oracle.tconfint_diff(usevar="unequal"), rel=1e-7, abs=1e-7
    )
    p = oracle.ttest_ind(usevar="unequal")[1]
    assert found.p == pytest.approx(p, rel=1e-6, abs=1e-12)


@given(revenues, revenues)
def test_fieller_holds_the_ratios_that_welch_does_not_refute(before: list[float], after: list[float]) -> None:
    control, treatment = Sample.of(before), Sample.of(after)
    found, plain = relative_lift(control, treatment), welch(control, treatment)
    assume(isinstance(found, Difference) and isinstance(plain, Difference))
    assert isinstance(found, Difference)
    assert isinstance(plain, Difference)
    assume(abs(abs(plain.estimate) - (plain.interval.high - plain.estimate)) > 1e-9)  # not on the very edge
    assert found.interval.verdict == plain.interval.verdict
    df = 1 / sum((s.se2 / (control.se2 + treatment.se2)) ** 2 / (s.n - 1) for s in (control, treatment))
    t = scipy_stats.t.ppf(0.975, df)
    for end in (found.interval.low, found.interval.high):
        off = abs(treatment.mean - (1 + end) * control.mean)
        assert off == pytest.approx(t * math.sqrt(treatment.se2 + (1 + end) ** 2 * control.se2), rel=1e-5, abs=1e-5)


@given(proportions())
def test_wilson(given_proportion: Proportion) -> None:
    found = wilson(given_proportion)
    assert isinstance(found, Interval)
    oracle = sm.proportion_confint(given_proportion.successes, given_proportion.n, method="wilson")
    assert (found.low, found.high) == pytest.approx(oracle, abs=1e-9)


@given(proportions(), proportions())
def test_newcombe(before: Proportion, after: Proportion) -> None:
    found = newcombe(before, after)
    assert isinstance(found, Interval)
    oracle = sm.confint_proportions_2indep(
        after.successes, after.n, before.successes, before.n, method="newcomb", compare="diff"
    )
    assert (found.low, found.high) == pytest.approx(oracle, abs=1e-8)


@given(proportions(), proportions())
def test_risk_ratio(before: Proportion, after: Proportion) -> None:
    found = risk_ratio(before, after)
    if isinstance(found, CannotTell):
        assert not before.successes or not after.successes or before.rate == after.rate == 1
        return
    oracle = sm.confint_proportions_2indep(
        after.successes, after.n, before.successes, before.n, method="log", compare="ratio", correction=False
    )
    assert (1 + found.interval.low, 1 + found.interval.high) == pytest.approx(oracle, rel=1e-7)


@given(st.lists(st.tuples(st.integers(0, 10_000), st.floats(0.05, 1)), min_size=2, max_size=6))
def test_sample_ratio(arms: list[tuple[int, float]]) -> None:
    counts, weights = [n for n, _ in arms], [w for _, w in arms]
    found = sample_ratio(counts, weights)
    expected = [sum(counts) * w / sum(weights) for w in weights]
    if min(expected) < 5:
        assert isinstance(found, CannotTell)
        return
    assert isinstance(found, SampleRatio)
    oracle = scipy_stats.chisquare(counts, expected, sum_check=False)
    assert (found.chi2, found.p) == pytest.approx((oracle.statistic, oracle.pvalue), rel=1e-6, abs=1e-9)


@given(rates, rates, st.integers(2, 100_000), st.floats(0.1, 10))
def test_power(p0: float, p1: float, n0: int, ratio: float) -> None:
    n1 = max(2, round(n0 * ratio))
    oracle = sm.power_proportions_2indep(p1 - p0, p0, nobs1=n1, ratio=n0 / n1, return_results=False)
    if p0 != p1:
        assert two_proportion_power(p0, p1, n0, n1) == pytest.approx(oracle, abs=1e-6)


@given(rates, rates, st.floats(0.1, 10), st.floats(0.5, 0.99))
def test_visitors_needed_have_that_power(p0: float, p1: float, ratio: float, power: float) -> None:
    assume(abs(p1 - p0) > 1e-3)
    found = visitors_needed(p0, p1, ratio=ratio, power=power)
    assert isinstance(found, tuple)
    n0, n1 = found
    assert two_proportion_power(p0, p1, n0, n1) >= power - 0.02 - 2 / n0
    if min(found) > 30:
        fewer = two_proportion_power(p0, p1, round(0.95 * n0), round(0.95 * n1))
        assert fewer < power


def test_visitors_needed_as_statsmodels_counts_them() -> None:
    found = visitors_needed(0.03, 0.035)
    assert isinstance(found, tuple)
    assert found[0] == math.ceil(sm.samplesize_proportions_2indep_onetail(0.005, 0.03, 0.8))


@settings(deadline=None)
@given(rates, st.integers(2, 50_000), st.integers(2, 50_000))
def test_the_minimum_detectable_effect_is_just_detectable(p0: float, n0: int, n1: int) -> None:
    found = minimum_detectable_effect(p0, n0, n1)
    if isinstance(found, CannotTell):
        assert two_proportion_power(p0, 1.0, n0, n1) < 0.8
    else:
        assert two_proportion_power(p0, p0 + found, n0, n1) == pytest.approx(0.8, abs=1e-5)


def test_power_without_visitors_or_effect() -> None:
    assert two_proportion_power(0.1, 0.2, 0, 100) == 0
    assert two_proportion_power(0, 0, 10, 10) == 0.05
    assert two_proportion_power(0, 1, 10, 10) == 1
    assert isinstance(visitors_needed(0.1, 0.1), CannotTell)
    assert isinstance(minimum_detectable_effect(1.0, 100, 100), CannotTell)
    assert isinstance(minimum_detectable_effect(0.1, 1, 100), CannotTell)
    assert isinstance(minimum_detectable_difference(5, 1, 9), CannotTell)
    for wrong in (-0.1, 1.1, math.nan):
        with pytest.raises(ValueError):
            two_proportion_power(wrong, 0.5, 10, 10)
    with pytest.raises(ValueError):
        visitors_needed(0.1, 0.2, ratio=0)


def test_minimum_detectable_difference_as_statsmodels_has_it() -> None:
    effect = NormalIndPower().solve_power(nobs1=800, ratio=0.5, alpha=0.05, power=0.8)
    assert minimum_detectable_difference(12.0, 800, 400) == pytest.approx(12 * effect, rel=1e-5)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=200), st.floats(0.01, 0.99))
def test_quantiles(waits: list[float], q: float) -> None:
    found = quantile(waits, q)
    assert isinstance(found, Quantile)
    assert found.value == pytest.approx(np.quantile(waits, q), rel=1e-9, abs=1e-9)
    oracle = scipy_stats.quantile_test(waits, q=0, p=q).confidence_interval(0.95)
    for end, told in ((found.interval.low, oracle.low), (found.interval.high, oracle.high)):
        assert (math.nan if end is None else end) == pytest.approx(told, nan_ok=True)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=10))
def test_holm(p_values: list[float]) -> None:
    assert holm(p_values) == pytest.approx(multipletests(p_values, method="holm")[1])


@given(values)
def test_moments(numbers: list[float]) -> None:
    found = Sample.of(numbers)
    assert found.mean == pytest.approx(np.mean(numbers), rel=1e-9, abs=1e-9)
    assert found.variance == pytest.approx(np.var(numbers, ddof=1), rel=1e-9, abs=1e-9)
