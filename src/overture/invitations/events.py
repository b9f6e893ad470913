"""What happens to decisions and invitations."""

from __future__ import annotations

from typing import Literal

from overture.store import Event


class Decided(Event, frozen=True, tag="invitations.decided"):
    """A trigger met its moment: the visitor is invited or held out."""

    site: str
    visit: str
    visitor: str
    decision: str
    trigger: str
    team: str
    arm: str
    simulated: bool = False


class InvitationAnswered(Event, frozen=True, tag="invitations.answered"):
    """An invitation was accepted or declined, or the visit ended and it was ignored."""

    site: str
    visit: str
    visitor: str
    decision: str
    trigger: str
    what: Literal["accepted", "declined", "ignored"]
    conversation: str = ""
