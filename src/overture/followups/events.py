"""What happens in follow-ups. News goes to `followups:SITE:TEAM`, where the console's lists listen."""

from __future__ import annotations

from datetime import datetime

from overture.store import Event


class WrappedUp(Event, frozen=True, tag="followups.wrapped_up"):
    """A conversation was closed with its result; `promise` if our side owes something."""

    conversation: str
    site: str
    team: str
    agent: str
    result: str
    promise: str | None = None


class _PromiseEvent(Event, frozen=True):
    promise: str
    site: str
    team: str
    conversation: str | None
    lead: str | None

    def topics(self) -> tuple[str, ...]:
        return (f"followups:{self.site}:{self.team}",)


class PromiseMade(_PromiseEvent, frozen=True, tag="followups.promise_made"):
    """Our side owes something by `due_at`."""

    due_at: datetime
    agent: str


class PromiseMoved(_PromiseEvent, frozen=True, tag="followups.promise_moved"):
    """A promise has another time."""

    due_at: datetime


class PromiseHandedOn(_PromiseEvent, frozen=True, tag="followups.promise_handed_on"):
    """A promise is somebody else's now; `team` is the new one, `from_team` the one it left."""

    from_team: str
    agent: str

    def topics(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(f"followups:{self.site}:{team}" for team in (self.team, self.from_team)))


class PromiseKept(_PromiseEvent, frozen=True, tag="followups.promise_kept"):
    """A promise is done; `late` if after its time."""

    late: bool


class PromiseCancelled(_PromiseEvent, frozen=True, tag="followups.promise_cancelled"):
    """A promise is void."""
