"""Do 95% intervals hold in 95 of 100 experiments? Drawn with a fixed seed, a few thousand times."""

from __future__ import annotations

import numpy as np
import pytest

from overture.numbers.stats import (
    Difference,
    Interval,
    Proportion,
    Quantile,
    Sample,
    confidence_sequence,
    median,
    msprt,
    newcombe,
    relative_lift,
    welch,
    wilson,
)

DRAWS = 3_000
MARGIN = 0.014  # 3.5 standard errors of a share of 0.95 in 3,000 draws


def holds(interval: Interval, truth: float) -> bool:
    return (interval.low is None or interval.low <= truth) and (interval.high is None or truth <= interval.high)


def test_welch_and_relative_lift() -> None:
    draw = np.random.default_rng(11)
    difference = ratio = 0
    for _ in range(DRAWS):
        one, other = Sample.of(draw.normal(10, 2, 20)), Sample.of(draw.normal(11, 6, 45))
        plain, relative = welch(one, other), relative_lift(one, other)
        assert isinstance(plain, Difference)
        assert isinstance(relative, Difference)
        difference += holds(plain.interval, 1.0)
        ratio += holds(relative.interval, 0.1)
    assert difference / DRAWS == pytest.approx(0.95, abs=MARGIN)
    assert ratio / DRAWS == pytest.approx(0.95, abs=MARGIN)


@pytest.mark.parametrize(("p0", "p1", "n0", "n1"), [(0.03, 0.045, 400, 1_600), (0.3, 0.5, 40, 60)])
def test_newcombe(p0: float, p1: float, n0: int, n1: int) -> None:
    draw = np.random.default_rng(12)
    held = 0
    for k0, k1 in zip(draw.binomial(n0, p0, DRAWS), draw.binomial(n1, p1, DRAWS), strict=True):
        found = newcombe(Proportion(int(k0), n0), Proportion(int(k1), n1))
        assert isinstance(found, Interval)
        held += holds(found, p1 - p0)
    assert held / DRAWS == pytest.approx(0.955, abs=MARGIN + 0.005)  # its own paper: 0.952 on average


def test_wilson() -> None:
    draw = np.random.default_rng(13)
    shares = draw.uniform(0.005, 0.5, DRAWS)
    held = 0
    for k, p in zip(draw.binomial(200, shares), shares, strict=True):
        found = wilson(Proportion(int(k), 200))
        assert isinstance(found, Interval)
        held += holds(found, p)
    assert held / DRAWS == pytest.approx(0.95, abs=MARGIN)


def test_median_holds_at_least_as_often_as_it_says() -> None:
    draw = np.random.default_rng(14)
    held = 0
    for waits in draw.exponential(30, (DRAWS, 25)):
        found = median(waits.tolist())
        assert isinstance(found, Quantile)
        held += holds(found.interval, 30 * np.log(2))
    assert 0.95 - MARGIN <= held / DRAWS <= 0.975  # exactly 0.957 for 25 values


def test_looking_often_fools_welch_and_not_the_always_valid() -> None:
    """No difference at all, looked at 25 times: how often does each method claim one at some look?"""
    draw = np.random.default_rng(15)
    experiments, looks, step = 400, 25, 200
    fooled = {"welch": 0, "sequence": 0, "msprt": 0}
    for _ in range(experiments):
        one = other = Sample.empty()
        claims = dict.fromkeys(fooled, False)
        for _ in range(looks):
            one = one.merge(Sample.of(draw.exponential(1, step)))
            other = other.merge(Sample.of(draw.exponential(1, step)))
            answers = (welch(one, other), confidence_sequence(one, other), msprt(one, other, tau=0.05))
            for name, answer in zip(fooled, answers, strict=True):
                assert isinstance(answer, Difference)
                claims[name] |= answer.p < 0.05
        for name, claimed in claims.items():
            fooled[name] += claimed
    assert fooled["welch"] / experiments > 0.2
    assert fooled["sequence"] / experiments <= 0.05
    assert fooled["msprt"] / experiments <= 0.05
