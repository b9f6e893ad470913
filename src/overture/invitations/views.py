"""What other domains may read of decisions. Simulated visitors are in nobody's numbers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import BigInteger, and_, case, func, select, type_coerce

from overture.invitations.store import decisions, held_back
from overture.store import Tx

QUARTER_MS = 900_000
_D = decisions.c


class TriggerCounts(msgspec.Struct, frozen=True):
    """One trigger's decisions by arm, and what became of the invitations among them."""

    trigger: str
    invited: int
    held_out: int
    held_out_all: int
    shown: int
    seen: int
    accepted: int
    declined: int


def trigger_counts(tx: Tx, site: str, since: datetime, until: datetime) -> list[TriggerCounts]:
    """Decisions made in [since, until), by trigger in order of name.

    Who saw it has been shown it, and who answered has seen it, whatever the page managed to report.
    """
    answered = _D.state.in_(("accepted", "declined"))
    invited = _D.arm == "invited"
    query = (
        select(
            _D.trigger,
            _sum(invited),
            _sum(_D.arm == "held_out"),
            _sum(_D.arm == "held_out_all"),
            _sum(and_(invited, _D.shown_at.is_not(None) | _D.seen_at.is_not(None) | answered)),
            _sum(and_(invited, _D.seen_at.is_not(None) | answered)),
            _sum(_D.state == "accepted"),
            _sum(_D.state == "declined"),
        )
        .where(_made(site, since, until))
        .group_by(_D.trigger)
        .order_by(_D.trigger)
    )
    return [TriggerCounts(trigger, *map(int, numbers)) for trigger, *numbers in tx.execute(query)]


def conversations_by_trigger(tx: Tx, site: str, since: datetime, until: datetime) -> dict[str, list[str]]:
    """The conversations that came of invitations made in [since, until), by trigger."""
    query = select(_D.trigger, _D.conversation).where(_made(site, since, until), _D.conversation.is_not(None))
    found: dict[str, list[str]] = {}
    for trigger, conversation in tx.execute(query):
        found.setdefault(trigger, []).append(conversation)
    return found


def decisions_by_quarter(tx: Tx, site: str, since: datetime, until: datetime) -> dict[int, int]:
    """How many decisions were made in each quarter of an hour since 1970."""
    quarter = (type_coerce(_D.at, BigInteger) // QUARTER_MS).label("quarter")
    query = select(quarter, func.count()).where(_made(site, since, until)).group_by(quarter)
    return {int(at): int(number) for at, number in tx.execute(query)}


def held_back_by_quarter(
    tx: Tx, site: str, since: datetime, until: datetime, teams: list[str] | None
) -> list[tuple[int, str, str, str, int]]:
    """Quarter of an hour since 1970, team, trigger, reason and how often; simulated visits left out."""
    at = held_back.c.at
    quarter = (type_coerce(at, BigInteger) // QUARTER_MS).label("quarter")
    columns = [quarter, held_back.c.team, held_back.c.trigger, held_back.c.reason]
    query = select(*columns, func.count()).where(held_back.c.site == site, at >= since, at < until)
    query = query.where(held_back.c.simulated.is_(False))
    if teams is not None:
        query = query.where(held_back.c.team.in_(teams))
    return [tuple(row) for row in tx.execute(query.group_by(*columns).order_by(quarter))]


def _made(site: str, since: datetime, until: datetime) -> Any:
    return and_(_D.site == site, _D.at >= since, _D.at < until, _D.simulated.is_(False))


def _sum(condition: Any) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
