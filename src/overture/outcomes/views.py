"""What other domains may read of outcomes. Simulated visitors' orders are in nobody's numbers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import BigInteger, and_, case, func, select, type_coerce

from overture.kit.money import Money
from overture.outcomes import store
from overture.outcomes.model import Order
from overture.outcomes.store import leads, orders
from overture.store import Tx

QUARTER_MS = 900_000


class OrderSum(msgspec.Struct, frozen=True):
    """Orders in one currency: all of them, and those *with chat*."""

    count: int
    value: Money
    with_chat: int
    with_chat_value: Money


def order_sums(tx: Tx, site: str, since: datetime, until: datetime) -> list[OrderSum]:
    """Orders made in [since, until), each currency by itself: they can't be added."""
    chat = orders.c.conversation.is_not(None)
    query = (
        select(
            orders.c.currency,
            func.count(),
            func.sum(orders.c.minor),
            func.sum(case((chat, 1), else_=0)),
            func.sum(case((chat, orders.c.minor), else_=0)),
        )
        .where(_made(site, since, until))
        .group_by(orders.c.currency)
        .order_by(orders.c.currency)
    )
    return [
        OrderSum(int(count), Money(int(minor), currency), int(chats), Money(int(chat_minor), currency))
        for currency, count, minor, chats, chat_minor in tx.execute(query)
    ]


def orders_by_quarter(tx: Tx, site: str, since: datetime, until: datetime) -> dict[int, int]:
    """How many orders were made in each quarter of an hour since 1970, of whatever currency."""
    quarter = (type_coerce(orders.c.at, BigInteger) // QUARTER_MS).label("quarter")
    query = select(quarter, func.count()).where(_made(site, since, until)).group_by(quarter)
    return {int(at): int(number) for at, number in tx.execute(query)}


def new_leads(tx: Tx, site: str, since: datetime, until: datetime) -> int:
    """Leads that began in [since, until)."""
    begun = and_(leads.c.site == site, leads.c.created_at >= since, leads.c.created_at < until)
    count: int = tx.execute(select(func.count()).select_from(leads).where(begun)).scalar_one()
    return count


def orders_of(tx: Tx, site: str, visitor: str, limit: int = 20) -> list[Order]:
    """The visitor's orders, newest first."""
    return store.orders_of_visitor(tx, site, visitor, limit)


def _made(site: str, since: datetime, until: datetime) -> Any:
    return and_(orders.c.site == site, orders.c.at >= since, orders.c.at < until, orders.c.simulated.is_(False))
