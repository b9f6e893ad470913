"""What came of it: orders, leads, bookings."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec

from overture.kit.money import Money
from overture.outcomes.contact import Contact

OrderSource = Literal["snippet", "api"]
LeadState = Literal["new", "contacted", "qualified", "won", "lost"]
LeadSource = Literal["message", "chat", "form", "api"]
LEAD_STATES: tuple[LeadState, ...] = ("new", "contacted", "qualified", "won", "lost")


class OrderReport(msgspec.Struct, frozen=True, kw_only=True):
    """An order as somebody reports it. `customer` is the site's own id for a visitor it vouched for."""

    id: str
    value: float | str
    currency: str
    visitor: str = ""
    visit: str = ""
    customer: str = ""
    at: datetime | None = None


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """An order as it is kept. `conversation` is the one it counts *with chat* for, if any.

    `plan_version` is the plan in force when it was made known (0: none was).
    """

    site: str
    id: str
    value: Money
    at: datetime
    recorded_at: datetime
    source: OrderSource
    plan_version: int
    visitor: str | None = None
    visit: str | None = None
    customer: str | None = None
    conversation: str | None = None
    simulated: bool = False


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """A report of an order that could not be taken from the page, and why; for the site's developer."""

    site: str
    order: str
    code: str
    message: str
    at: datetime
    times: int = 1


class LedgerEntry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something that happened to a lead: `created`, `state`, `handed_on`, `note`, `promise`…"""

    at: datetime
    by: str
    by_name: str
    what: str
    note: str = ""
    details: dict[str, Any] = {}


class Lead(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who may become a customer: where they came from, who has them, and how far it is."""

    id: str
    site: str
    state: LeadState
    source: LeadSource
    team: str
    contact: Contact
    created_at: datetime
    changed_at: datetime
    plan_version: int
    agent_id: str = ""
    visitor: str | None = None
    visit: str | None = None
    conversation: str | None = None
    language: str = ""
    message: str = ""
    cid: str | None = None


class Booking(msgspec.Struct, frozen=True, kw_only=True):
    """An agreed meeting: a test ride, an appraisal, a call-back. One that is cancelled stays, with when that was."""

    id: str
    site: str
    kind: str
    team: str
    starts_at: datetime
    created_at: datetime
    plan_version: int
    agent_id: str = ""
    visitor: str | None = None
    conversation: str | None = None
    cancelled_at: datetime | None = None
