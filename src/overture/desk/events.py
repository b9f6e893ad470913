"""What happens at the desk."""

from __future__ import annotations

from overture.desk.model import AwayReason, ReturnReason, ServedTeam
from overture.store import Event


class TicketAssigned(Event, frozen=True, tag="desk.ticket_assigned"):
    """An agent has got the ticket."""

    ticket: str
    site: str
    team: str
    agent: str
    agent_name: str


class TicketReturned(Event, frozen=True, tag="desk.ticket_returned"):
    """The agent lost the ticket: they were silent, went away, or left it. It waits again where it stood."""

    ticket: str
    site: str
    team: str
    agent: str
    reason: ReturnReason


class PresenceChanged(Event, frozen=True, tag="desk.presence_changed"):
    """The agent's switch has moved, by themselves or (with a `reason`) by the desk."""

    agent: str
    available: bool
    reason: AwayReason = ""
    teams: tuple[ServedTeam, ...] = ()

    def topics(self) -> tuple[str, ...]:
        return (f"agent:{self.agent}",)


class BoardChanged(Event, frozen=True, tag="desk.board_changed"):
    """Someone waits, has been answered, came or went: the board and the places in the queue are others now."""

    site: str

    def topics(self) -> tuple[str, ...]:
        return (f"board:{self.site}",)
