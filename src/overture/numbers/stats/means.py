"""Difference and ratio of two means."""

from __future__ import annotations

import math
import sys

from scipy.special import stdtr, stdtrit

from overture.numbers.stats.answers import CannotTell, Difference, Interval
from overture.numbers.stats.impossible import require_share
from overture.numbers.stats.sample import Sample


def cannot_compare(control: Sample, treatment: Sample) -> CannotTell | None:
    """Why nothing can be said about the two means; None if something can."""
    if not control.n or not treatment.n:
        return CannotTell("no_values", "an arm has no values")
    if control.n < 2 or treatment.n < 2:
        return CannotTell("too_few", "an arm has one value, and one value has no spread to judge by")
    if control.se2 + treatment.se2 < sys.float_info.min:
        return CannotTell("no_variation", "neither arm varies, so there is no noise to measure against")
    return None


def degrees_of_freedom(control: Sample, treatment: Sample) -> float:
    """Welch 1947, *Biometrika* 34, 28-35 (Satterthwaite 1946), in shares so that nothing underflows."""
    share = control.se2 / (control.se2 + treatment.se2)
    return 1 / (share**2 / (control.n - 1) + (1 - share) ** 2 / (treatment.n - 1))


def welch(control: Sample, treatment: Sample, level: float = 0.95) -> Difference | CannotTell:
    """Treatment's mean minus control's, arms of unequal variance: t = d / sqrt(s0^2/n0 + s1^2/n1)."""
    require_share("the level", level)
    if (why := cannot_compare(control, treatment)) is not None:
        return why
    se = math.sqrt(control.se2 + treatment.se2)
    df = degrees_of_freedom(control, treatment)
    difference = treatment.mean - control.mean
    reach = float(stdtrit(df, (1 + level) / 2)) * se
    return Difference(
        estimate=difference,
        interval=Interval(difference - reach, difference + reach),
        p=2 * float(stdtr(df, -abs(difference / se))),
        level=level,
    )


def relative_lift(control: Sample, treatment: Sample, level: float = 0.95) -> Difference | CannotTell:
    """Treatment's mean over control's, less 1, with Fieller's interval.

    Fieller 1954, *J. R. Statist. Soc. B* 16, 175-185: all ratios r with
    (x1 - r x0)^2 <= t^2 (v1 + r^2 v0). It excludes 0 exactly when Welch's interval does, which the delta
    method's does not. Where control's mean is itself hardly told from 0 the ratio is unbounded: cannot tell.
    """
    require_share("the level", level)
    if (why := cannot_compare(control, treatment)) is not None:
        return why
    if control.mean <= 0:
        return CannotTell("no_base", "control's mean is not above zero, so there is nothing to be relative to")
    df = degrees_of_freedom(control, treatment)
    t2 = float(stdtrit(df, (1 + level) / 2)) ** 2
    ratio, base2 = treatment.mean / control.mean, control.mean**2
    bound = 1 - t2 * control.se2 / base2
    if bound <= 0:
        return CannotTell("base_near_zero", "control's mean can hardly be told from zero, so no ratio is bounded")
    root = math.sqrt(max(0.0, ratio**2 - bound * (ratio**2 - t2 * treatment.se2 / base2)))
    se = math.sqrt(control.se2 + treatment.se2)
    return Difference(
        estimate=ratio - 1,
        interval=Interval((ratio - root) / bound - 1, (ratio + root) / bound - 1),
        p=2 * float(stdtr(df, -abs(treatment.mean - control.mean) / se)),
        level=level,
    )
