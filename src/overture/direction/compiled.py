"""A plan made ready to decide: conditions compiled, triggers indexed by what they ask."""

from __future__ import annotations

from overture.direction.model import Plan


class CompiledPlan:
    """A plan version in memory. Immutable once made; safe to share between visits."""

    __slots__ = ("plan",)

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
