"""Reports as data. What each number means stands in `definitions.py` under its path."""

from __future__ import annotations

from datetime import date, datetime

import msgspec


class TriggerLine(msgspec.Struct, frozen=True, kw_only=True):
    """A trigger's decisions by arm, and what became of its invitations."""

    trigger: str
    invited: int
    held_out: int
    held_out_all: int
    shown: int
    seen: int
    accepted: int
    declined: int
    conversations: int


class FirstResponse(msgspec.Struct, frozen=True):
    """Seconds from a visitor's first message to an agent's; none where nobody was answered."""

    median: float | None
    p90: float | None
    n: int


class MissedWhy(msgspec.Struct, frozen=True):
    """Why conversations went unanswered; they add up to `missed`."""

    left_early: int
    nobody_free: int
    agent_silent: int


class ConversationLine(msgspec.Struct, frozen=True, kw_only=True):
    """Conversations opened in the period."""

    opened: int
    answered: int
    closed: int
    missed: int
    missed_why: MissedWhy
    first_response_seconds: FirstResponse


class PromiseLine(msgspec.Struct, frozen=True):
    """Promises due in the period: `due` = `kept` + `late` + `open`."""

    due: int
    kept: int
    late: int
    open: int
    moved: int


class Amount(msgspec.Struct, frozen=True):
    """How many, and their value in the currency's own unit."""

    count: int
    value: float


class CurrencyLine(msgspec.Struct, frozen=True):
    """Orders in a currency that is not the plan's."""

    currency: str
    all: Amount
    with_chat: Amount


class OrderLine(msgspec.Struct, frozen=True):
    """Orders in the plan's currency, and others apart."""

    currency: str
    all: Amount
    with_chat: Amount
    other: list[CurrencyLine]


class LeadLine(msgspec.Struct, frozen=True):
    """Leads that began in the period."""

    new: int


class DayLine(msgspec.Struct, frozen=True):
    """One day of the site."""

    day: date
    conversations: int
    decisions: int
    orders: int


class Overview(msgspec.Struct, frozen=True, kw_only=True, rename={"since": "from", "until": "to"}):
    """The first page of Insight: counts only. The period is [from, to)."""

    since: datetime
    until: datetime
    timezone: str
    decisions: list[TriggerLine]
    conversations: ConversationLine
    promises: PromiseLine
    orders: OrderLine
    leads: LeadLine
    by_day: list[DayLine]
