"""Pacing: the rule is direction's, so that a backtest with a staffing paces as the live site does."""

from __future__ import annotations

from overture.direction.pacing import LEAST, TeamLoad, acceptance_rate

__all__ = ["LEAST", "TeamLoad", "acceptance_rate"]
