"""What the desk refuses."""

from __future__ import annotations

from overture.kit.errors import Conflict


class NoFreeSlot(Conflict):
    """The agent holds as many conversations as their limit allows."""

    code = "no_free_slot"


class Taken(Conflict):
    """Somebody else has it."""

    code = "taken"
