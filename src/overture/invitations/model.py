"""Decisions, and what became of the invitations among them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from overture.direction.arms import Arm
from overture.direction.model import Show

InvitationState = Literal["", "invited", "shown", "seen", "accepted", "declined", "ignored"]
UNANSWERED: tuple[InvitationState, ...] = ("invited", "shown", "seen")
Reason = Literal["nobody_there", "busy", "invitations_out", "chats_expected"]


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """A decision as it is kept. `state` is "" for who was held out, else what became of the invitation.

    `at` is the moment in the visit (`at_ms` after its first event); `text` and `show` are what the visitor
    gets to see in `language`, in `tab` alone. `agent` is whom the invitation names.
    """

    id: str
    site: str
    visit: str
    visitor: str
    trigger: str
    team: str
    epoch: int
    plan_version: int
    arm: Arm
    variant: str
    at: datetime
    at_ms: int
    state: InvitationState = ""
    show: Show = "teaser"
    text: str = ""
    language: str = ""
    agent: str = ""
    tab: str = ""
    shown_at: datetime | None = None
    seen_at: datetime | None = None
    answered_at: datetime | None = None
    conversation: str | None = None
    simulated: bool = False

    @property
    def unanswered(self) -> bool:
        """Whether the invitation may still be accepted."""
        return self.state in UNANSWERED


class HeldBackCount(msgspec.Struct, frozen=True, kw_only=True):
    """How often a trigger was held back for one reason on one day of the site (ISO date in its time zone)."""

    day: str
    team: str
    trigger: str
    reason: Reason
    count: int


class HeldBackLine(msgspec.Struct, frozen=True, kw_only=True):
    """A trigger refused for capacity alone. `invited` tells whether it got its decision later in the visit."""

    id: str
    site: str
    visit: str
    visitor: str
    trigger: str
    team: str
    at: datetime
    at_ms: int
    plan_version: int
    reason: Reason
    free: float
    unanswered: int
    simulated: bool = False
