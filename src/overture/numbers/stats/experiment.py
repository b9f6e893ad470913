"""An experiment's whole answer: shares of visitors, every arm, every comparison, and what to be careful of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from overture.numbers.stats.answers import CannotTell, Difference, Interval, Verdict
from overture.numbers.stats.arms import Arms
from overture.numbers.stats.comparison import TUNED_FOR, Comparison, compare, holm
from overture.numbers.stats.proportions import Proportion, wilson
from overture.numbers.stats.sample_ratio import sample_ratio

RARE = 5  # successes or failures; below it the normal approximation fails (Cochran 1954)
_WITHHELD: dict[str, Verdict] = {"verdict": "cannot_tell", "verdict_any_time": "cannot_tell"}


def analyse(
    arms: Arms,
    control: str,
    *,
    expected: Sequence[float] | None = None,
    tuned_for: int = TUNED_FOR,
    tau: float | None = None,
) -> dict[str, Any]:
    """The whole answer as plain data, as `overture lift --json` prints it.

    Where the arms did not get their planned shares every verdict is withheld. `expected` are those shares, control's
    first, then the others' by name; None: equal. Raises ValueError for shares that do not fit the arms and for a
    `tau` that is not above 0.
    """
    others = sorted(set(arms.outcomes) - {control})
    reference = arms.outcomes[control]
    compared = {name: compare(reference, arms.outcomes[name], tuned_for=tuned_for, tau=tau) for name in others}
    ratio = _ratio(arms, [control, *others], expected)
    if ratio.get("mismatch"):
        compared = {name: replace(found, **_WITHHELD) for name, found in compared.items()}
    return {
        "rows": arms.rows,
        "used": sum(outcome.n for outcome in arms.outcomes.values()),
        "skipped": arms.skipped,
        "kind": "binary" if arms.binary else "number",
        "sample_ratio": ratio,
        "control": _arm(control, arms),
        "arms": _compared(arms, compared),
        "warnings": _warnings(ratio, arms, compared),
    }


def _ratio(arms: Arms, names: list[str], expected: Sequence[float] | None) -> dict[str, Any]:
    """Of all rows assigned, also those whose outcome is missing: losing them unequally is a mismatch too."""
    weights = expected or (1.0,) * len(names)
    if len(weights) != len(names):
        raise ValueError(f"{len(names)} expected shares are needed, for {', '.join(names)} in this order")
    counts: dict[str, Any] = {"counts": {name: arms.assigned[name] for name in names}}
    if len(names) < 2:
        return counts | {"cannot_tell": "one_arm", "reason": "there is no other arm"}
    found = sample_ratio([arms.assigned[name] for name in names], weights)
    if isinstance(found, CannotTell):
        return counts | {"cannot_tell": found.code, "reason": found.reason}
    shares = dict(zip(names, found.expected, strict=True))
    return counts | {"expected": shares, "chi2": found.chi2, "p": found.p, "mismatch": found.mismatch}


def _arm(name: str, arms: Arms) -> dict[str, Any]:
    """Counts, mean and spread; of shares also the successes and Wilson's interval."""
    outcome = arms.outcomes[name]
    sample = outcome.as_sample() if isinstance(outcome, Proportion) else outcome
    told: dict[str, Any] = {"arm": name, "assigned": arms.assigned[name], "n": sample.n}
    told |= {"mean": sample.mean if sample.n else None, "sd": sample.sd if sample.n > 1 else None}
    if isinstance(outcome, Proportion):
        told |= {"successes": outcome.successes, "wilson": _told(wilson(outcome))}
    return told


def _compared(arms: Arms, compared: dict[str, Comparison]) -> list[dict[str, Any]]:
    """Each arm with its comparison; with several, p adjusted after Holm too."""
    p_values = {name: c.difference.p for name, c in compared.items() if isinstance(c.difference, Difference)}
    adjusted = dict(zip(p_values, holm(list(p_values.values())), strict=True))
    rows = []
    for name, comparison in compared.items():
        row = _arm(name, arms) | {key: _told(getattr(comparison, key)) for key in comparison.__struct_fields__}
        if len(compared) > 1 and name in adjusted:
            row["p_holm"] = adjusted[name]
        rows.append(row)
    return rows


def _told(value: object) -> Any:
    """An answer as plain data."""
    if isinstance(value, CannotTell):
        return {"cannot_tell": value.code, "reason": value.reason}
    if isinstance(value, Difference):
        ends = {"low": value.interval.low, "high": value.interval.high}
        return {"estimate": value.estimate, **ends, "p": value.p, "level": value.level}
    if isinstance(value, Interval):
        return {"low": value.low, "high": value.high}
    return value


def _warnings(ratio: dict[str, Any], arms: Arms, compared: dict[str, Comparison]) -> list[str]:
    warnings = []
    if not compared:
        warnings.append("there is only control, so there is nothing to compare")
    if ratio.get("mismatch"):
        warnings.append(
            "the arms did not get their planned shares, so no verdict: find out why before believing any difference"
        )
    for name, outcome in arms.outcomes.items():
        if isinstance(outcome, Proportion) and outcome.n and outcome.rarer < RARE:
            warnings.append(f"arm {name} has fewer than {RARE} of one outcome: go by the Wilson and Newcombe ranges")
    if len(compared) > 1:
        warnings.append(f"{len(compared)} comparisons: each interval holds for itself, p_holm allows for all of them")
    return warnings
