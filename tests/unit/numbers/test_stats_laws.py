"""What holds of every sample and comparison, and that nothing is told where nothing can be."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overture.numbers.stats import (
    CannotTell,
    Comparison,
    Difference,
    Interval,
    Proportion,
    Sample,
    compare,
    confidence_sequence,
    median,
    msprt,
    newcombe,
    quantile,
    relative_lift,
    risk_ratio,
    sample_ratio,
    tuning,
    welch,
    wilson,
)

numbers = st.lists(st.floats(-1e6, 1e6), max_size=30)


def close(one: Sample, other: Sample, scale: float) -> bool:
    return (
        one.n == other.n
        and math.isclose(one.mean, other.mean, rel_tol=1e-9, abs_tol=1e-9 * scale)
        and math.isclose(one.m2, other.m2, rel_tol=1e-9, abs_tol=1e-9 * scale * scale)
    )


@given(numbers, numbers, numbers)
def test_merging_equals_pooling_in_any_order(a: list[float], b: list[float], c: list[float]) -> None:
    scale = max(map(abs, [*a, *b, *c, 1]))
    pooled = Sample.of([*a, *b, *c])
    assert close(Sample.of(a).merge(Sample.of(b)).merge(Sample.of(c)), pooled, scale)
    assert close(Sample.of(a).merge(Sample.of(c).merge(Sample.of(b))), pooled, scale)
    assert Sample.of(a).merge(Sample.empty()) == Sample.of(a) == Sample.empty().merge(Sample.of(a))


@given(numbers)
def test_sums_tell_the_same_as_values(values: list[float]) -> None:
    scale = max(map(abs, [*values, 1]))
    told = Sample.from_sums(len(values), math.fsum(values), math.fsum(v * v for v in values))
    assert close(told, Sample.of(values), scale)


@given(st.floats(-1e9, 1e9), st.integers(1, 1_000))
def test_equal_values_have_no_variation_at_all(value: float, n: int) -> None:
    assert Sample.of([value] * n).m2 == 0
    assert Sample.of([value] * n).merge(Sample.of([value])).m2 == 0
    assert Sample.from_sums(n, sum([value] * n), sum([value * value] * n)).m2 == 0


def test_a_small_spread_on_a_great_offset_is_kept() -> None:
    found = Sample.of([1e8 + 1, 1e8 + 2, 1e8 + 3])
    assert found.variance == 1
    assert Sample.of([1e8 + 1]).merge(Sample.of([1e8 + 2, 1e8 + 3])).variance == pytest.approx(1)


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_proportions_are_samples_of_zeros_and_ones(k0: int, more0: int, k1: int, more1: int) -> None:
    one, other = Proportion(k0, k0 + more0), Proportion(k1, k1 + more1)
    values = [1.0] * k0 + [0.0] * more0 + [1.0] * k1 + [0.0] * more1
    assert close(one.merge(other).as_sample(), Sample.of(values), 1)


def test_moments_come_back() -> None:
    assert Sample.from_moments(10, 3, 2).sd == pytest.approx(2)
    assert Sample.from_moments(10, 3, 2).total == 30
    assert math.isnan(Sample.of([1]).variance)
    assert math.isnan(Proportion(0, 0).rate)


@given(st.floats(-5, 5), st.integers(3, 500), st.integers(3, 500))
def test_swapping_the_arms_turns_the_sign(shift: float, n0: int, n1: int) -> None:
    one, other = Sample.from_moments(n0, 1.0, 2.0), Sample.from_moments(n1, 1.0 + shift, 3.0)
    there, back = compare(one, other, tau=0.5), compare(other, one, tau=0.5)
    for name in ("difference", "confidence_sequence", "msprt"):
        a, b = getattr(there, name), getattr(back, name)
        assert (a.estimate, a.interval.low) == pytest.approx((-b.estimate, -b.interval.high))
        assert a.p == pytest.approx(b.p)
    turned = {"higher": "lower", "lower": "higher", "cannot_tell": "cannot_tell"}
    assert there.verdict == turned[back.verdict]


@given(st.integers(-90, 90), st.lists(st.integers(0, 9), min_size=5, max_size=20))
def test_the_unit_of_the_outcome_does_not_matter(power: int, values: list[int]) -> None:
    plain = compare(Sample.of([1.0, 2.0, 4.0, 5.0, 6.0]), Sample.of([v * 1.0 for v in values]))
    unit = 10.0**power
    other = compare(Sample.of([v * unit for v in (1, 2, 4, 5, 6)]), Sample.of([v * unit for v in values]))
    for name in ("difference", "relative", "confidence_sequence", "msprt"):
        one, same = getattr(plain, name), getattr(other, name)
        assert same.p == pytest.approx(one.p, rel=1e-6)
        scale = 1 if name == "relative" else unit
        assert same.interval.high / scale == pytest.approx(one.interval.high, rel=1e-6)


@given(st.floats(0, 2), st.integers(100, 5_000))
def test_always_valid_is_wider_and_p_agrees_with_the_interval(shift: float, n: int) -> None:
    one, other = Sample.from_moments(n, 1.0, 2.0), Sample.from_moments(n, 1.0 + shift, 2.0)
    found = compare(one, other)
    for name in ("difference", "confidence_sequence", "msprt"):
        answer = getattr(found, name)
        assert isinstance(answer, Difference)
        if abs(answer.p - 0.05) > 1e-6:
            assert (answer.p < 0.05) == (answer.interval.verdict != "cannot_tell")
        if name != "difference":
            assert answer.interval.low < found.difference.interval.low


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ([], [1.0, 2.0], "no_values"),
        ([1.0, 2.0], [], "no_values"),
        ([1.0], [1.0, 2.0], "too_few"),
        ([3.0, 3.0], [3.0, 3.0], "no_variation"),
        ([3.0, 3.0], [4.0, 4.0, 4.0], "no_variation"),
    ],
)
def test_cannot_tell_is_its_own_result(before: list[float], after: list[float], code: str) -> None:
    one, other = Sample.of(before), Sample.of(after)
    answers = (welch(one, other), relative_lift(one, other), confidence_sequence(one, other), msprt(one, other, tau=1))
    for answer in answers:
        assert isinstance(answer, CannotTell)
        assert answer.code == code
    found = compare(one, other)
    assert isinstance(found, Comparison)
    assert (found.verdict, found.verdict_any_time) == ("cannot_tell", "cannot_tell")


def test_one_constant_arm_is_enough_to_tell_by_the_other() -> None:
    found = welch(Sample.of([0.0] * 50), Sample.of([1.0, 2.0, 3.0] * 20))
    assert isinstance(found, Difference)
    assert found.interval.verdict == "higher"


def test_no_relative_lift_over_nothing() -> None:
    nothing = Sample.of([-1.0, 1.0, -2.0, 2.0])
    told = relative_lift(nothing, Sample.of([5.0, 6.0]))
    assert isinstance(told, CannotTell)
    assert told.code == "no_base"
    hardly = relative_lift(Sample.of([-1.0, 1.5, -2.0, 2.0]), Sample.of([5.0, 6.0]))
    assert isinstance(hardly, CannotTell)
    assert hardly.code == "base_near_zero"


def test_shares_of_nothing() -> None:
    none, some = Proportion(0, 0), Proportion(3, 10)
    assert isinstance(wilson(none), CannotTell)
    assert isinstance(newcombe(none, some), CannotTell)
    assert isinstance(risk_ratio(Proportion(0, 5), some), CannotTell)
    assert isinstance(risk_ratio(Proportion(5, 5), Proportion(5, 5)), CannotTell)
    assert isinstance(median([]), CannotTell)
    with pytest.raises(ValueError):
        Proportion(3, 2)


def test_no_successes_anywhere_still_have_a_range() -> None:
    found = compare(Proportion(0, 100), Proportion(0, 100))
    assert isinstance(found.difference, CannotTell)
    assert isinstance(found.newcombe, Interval)
    assert found.newcombe.low == pytest.approx(-0.03699, abs=5e-6)
    assert found.verdict == "cannot_tell"


def test_a_verdict_on_shares_needs_both_intervals() -> None:
    sure = compare(Proportion(100, 1_000), Proportion(160, 1_000))
    assert (sure.verdict, sure.verdict_any_time) == ("higher", "higher")
    found = compare(Proportion(0, 40), Proportion(5, 40))  # Welch says higher, at five successes
    assert isinstance(found.difference, Difference)
    assert found.difference.interval.verdict == "higher"
    assert isinstance(found.newcombe, Interval)
    assert found.verdict == found.newcombe.verdict


def test_ends_that_few_values_do_not_bound_are_open() -> None:
    found = quantile([1.0, 2.0, 3.0], 0.5)
    assert not isinstance(found, CannotTell)
    assert found.interval == Interval(None, None)
    assert found.interval.verdict == "cannot_tell"


def test_arguments_that_mean_nothing_are_refused() -> None:
    for call in (
        lambda: tuning(0, 100),
        lambda: tuning(0.05, 0),
        lambda: msprt(Sample.empty(), Sample.empty(), tau=0),
        lambda: sample_ratio([1, 2], [1]),
        lambda: sample_ratio([1, 2], [1, 0]),
        lambda: quantile([1.0], 0),
    ):
        with pytest.raises(ValueError):
            call()
