"""What other domains may read of visits."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Select, bindparam, select

from overture.store import Tx
from overture.visits import store
from overture.visits.store import visitors, visits


class Person(msgspec.Struct, frozen=True):
    """Who a visitor is, as an agent, the site, the page or they themselves said; empty where nothing is known."""

    visitor: str
    name: str
    email: str
    phone: str
    language: str
    simulated: bool


_PERSON = select(visitors).where(visitors.c.site == bindparam("site"), visitors.c.id == bindparam("visitor"))
_VISIT_AT = (
    select(visits.c.id)
    .where(visits.c.visitor == bindparam("visitor"), visits.c.started_at <= bindparam("at"))
    .order_by(visits.c.started_at.desc(), visits.c.id.desc())
    .limit(1)
)
_CUSTOMER = (
    select(visitors.c.id)
    .where(visitors.c.site == bindparam("site"), visitors.c.customer == bindparam("customer"))
    .order_by(visitors.c.last_ended_at.desc().nulls_first(), visitors.c.first_seen_at.desc(), visitors.c.id)
    .limit(1)
)


def person(tx: Tx, site: str, visitor: str) -> Person | None:
    """The visitor, if the site knows them."""
    row = tx.execute(_PERSON, {"site": site, "visitor": visitor}).one_or_none()
    if row is None:
        return None
    known = store.as_visitor(row)
    reach = known.reach
    return Person(row.id, known.name, reach.get("email", ""), reach.get("phone", ""), row.language, row.simulated)


def people(tx: Tx, ids: list[str]) -> dict[str, str]:
    """The names of these visitors, where they are known."""
    found = store.visitors_of(tx, ids)
    return {visitor: known.name for visitor, known in found.items() if known.name}


def known_as(site: str, word: str) -> Select[Any]:
    """The ids of the site's visitors whose name, e-mail address, phone number or customer id holds the word."""
    return store.known_as(site, word)


def had_any(tx: Tx, site: str) -> bool:
    """Whether anybody ever visited the site."""
    return tx.execute(select(visits.c.id).where(visits.c.site == site).limit(1)).first() is not None


def visitor_of_customer(tx: Tx, site: str, customer: str) -> str | None:
    """The browser that was last seen of those the site vouched for as this customer."""
    if not customer:
        return None
    visitor: str | None = tx.execute(_CUSTOMER, {"site": site, "customer": customer}).scalar()
    return visitor


def visit_at(tx: Tx, visitor: str, at: datetime) -> str | None:
    """The visit the visitor was in at an instant, or the latest before it."""
    visit: str | None = tx.execute(_VISIT_AT, {"visitor": visitor, "at": at}).scalar()
    return visit
