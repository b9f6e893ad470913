"""What can go wrong with a plan, told with its place and the way out."""

from __future__ import annotations

from typing import Literal

import msgspec

from overture.kit.errors import Conflict, Invalid, NotFound, TooLarge, Unavailable


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing wrong in a plan file. Lines and columns count from 1."""

    code: str
    message: str
    hint: str
    file: str
    line: int
    column: int
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        mark = "" if self.severity == "error" else "warning: "
        return f"{self.file}:{self.line}:{self.column}: {mark}{self.message}: {self.hint} [{self.code}]"


class PlanRefused(Invalid):
    """The plan fails its check; `details.problems` has every problem."""

    code = "plan_refused"


class PlanTooLarge(TooLarge):
    """The plan is larger than any plan is."""

    code = "plan_too_large"


class NoSuchVersion(NotFound):
    """The site has no plan version of that number."""

    code = "no_such_plan_version"


class UnknownTeam(Invalid):
    """The site's plan has no such team; `details.teams` are those it has."""

    code = "unknown_team"


class NoPlan(NotFound):
    """The site has no published plan yet."""

    code = "no_plan"


class DraftChanged(Conflict):
    """Somebody else saved the draft since it was read."""

    code = "draft_changed"


class NoSuchTrigger(NotFound):
    """The plan has no trigger of that name."""

    code = "no_such_trigger"


class NoSuchPlaybook(NotFound):
    """There is no playbook of that name."""

    code = "no_such_playbook"


class BadStaffing(Invalid):
    """Who would be at the desk in a backtest can't be read, or does not fit the plan."""

    code = "bad_staffing"


class TrialRunning(Conflict):
    """The site has one trial on recorded visits at a time, and another one runs."""

    code = "trial_running"


class NoSuchTrial(NotFound):
    """The site has no such trial, or a later one has taken its place."""

    code = "no_such_trial"


class TrialFailed(Unavailable):
    """The process that tried a plan could not do it."""

    code = "trial_failed"
