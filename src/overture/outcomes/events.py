"""What happens in outcomes."""

from __future__ import annotations

from datetime import datetime

from overture.store import Event


class OrderPlaced(Event, frozen=True, tag="outcomes.order_placed"):
    """An order became known. `conversation` is the one that takes it *with chat*; `minor` units of `currency`."""

    site: str
    order: str
    minor: int
    currency: str
    visitor: str | None = None
    visit: str | None = None
    conversation: str | None = None


class OrderRefused(Event, frozen=True, tag="outcomes.order_refused"):
    """The page reported an order that could not be taken; the visit it came from goes on."""

    site: str
    order: str
    code: str


class LeadCreated(Event, frozen=True, tag="outcomes.lead_created"):
    """A lead began."""

    site: str
    lead: str
    team: str
    source: str

    def topics(self) -> tuple[str, ...]:
        return (f"followups:{self.site}:{self.team}",)


class LeadChanged(Event, frozen=True, tag="outcomes.lead_changed"):
    """A lead's state or owner changed."""

    site: str
    lead: str
    team: str
    state: str

    def topics(self) -> tuple[str, ...]:
        return (f"followups:{self.site}:{self.team}",)


class _BookingEvent(Event, frozen=True):
    booking: str
    site: str
    kind: str
    team: str
    starts_at: datetime
    conversation: str | None


class BookingMade(_BookingEvent, frozen=True, tag="outcomes.booking_made"):
    """A meeting was agreed."""


class BookingMoved(_BookingEvent, frozen=True, tag="outcomes.booking_moved"):
    """A meeting begins at another time."""


class BookingCancelled(_BookingEvent, frozen=True, tag="outcomes.booking_cancelled"):
    """A meeting is off."""
