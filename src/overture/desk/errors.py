"""What the desk refuses."""

from __future__ import annotations

from overture.kit.errors import Conflict


class NoFreeSlot(Conflict):
    """The agent holds as many conversations as their limit allows."""

    code = "no_free_slot"


class NothingCanCome(Conflict):
    """Being available would be in vain: no conversation could come to this agent. `details.reason` says why."""

    code = "nothing_can_come"


class ColleagueNotFree(Conflict):
    """The colleague could not take the conversation now; `details.reason` says why."""

    code = "colleague_not_free"


class Taken(Conflict):
    """Somebody else has it."""

    code = "taken"
