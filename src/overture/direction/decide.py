"""What happens at a moment: section by section the same for the live site, `explain` and the backtest."""

from __future__ import annotations

from typing import Literal, Protocol

import msgspec

from overture.visits.facts import UNLIMITED, TeamNow

Arm = Literal["invited", "held_out", "held_out_all"]


class Decision(msgspec.Struct, frozen=True):
    """A trigger met its moment, `at_ms` after the visit's first event."""

    trigger: str
    team: str
    at_ms: int
    arm: Arm
    variant: str
    epoch: int


class HeldBack(msgspec.Struct, frozen=True):
    """A trigger that would have had its decision, had its team been able to answer. No decision."""

    trigger: str
    team: str
    at_ms: int


class Past:
    """What one visitor's earlier decisions, declines and chats forbid. Instants are ms since 1970.

    `decided` holds this visit's triggers, `decisions` all instants by trigger, this visit's included.
    """

    __slots__ = ("decided", "decisions", "last_chat_ms", "last_decline_ms")

    def __init__(
        self,
        decisions: dict[str, list[int]] | None = None,
        last_decline_ms: int | None = None,
        last_chat_ms: int | None = None,
        decided: set[str] | None = None,
    ) -> None:
        self.decisions = {} if decisions is None else decisions
        self.last_decline_ms = last_decline_ms
        self.last_chat_ms = last_chat_ms
        self.decided = set() if decided is None else decided


class Supply(Protocol):
    """How busy the teams are, and whether one can be expected to answer one more invitation in time."""

    def team(self, name: str) -> TeamNow:
        """The team's facts (`team.free`, `team.queue`, `team.wait_seconds`)."""
        ...

    def may_invite(self, team: str) -> bool:
        """Whether the team can be expected to answer within its `answer_within`."""
        ...


class Unlimited:
    """Everybody is free: the supply of a backtest."""

    def team(self, name: str) -> TeamNow:
        return UNLIMITED

    def may_invite(self, team: str) -> bool:
        return True
