"""What a comparison may answer: an interval with its p, or that it cannot tell, and why."""

from __future__ import annotations

from typing import Literal

import msgspec

Verdict = Literal["higher", "lower", "cannot_tell"]


class Interval(msgspec.Struct, frozen=True):
    """From `low` to `high`; None is an end that the data do not bound."""

    low: float | None
    high: float | None

    @property
    def verdict(self) -> Verdict:
        """Which side of zero the whole interval lies on."""
        if self.low is not None and self.low > 0:
            return "higher"
        if self.high is not None and self.high < 0:
            return "lower"
        return "cannot_tell"


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """An estimate with its interval at `level`, and p of no difference."""

    estimate: float
    interval: Interval
    p: float
    level: float = 0.95


class CannotTell(msgspec.Struct, frozen=True):
    """No answer is its own result: never a p of 1, never a difference of 0. `code` is stable."""

    code: str
    reason: str
