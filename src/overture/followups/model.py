"""What happens after a chat: results, next steps, and promises with their clock."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec

from overture.outcomes.contact import Contact

Who = Literal["visitor", "agent", "other"]
Channel = Literal["phone", "email", "chat", "visit", "none"]
PromiseState = Literal["open", "done", "cancelled"]
WHO: tuple[Who, ...] = ("visitor", "agent", "other")
CHANNELS: tuple[Channel, ...] = ("phone", "email", "chat", "visit", "none")


class NextStep(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What happens next, who does it, by which channel, by when.

    `who_name` is for showing. A step that our side owes (`agent` or `other`) has a due time and is a promise;
    it is done by `agent_id`, or by anybody of `team`. A step with a `booking` (its kind, as in `test_ride`) is an
    agreed meeting, and `due_at` is when it begins.
    """

    what: str
    who: Who
    channel: Channel
    due_at: datetime | None = None
    who_name: str = ""
    agent_id: str = ""
    team: str = ""
    booking: str = ""


class Promised(msgspec.Struct, frozen=True, omit_defaults=True):
    """A next step as the visitor may know it. `text` is one plain sentence in the visitor's language.

    With `booking`, the kind of a meeting, `due_at` is when it begins.
    """

    text: str
    who: Who
    channel: Channel
    due_at: datetime | None = None
    who_name: str = ""
    booking: str = ""


class WrapUp(msgspec.Struct, frozen=True, kw_only=True):
    """How a conversation ended: one of the team's results, and the next step (None: nothing is left to do).

    `language` is the one it was held in.
    """

    conversation: str
    site: str
    team: str
    agent_id: str
    agent_name: str
    result: str
    next_step: NextStep | None
    promise: str | None
    language: str
    plan_version: int
    at: datetime


class HistoryEntry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something that happened to a promise: `made`, `moved`, `handed_on`, `done`, `cancelled`; `by` is a name."""

    at: datetime
    by: str
    what: str
    note: str = ""
    details: dict[str, Any] = {}


class Promise(msgspec.Struct, frozen=True, kw_only=True):
    """A next step our side owes. `language` is the visitor's; `message` what they left, if the promise answers one.

    `booking` and `booking_id` are the kind and id of the meeting it keeps, if it does: `due_at` is when that begins.
    """

    id: str
    site: str
    team: str
    agent_id: str
    what: str
    who: Who
    who_name: str
    channel: Channel
    due_at: datetime
    state: PromiseState
    language: str
    contact: Contact
    plan_version: int
    created_at: datetime
    first_due_at: datetime
    conversation: str | None = None
    lead: str | None = None
    visitor: str | None = None
    message: str = ""
    done_at: datetime | None = None
    simulated: bool = False
    booking: str = ""
    booking_id: str = ""

    @property
    def step(self) -> NextStep:
        """The promise as the next step it is."""
        return NextStep(
            what=self.what,
            who=self.who,
            channel=self.channel,
            due_at=self.due_at,
            who_name=self.who_name,
            agent_id=self.agent_id,
            team=self.team,
            booking=self.booking,
        )

    def late(self, now: datetime) -> bool:
        """Whether it is open past its time, or was done after it. A cancelled promise is not late."""
        if self.state == "cancelled":
            return False
        return (self.done_at or now) > self.due_at


class Counts(msgspec.Struct, frozen=True):
    """Open promises: all, those past their time, and those due by the end of the site's day (the late included)."""

    open: int
    late: int
    today: int
