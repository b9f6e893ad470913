"""One arm against control, by every method that applies, and what may be claimed from it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec

from overture.numbers.stats.answers import CannotTell, Difference, Interval, Verdict
from overture.numbers.stats.impossible import ImpossibleSums
from overture.numbers.stats.means import relative_lift, welch
from overture.numbers.stats.proportions import Proportion, newcombe
from overture.numbers.stats.sample import Sample
from overture.numbers.stats.sequential import confidence_sequence, msprt

TUNED_FOR = 5_000
TAU_IN_SD = 0.05  # 3.0% against 3.9% conversion is 0.05 standard deviations


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """`difference` and `verdict` hold for one look at the planned end, the any-time ones for every look."""

    difference: Difference | CannotTell
    relative: Difference | CannotTell
    newcombe: Interval | CannotTell | None
    """Only of shares."""
    confidence_sequence: Difference | CannotTell
    msprt: Difference | CannotTell
    tau: float | None
    verdict: Verdict
    verdict_any_time: Verdict


def compare(
    control: Sample | Proportion,
    treatment: Sample | Proportion,
    *,
    alpha: float = 0.05,
    tuned_for: int = TUNED_FOR,
    tau: float | None = None,
) -> Comparison:
    """Treatment against control. `tau` is the effect expected beforehand; None: 0.05 standard deviations.

    A verdict needs every interval of its kind to agree: for shares Welch's and Newcombe's.
    """
    before, after = _sample(control), _sample(treatment)
    difference = welch(before, after, 1 - alpha)
    shares = None
    if isinstance(control, Proportion) and isinstance(treatment, Proportion):
        shares = newcombe(control, treatment, 1 - alpha)
    tau = tau if tau is not None else default_tau(before, after)
    sequence = confidence_sequence(before, after, alpha=alpha, tuned_for=tuned_for)
    return Comparison(
        difference=difference,
        relative=relative_lift(before, after, 1 - alpha),
        newcombe=shares,
        confidence_sequence=sequence,
        msprt=CannotTell("no_variation", "without a spread there is no size of effect to expect")
        if tau is None
        else msprt(before, after, tau=tau, alpha=alpha),
        tau=tau,
        verdict=agreed([difference] if shares is None else [difference, shares]),
        verdict_any_time=agreed([sequence]),
    )


def default_tau(control: Sample, treatment: Sample) -> float | None:
    """0.05 pooled standard deviations; None where nothing varies."""
    freedom = control.n + treatment.n - 2
    if freedom < 1 or control.m2 + treatment.m2 == 0:
        return None
    return TAU_IN_SD * math.sqrt((control.m2 + treatment.m2) / freedom)


def agreed(answers: Sequence[Difference | Interval | CannotTell]) -> Verdict:
    """The verdict all answers share; `cannot_tell` if one of them cannot or they differ."""
    verdicts = {_verdict(answer) for answer in answers}
    return verdicts.pop() if len(verdicts) == 1 else "cannot_tell"


def holm(p_values: Sequence[float]) -> list[float]:
    """p adjusted for several comparisons with one control: Holm 1979, *Scand. J. Statist.* 6, 65-70."""
    if not all(0 <= p <= 1 for p in p_values):
        raise ImpossibleSums("a p-value lies between 0 and 1")
    adjusted, highest = [0.0] * len(p_values), 0.0
    for rank, index in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[index]))
        adjusted[index] = highest
    return adjusted


def _sample(arm: Sample | Proportion) -> Sample:
    return arm.as_sample() if isinstance(arm, Proportion) else arm


def _verdict(answer: Difference | Interval | CannotTell) -> Verdict:
    if isinstance(answer, CannotTell):
        return "cannot_tell"
    return (answer.interval if isinstance(answer, Difference) else answer).verdict
