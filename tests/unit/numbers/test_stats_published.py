"""Published answers, to their printed digits."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from overture.numbers.stats import (
    Difference,
    Interval,
    Proportion,
    Sample,
    SampleRatio,
    confidence_sequence,
    msprt,
    newcombe,
    relative_lift,
    sample_ratio,
    tuning,
    welch,
    wilson,
)
from overture.numbers.stats.sequential import log_likelihood_ratio

# one experiment used by all four comparisons, as GrowthBook's statistics tests have it
CONTROL = {"mean": 0.41, "sd": 3.9, "n": 3407}
TREATMENT = {"mean": 0.7, "sd": 6.2, "n": 3461}
BEFORE, AFTER = Sample.from_moments(**CONTROL), Sample.from_moments(**TREATMENT)

WELCH = {"ci95": [0.04538, 0.53462], "p": 0.02016, "relative": 0.70732}
# Waudby-Smith et al. 2023, eq. 9, tuned for 5,000
SEQUENCE = {"rho": 0.03984007, "ci": [-0.08941, 0.66941], "p": 0.29074}
MSPRT = {"tau": 0.3, "likelihood_ratio": 3.83912, "p": 0.26048, "ci": [-0.08999, 0.66999]}
SAMPLE_RATIO = [([600, 400], 2.5396e-10), ([44000, 45000], 0.00080228)]


def test_welch() -> None:
    found = welch(BEFORE, AFTER)
    assert isinstance(found, Difference)
    assert found.estimate == pytest.approx(0.29)
    assert [found.interval.low, found.interval.high] == pytest.approx(WELCH["ci95"], abs=5e-6)
    assert found.p == pytest.approx(WELCH["p"], abs=5e-6)


def test_relative_lift() -> None:
    found = relative_lift(BEFORE, AFTER)
    assert isinstance(found, Difference)
    assert found.estimate == pytest.approx(WELCH["relative"], abs=5e-6)


def test_confidence_sequence() -> None:
    assert tuning(0.05, 5_000) == pytest.approx(SEQUENCE["rho"], abs=5e-9)
    found = confidence_sequence(BEFORE, AFTER, alpha=0.05, tuned_for=5_000)
    assert isinstance(found, Difference)
    assert [found.interval.low, found.interval.high] == pytest.approx(SEQUENCE["ci"], abs=5e-6)
    assert found.p == pytest.approx(SEQUENCE["p"], abs=5e-6)


def test_msprt() -> None:
    found = msprt(BEFORE, AFTER, tau=0.3)
    assert isinstance(found, Difference)
    ratio = math.exp(log_likelihood_ratio(BEFORE.se2 + AFTER.se2, 0.29, 0.3))
    assert ratio == pytest.approx(MSPRT["likelihood_ratio"], abs=5e-6)
    assert found.p == pytest.approx(MSPRT["p"], abs=5e-6)
    assert [found.interval.low, found.interval.high] == pytest.approx(MSPRT["ci"], abs=5e-6)


@pytest.mark.parametrize(("counts", "p"), SAMPLE_RATIO)
def test_sample_ratio(counts: list[int], p: float) -> None:
    found = sample_ratio(counts, [0.5, 0.5])
    assert isinstance(found, SampleRatio)
    assert found.p == pytest.approx(p, rel=5e-5)
    assert found.mismatch


def test_newcombe_of_its_paper() -> None:
    # Newcombe 1998, table II, example (a): 56/70 against 48/80, method 10 gives 0.0524 to 0.3339
    found = newcombe(Proportion(48, 80), Proportion(56, 70))
    assert isinstance(found, Interval)
    assert [found.low, found.high] == pytest.approx([0.0524, 0.3339], abs=5e-5)


def test_wilson_of_newcombes_other_paper() -> None:
    # Newcombe 1998, Statistics in Medicine 17, 857-872, table I, method 3: 81/263, 15/148, 0/20, 1/29
    printed = {
        (81, 263): (0.2553, 0.3662),
        (15, 148): (0.0624, 0.1605),
        (0, 20): (0, 0.1611),
        (1, 29): (0.0061, 0.1718),
    }
    for (successes, n), ends in printed.items():
        found = wilson(Proportion(successes, n))
        assert isinstance(found, Interval)
        assert (found.low, found.high) == pytest.approx(ends, abs=5e-5)


def test_the_figures_here_are_those_of_the_shared_file() -> None:
    shared = Path(__file__).parents[4] / "shared" / "vectors" / "statistics.json"
    if not shared.exists():
        pytest.skip("the shared vectors are not beside this checkout; their figures stand above")
    told = json.loads(shared.read_text())
    assert told["welch"][0] == {"control": CONTROL, "treatment": TREATMENT, **WELCH}
    assert SEQUENCE.items() <= told["confidence_sequence"][0].items()
    assert MSPRT.items() <= told["msprt"][0].items()
    assert [(row["counts"], row["p"]) for row in told["sample_ratio_mismatch_chi2_p"]] == SAMPLE_RATIO
