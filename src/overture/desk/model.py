"""The desk as data: agents with their slots, tickets that wait, what may be told about both."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

TicketState = Literal["waiting", "assigned", "done"]
ReturnReason = Literal["silent", "away", "left"]
AwayReason = Literal["", "silent"]


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who needs an agent. `id` is the conversation's; fields stand in the table's order.

    `waiting_since` orders the queue and stays when an agent is lost, so nobody is put to its end.
    `known_agent` knows the visitor from before. `silent` are agents who let this ticket pass unanswered.
    A simulated ticket waits for a simulated agent only and is in nobody's numbers.
    `said_wait` (seconds) and `expected_at` are what the visitor was told to expect; `late_at` is when that proved
    too little, none while it holds.
    """

    id: str
    site: str
    team: str
    visitor: str
    state: TicketState
    agent: str | None
    known_agent: str | None
    simulated: bool
    opened_at: datetime
    waiting_since: datetime
    assigned_at: datetime | None
    attended_at: datetime | None
    answered_at: datetime | None
    done_at: datetime | None
    silent: list[str]
    said_wait: int | None = None
    expected_at: datetime | None = None
    late_at: datetime | None = None


class WaitingTicket(msgspec.Struct, frozen=True):
    """Of a ticket that waits, what its visitor is told by: see Ticket."""

    id: str
    waiting_since: datetime
    said_wait: int | None
    expected_at: datetime | None
    late_at: datetime | None


class Presence(msgspec.Struct, frozen=True, kw_only=True):
    """An agent's switch and latest sign of life; fields stand in the table's order.

    `missed` counts conversations that passed them unanswered since they last answered one; `away_reason` says why
    the desk, not they, moved the switch: `silent` after too many of those.
    """

    user_id: str
    available: bool
    changed_at: datetime
    alive_at: datetime | None
    idle_since: datetime
    simulated: bool
    missed: int = 0
    away_reason: AwayReason = ""


class DeskClock(msgspec.Struct, frozen=True):
    """When the desk last looked at itself; `resumed_at` is the latest start, `line_at` the last look before it."""

    ticked_at: datetime
    resumed_at: datetime
    line_at: datetime


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """A team's agent as the desk sees them now. `active` counts their talks over all teams and sites."""

    id: str
    name: str
    available: bool
    online: bool
    active: int
    capacity: int
    since: datetime | None
    idle_since: datetime
    simulated: bool = False

    @property
    def there(self) -> bool:
        """Whether new conversations may come to them, slots aside."""
        return self.available and self.online

    @property
    def free(self) -> int:
        """Slots that a new conversation could take now."""
        return max(0, self.capacity - self.active) if self.there else 0


class Place(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a waiting visitor stands, true by itself as time passes: every instant is the server's.

    `place` 1 is next. `wait_seconds` is the wait that was told, None if nothing is known; it ends at `expected_at`.
    At `limit_at` the team's `answer_within` has passed; `late_at` is when what was told proved too little.
    """

    place: int
    wait_seconds: int | None
    expected_at: datetime | None = None
    limit_at: datetime | None = None
    late_at: datetime | None = None


class Availability(msgspec.Struct, frozen=True, omit_defaults=True):
    """Whether a conversation can be held now, and if not, why and when it can.

    `reason` is `closed` (outside hours), `nobody` (open, no agent there), `full` (too many wait) or empty.
    `answer_within` is in seconds.
    """

    answering: bool
    reason: Literal["", "closed", "nobody", "full"] = ""
    next_at: datetime | None = None
    team: str = ""
    agents: list[str] = []
    answer_within: float = 0


class ServedTeam(msgspec.Struct, frozen=True, omit_defaults=True):
    """A team whose conversations come to an agent while they are available, and whether it is open now."""

    site: str
    team: str
    open: bool
    next_at: datetime | None = None


class TeamBoard(msgspec.Struct, frozen=True):
    """One team on the live board. `longest_wait_since` is when the longest waiting began, none if nobody waits.

    `free_by_agent` gives the free slots of each agent there who has any: who is on two teams has them once.
    `answer_within` (seconds) is from when on an unanswered conversation is late; `unanswered` of those that wait or
    are held have a message without an answer, the oldest of them since `oldest_unanswered_since`.
    """

    team: str
    open: bool
    waiting: int
    longest_wait_since: datetime | None
    active: int
    agents: int
    free_slots: int
    free_by_agent: dict[str, int] = {}
    answer_within: float = 0
    unanswered: int = 0
    oldest_unanswered_since: datetime | None = None


class TeamStaffing(msgspec.Struct, frozen=True, kw_only=True):
    """One team on the staffing page. `week` counts tickets by hour of the site's week (Monday 00 first), 28 days."""

    name: str
    aim: str
    hours: str
    open: bool
    next_change_at: datetime | None
    next_open_at: datetime | None
    answer_within_ms: int
    chats_per_agent: int
    members: list[Member]
    waiting: int
    free_slots: int
    week: list[int]


class Staffing(msgspec.Struct, frozen=True):
    """Who is at the desk of a site, team by team. `timezone` is the site's; "" before its first plan."""

    teams: list[TeamStaffing]
    timezone: str = ""
