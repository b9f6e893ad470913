"""Sums that no data could have: refused at the door, since whatever is worked out of them would look like a finding."""

from __future__ import annotations

import math


class ImpossibleSums(ValueError):
    """No values could add up to this; the message says why."""

    code = "impossible_sums"


def require_count(name: str, value: float) -> None:
    """A whole number, 0 or more."""
    if not (math.isfinite(value) and value >= 0 and value == int(value)):
        raise ImpossibleSums(f"{name} must be a whole number of 0 or more, not {value}")


def require_finite(**values: float) -> None:
    """Numbers, neither infinite nor not a number."""
    for name, value in values.items():
        if not math.isfinite(value):
            raise ImpossibleSums(f"{name.replace('_', ' ')} must be a number, not {value}")


def require_share(name: str, value: float) -> None:
    """Strictly between 0 and 1, as an error or a level of confidence is."""
    if not 0 < value < 1:
        raise ImpossibleSums(f"{name} must lie between 0 and 1, not {value}")
