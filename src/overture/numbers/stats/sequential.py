"""Intervals and p that stay valid however often one looks, and whenever one stops."""

from __future__ import annotations

import math

from overture.numbers.stats.answers import CannotTell, Difference, Interval
from overture.numbers.stats.impossible import require_share
from overture.numbers.stats.means import cannot_compare
from overture.numbers.stats.sample import Sample


def tuning(alpha: float, tuned_for: int) -> float:
    """rho that makes the confidence sequence about narrowest when both arms together have `tuned_for`.

    rho^2 = (-2 ln alpha + ln(1 - 2 ln alpha)) / N*: Waudby-Smith et al. 2023 (arXiv 2103.06476), on tuning. It is
    to be fixed before the data are seen.
    """
    if not 0 < alpha < 1 or tuned_for < 1:
        raise ValueError(f"alpha must lie between 0 and 1 and N* be 1 or more, not {alpha} and {tuned_for}")
    return math.sqrt((-2 * math.log(alpha) + math.log(1 - 2 * math.log(alpha))) / tuned_for)


def confidence_sequence(
    control: Sample, treatment: Sample, *, alpha: float = 0.05, tuned_for: int = 5_000
) -> Difference | CannotTell:
    """Difference of means with an asymptotic confidence sequence, Waudby-Smith et al. 2023, eq. 9.

    With V = SE^2, N = n0 + n1: half-width sqrt(V N) sqrt(2 (N rho^2 + 1) ln(sqrt(N rho^2 + 1) / alpha)
    / (N rho)^2); p = min(1, sqrt(N rho^2 + 1) exp(-rho^2 d^2 N / (2 V (N rho^2 + 1)))).
    """
    if (why := cannot_compare(control, treatment)) is not None:
        return why
    rho, n = tuning(alpha, tuned_for), control.n + treatment.n
    variance = control.se2 + treatment.se2
    difference = treatment.mean - control.mean
    grown = n * rho * rho + 1
    log_root = math.log(grown) / 2
    reach = math.sqrt(variance * n * 2 * grown * (log_root - math.log(alpha))) / (n * rho)
    log_p = log_root - rho * rho * difference * difference * n / (2 * variance * grown)
    return Difference(
        estimate=difference,
        interval=Interval(difference - reach, difference + reach),
        p=math.exp(min(0.0, log_p)),
        level=1 - alpha,
    )


def msprt(control: Sample, treatment: Sample, *, tau: float, alpha: float = 0.05) -> Difference | CannotTell:
    """Mixture sequential probability ratio test with a N(0, tau^2) mixture over the difference.

    Robbins 1970; Johari, Pekelis & Walsh 2022, *Operations Research* 70, 1806-1821. With V = SE^2:
    LR = sqrt(V / (V + tau^2)) exp(d^2 tau^2 / (2 V (V + tau^2))), p = min(1, 1 / LR), and the interval is all
    differences whose LR stays below 1 / alpha. `tau`, in the outcome's unit, is the size of effect expected
    beforehand.
    """
    require_share("alpha", alpha)
    if not (math.isfinite(tau) and tau > 0):
        raise ValueError(f"tau must be above 0, not {tau}")
    if (why := cannot_compare(control, treatment)) is not None:
        return why
    variance = control.se2 + treatment.se2
    difference = treatment.mean - control.mean
    total = variance + tau * tau
    reach = math.sqrt(variance * (total / tau**2) * (-2 * math.log(alpha) + math.log(total / variance)))
    return Difference(
        estimate=difference,
        interval=Interval(difference - reach, difference + reach),
        p=math.exp(min(0.0, -log_likelihood_ratio(variance, difference, tau))),
        level=1 - alpha,
    )


def log_likelihood_ratio(variance: float, difference: float, tau: float) -> float:
    """ln LR of the mixture against no difference; see `msprt`."""
    total = variance + tau * tau
    return (math.log(variance / total) + (difference * difference / variance) * (tau * tau / total)) / 2
