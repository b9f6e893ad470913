"""Everything that is said of a plan before it may be published: what its text gets wrong, and what it means."""

from __future__ import annotations

import msgspec

from overture.direction.errors import Problem
from overture.direction.load import load
from overture.direction.model import Plan


class Checked(msgspec.Struct, frozen=True):
    """The plan, if nothing in it is refused; refusals and warnings, in the order of the text."""

    plan: Plan | None
    problems: list[Problem]

    @property
    def errors(self) -> list[Problem]:
        """What keeps the plan from being published."""
        return [problem for problem in self.problems if problem.severity == "error"]


def check(text: str | bytes, file: str = "plan.yaml", now_ms: int | None = None) -> Checked:
    """Check a plan's text. `now_ms` (ms since 1970) is the present, for dates and hours; None: the clock's."""
    loaded = load(text, file)
    return Checked(loaded.plan, loaded.problems)
