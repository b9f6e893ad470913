"""Conversations in numbers, for reports. Simulated ones are in nobody's numbers."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import BigInteger, and_, case, func, or_, select, type_coerce

from overture.conversations.store import conversations, messages
from overture.store import Tx

QUARTER_MS = 900_000  # every time zone's offset is a multiple of a quarter of an hour
AT_ONCE = 500  # a database takes so many parameters at the least
_C = conversations.c


class Counts(msgspec.Struct, frozen=True):
    """Conversations opened in a period: all, answered by an agent, closed by now, and over without an answer."""

    opened: int
    answered: int
    closed: int
    missed: int


class Missed(msgspec.Struct, frozen=True):
    """A conversation that ended without an agent's answer. `had_agent`: one had it and stayed silent."""

    conversation: str
    team: str
    opened_at: datetime
    ended_at: datetime
    had_agent: bool


def _opened(site: str, since: datetime, until: datetime) -> Any:
    return and_(_C.site == site, _C.opened_at >= since, _C.opened_at < until, _C.simulated.is_(False))


_OVER_UNANSWERED = and_(_C.first_answer_at.is_(None), or_(_C.ended_at.is_not(None), _C.closed_at.is_not(None)))


def counts(tx: Tx, site: str, since: datetime, until: datetime) -> Counts:
    """Of conversations opened in [since, until)."""

    def number_of(condition: Any) -> Any:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    query = select(
        func.count(),
        number_of(_C.first_answer_at.is_not(None)),
        number_of(_C.closed_at.is_not(None)),
        number_of(_OVER_UNANSWERED),
    ).where(_opened(site, since, until))
    opened, answered, closed, missed = tx.execute(query).one()
    return Counts(int(opened), int(answered), int(closed), int(missed))


def missed(tx: Tx, site: str, since: datetime, until: datetime) -> list[Missed]:
    """Conversations opened in [since, until) that ended without an agent's answer, earliest first."""
    joined = select(messages.c.seq).where(messages.c.conversation == _C.id, messages.c.notice == "agent_joined")
    ended = func.coalesce(_C.ended_at, _C.closed_at)
    query = select(_C.id, _C.team, _C.opened_at, ended, joined.exists())
    query = query.where(_opened(site, since, until), _OVER_UNANSWERED).order_by(_C.opened_at, _C.id)
    return [Missed(*row) for row in tx.execute(query)]


def first_response_ms(tx: Tx, site: str, since: datetime, until: datetime) -> list[int]:
    """From opening to an agent's first answer, of conversations opened in [since, until) that got one."""
    opened, answered = (type_coerce(column, BigInteger) for column in (_C.opened_at, _C.first_answer_at))
    query = select(answered - opened).where(_opened(site, since, until), _C.first_answer_at.is_not(None))
    return [int(ms) for ms in tx.execute(query).scalars()]


def opened_by_quarter(tx: Tx, site: str, since: datetime, until: datetime) -> dict[int, int]:
    """How many were opened in each quarter of an hour since 1970."""
    quarter = (type_coerce(_C.opened_at, BigInteger) // QUARTER_MS).label("quarter")
    query = select(quarter, func.count()).where(_opened(site, since, until)).group_by(quarter)
    return {int(at): int(number) for at, number in tx.execute(query)}


def replied(tx: Tx, ids: Collection[str]) -> set[str]:
    """Those of these conversations in which both sides wrote."""
    found: set[str] = set()
    every = list(ids)
    for first in range(0, len(every), AT_ONCE):
        query = select(_C.id).where(_C.id.in_(every[first : first + AT_ONCE]), _C.both_wrote.is_(True))
        found.update(tx.execute(query).scalars())
    return found
