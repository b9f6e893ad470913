"""All SQL of outcomes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from overture.kit.money import Money
from overture.outcomes.contact import Contact
from overture.outcomes.model import Booking, Lead, LedgerEntry, Order, Refusal
from overture.store import Instant, Json, Tx, metadata

orders = Table(
    "orders",
    metadata,
    Column("site", ForeignKey("sites.id", name="fk_orders_site", ondelete="CASCADE"), primary_key=True),
    Column("id", String(128), primary_key=True),
    Column("minor", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("source", String(16), nullable=False),
    Column("plan_version", Integer, nullable=False),
    Column("visitor", String(64)),
    Column("visit", String(64)),
    Column("customer", String(200)),
    Column("conversation", String(64)),
    Column("simulated", Boolean, nullable=False),
    Index("ix_orders_site_at", "site", "at"),
    Index("ix_orders_site_visitor", "site", "visitor"),
    Index("ix_orders_site_customer", "site", "customer"),
)

order_refusals = Table(
    "order_refusals",
    metadata,
    Column("site", ForeignKey("sites.id", name="fk_order_refusals_site", ondelete="CASCADE"), primary_key=True),
    Column("order_id", String(128), primary_key=True),
    Column("code", String(64), primary_key=True),
    Column("message", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("times", Integer, nullable=False),
)

leads = Table(
    "leads",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("site", ForeignKey("sites.id", name="fk_leads_site", ondelete="CASCADE"), nullable=False),
    Column("state", String(16), nullable=False),
    Column("source", String(16), nullable=False),
    Column("team", String(64), nullable=False),
    Column("agent_id", String(32), nullable=False),
    Column("visitor", String(64)),
    Column("visit", String(64)),
    Column("conversation", String(64)),
    Column("name", String(120), nullable=False),
    Column("email", String(320), nullable=False),
    Column("phone", String(40), nullable=False),
    Column("language", String(35), nullable=False),
    Column("message", Text, nullable=False),
    Column("plan_version", Integer, nullable=False),
    Column("cid", String(64)),
    Column("created_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    UniqueConstraint("site", "visitor", "cid", name="uq_leads_site_visitor_cid"),
    Index("ix_leads_site_created_at", "site", "created_at"),
    Index("ix_leads_conversation", "conversation"),
)

lead_ledger = Table(
    "lead_ledger",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("lead", ForeignKey("leads.id", name="fk_lead_ledger_lead", ondelete="CASCADE"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", String(32), nullable=False),
    Column("by_name", String(200), nullable=False),
    Column("what", String(32), nullable=False),
    Column("note", Text, nullable=False),
    Column("details", Json, nullable=False),
    Index("ix_lead_ledger_lead", "lead"),
)

bookings = Table(
    "bookings",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("site", ForeignKey("sites.id", name="fk_bookings_site", ondelete="CASCADE"), nullable=False),
    Column("kind", String(64), nullable=False),
    Column("team", String(64), nullable=False),
    Column("agent_id", String(32), nullable=False),
    Column("visitor", String(64)),
    Column("conversation", String(64)),
    Column("starts_at", Instant, nullable=False),
    Column("plan_version", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("cancelled_at", Instant),
    Index("ix_bookings_site_created_at", "site", "created_at"),
)

_ORDER = select(orders).where(orders.c.site == bindparam("site"), orders.c.id == bindparam("id"))

# ---- orders ------------------------------------------------------------------------------------------------


def _order(row: Any) -> Order:
    return Order(
        site=row.site,
        id=row.id,
        value=Money(row.minor, row.currency),
        at=row.at,
        recorded_at=row.recorded_at,
        source=row.source,
        plan_version=row.plan_version,
        visitor=row.visitor,
        visit=row.visit,
        customer=row.customer,
        conversation=row.conversation,
        simulated=row.simulated,
    )


def order(tx: Tx, site: str, order_id: str) -> Order | None:
    row = tx.execute(_ORDER, {"site": site, "id": order_id}).first()
    return row and _order(row)


def add_order(tx: Tx, new: Order) -> bool:
    """Keep it, unless the site's order of this id is kept already: then False."""
    values = msgspec.structs.asdict(new)
    money = values.pop("value")
    statement = tx.insert(orders).on_conflict_do_nothing(index_elements=["site", "id"]).returning(orders.c.id)
    return tx.execute(statement, {**values, "minor": money.minor, "currency": money.currency}).first() is not None


def complete_order(tx: Tx, known: Order) -> None:
    """What was learnt of who made it."""
    values = {name: getattr(known, name) for name in ("visitor", "visit", "customer", "conversation", "simulated")}
    tx.execute(update(orders).where(orders.c.site == known.site, orders.c.id == known.id).values(values))


def orders_of_visitor(tx: Tx, site: str, visitor: str, limit: int) -> list[Order]:
    """Newest first."""
    query = select(orders).where(orders.c.site == site, orders.c.visitor == visitor)
    return [_order(row) for row in tx.execute(query.order_by(orders.c.at.desc(), orders.c.id.desc()).limit(limit))]


def orders_of_nobody(tx: Tx, site: str, customer: str, since: datetime, limit: int) -> list[Order]:
    """Orders told for a customer of whom no browser was known, made since then; oldest first."""
    mine = (orders.c.site == site, orders.c.customer == customer, orders.c.visitor.is_(None), orders.c.at >= since)
    return [
        _order(row) for row in tx.execute(select(orders).where(*mine).order_by(orders.c.at, orders.c.id).limit(limit))
    ]


def orders_between(
    tx: Tx, site: str, since: datetime, until: datetime, before: tuple[datetime, str] | None, limit: int
) -> list[Order]:
    """Those made in [since, until), newest first, after the row `before`."""
    query = select(orders).where(orders.c.site == site, orders.c.at >= since, orders.c.at < until)
    if before:
        at, last = before
        query = query.where(or_(orders.c.at < at, and_(orders.c.at == at, orders.c.id < last)))
    return [_order(row) for row in tx.execute(query.order_by(orders.c.at.desc(), orders.c.id.desc()).limit(limit))]


def add_refusal(tx: Tx, refusal: Refusal) -> None:
    """Keep why; the same refusal again only counts."""
    values = msgspec.structs.asdict(refusal)
    values["order_id"] = values.pop("order")
    statement = tx.insert(order_refusals).values(values)
    tx.execute(
        statement.on_conflict_do_update(
            index_elements=["site", "order_id", "code"],
            set_={"times": order_refusals.c.times + 1, "at": refusal.at, "message": refusal.message},
        )
    )


def refusals(tx: Tx, site: str, limit: int) -> list[Refusal]:
    """Latest first."""
    query = select(order_refusals).where(order_refusals.c.site == site)
    return [
        Refusal(site=row.site, order=row.order_id, code=row.code, message=row.message, at=row.at, times=row.times)
        for row in tx.execute(query.order_by(order_refusals.c.at.desc()).limit(limit))
    ]


# ---- leads -------------------------------------------------------------------------------------------------


def _lead(row: Any) -> Lead:
    return Lead(
        id=row.id,
        site=row.site,
        state=row.state,
        source=row.source,
        team=row.team,
        contact=Contact(row.name, row.email, row.phone),
        created_at=row.created_at,
        changed_at=row.changed_at,
        plan_version=row.plan_version,
        agent_id=row.agent_id,
        visitor=row.visitor,
        visit=row.visit,
        conversation=row.conversation,
        language=row.language,
        message=row.message,
        cid=row.cid,
    )


def _lead_values(lead: Lead) -> dict[str, Any]:
    values = msgspec.structs.asdict(lead)
    contact = values.pop("contact")
    return {**values, **contact.columns}


def add_lead(tx: Tx, lead: Lead) -> bool:
    """Keep it, unless the visitor's message of this `cid` is kept already: then False."""
    statement = tx.insert(leads).on_conflict_do_nothing(index_elements=["site", "visitor", "cid"])
    return tx.execute(statement.returning(leads.c.id), _lead_values(lead)).first() is not None


def save_lead(tx: Tx, lead: Lead) -> None:
    tx.execute(update(leads).where(leads.c.id == lead.id).values(_lead_values(lead)))


def lead(tx: Tx, lead_id: str) -> Lead | None:
    row = tx.execute(select(leads).where(leads.c.id == lead_id)).first()
    return row and _lead(row)


def lead_by_cid(tx: Tx, site: str, visitor: str, cid: str) -> Lead | None:
    row = tx.execute(select(leads).where(leads.c.site == site, leads.c.visitor == visitor, leads.c.cid == cid)).first()
    return row and _lead(row)


def leads_of_visitor(tx: Tx, site: str, visitor: str) -> list[Lead]:
    """Oldest first."""
    query = select(leads).where(leads.c.site == site, leads.c.visitor == visitor)
    return [_lead(row) for row in tx.execute(query.order_by(leads.c.created_at, leads.c.id))]


def leads_since(tx: Tx, site: str, visitor: str, since: datetime) -> int:
    """How many leads the visitor began since then."""
    query = select(func.count()).select_from(leads).where(leads.c.site == site, leads.c.visitor == visitor)
    count: int = tx.execute(query.where(leads.c.created_at >= since)).scalar_one()
    return count


def leads_of(
    tx: Tx,
    site: str,
    teams: list[str] | None,
    state: str | None,
    before: tuple[datetime, str] | None,
    limit: int,
    period: tuple[datetime, datetime] | None = None,
) -> list[Lead]:
    """Newest first; of these teams (None: all), in this state (None: any), begun in `period`, after `before`."""
    query = select(leads).where(leads.c.site == site)
    if teams is not None:
        query = query.where(leads.c.team.in_(teams))
    if state is not None:
        query = query.where(leads.c.state == state)
    if period is not None:
        query = query.where(leads.c.created_at >= period[0], leads.c.created_at < period[1])
    if before:
        at, last = before
        query = query.where(or_(leads.c.created_at < at, and_(leads.c.created_at == at, leads.c.id < last)))
    query = query.order_by(leads.c.created_at.desc(), leads.c.id.desc()).limit(limit)
    return [_lead(row) for row in tx.execute(query)]


def add_ledger(tx: Tx, lead_id: str, entry: LedgerEntry) -> None:
    tx.execute(insert(lead_ledger), {"lead": lead_id, **msgspec.structs.asdict(entry)})


def ledger(tx: Tx, lead_ids: list[str]) -> dict[str, list[LedgerEntry]]:
    """What happened to each of these leads, oldest first."""
    found: dict[str, list[LedgerEntry]] = {lead_id: [] for lead_id in lead_ids}
    query = select(lead_ledger).where(lead_ledger.c.lead.in_(lead_ids)).order_by(lead_ledger.c.id)
    for row in tx.execute(query):
        found[row.lead].append(
            LedgerEntry(at=row.at, by=row.by, by_name=row.by_name, what=row.what, note=row.note, details=row.details)
        )
    return found


# ---- bookings ----------------------------------------------------------------------------------------------


def add_booking(tx: Tx, booking: Booking) -> None:
    tx.execute(insert(bookings), msgspec.structs.asdict(booking))


def bookings_made(tx: Tx, site: str, teams: list[str] | None, since: datetime, until: datetime) -> list[Booking]:
    """Those made in [since, until), latest first, 500 at the most."""
    made = (bookings.c.created_at >= since, bookings.c.created_at < until)
    query = select(bookings).where(bookings.c.site == site, *made)
    if teams is not None:
        query = query.where(bookings.c.team.in_(teams))
    rows = tx.execute(query.order_by(bookings.c.created_at.desc(), bookings.c.id.desc()).limit(500))
    return [_booking(row) for row in rows]


def bookings_of_visitor(tx: Tx, site: str, visitor: str) -> list[Booking]:
    """Earliest start first."""
    query = select(bookings).where(bookings.c.site == site, bookings.c.visitor == visitor)
    return [_booking(row) for row in tx.execute(query.order_by(bookings.c.starts_at, bookings.c.id))]


def _booking(row: Any) -> Booking:
    return Booking(
        id=row.id,
        site=row.site,
        kind=row.kind,
        team=row.team,
        starts_at=row.starts_at,
        created_at=row.created_at,
        plan_version=row.plan_version,
        agent_id=row.agent_id,
        visitor=row.visitor,
        conversation=row.conversation,
        cancelled_at=row.cancelled_at,
    )


def booking(tx: Tx, booking_id: str) -> Booking | None:
    row = tx.execute(select(bookings).where(bookings.c.id == booking_id)).first()
    return row and _booking(row)


def save_booking(tx: Tx, booking: Booking) -> None:
    tx.execute(update(bookings).where(bookings.c.id == booking.id).values(msgspec.structs.asdict(booking)))


# ---- a visitor is erased -----------------------------------------------------------------------------------


def forget_visitor(tx: Tx, site: str, visitor: str, customer: str) -> None:
    """Amounts stay for the books; who it was does not, nor on orders told before we knew their browser."""
    whose = orders.c.visitor == visitor
    if customer:
        whose = or_(whose, and_(orders.c.customer == customer, orders.c.visitor.is_(None)))
    nobody = {"visitor": None, "visit": None, "customer": None}
    tx.execute(update(orders).where(orders.c.site == site, whose).values(nobody))
    mine = select(leads.c.id).where(leads.c.site == site, leads.c.visitor == visitor)
    tx.execute(leads.delete().where(leads.c.id.in_(mine)))
    tx.execute(
        update(bookings)
        .where(bookings.c.site == site, bookings.c.visitor == visitor)
        .values({"visitor": None, "conversation": None})
    )


def forget_conversations(tx: Tx, site: str, conversations: list[str]) -> None:
    for table in (leads, bookings):
        mine = (table.c.site == site, table.c.conversation.in_(conversations))
        tx.execute(update(table).where(*mine).values({"conversation": None}))


def forget_refusals(tx: Tx, site: str, ids: list[str]) -> None:
    """Orders of these ids that could not be taken are not told of any more."""
    for start in range(0, len(ids), 500):
        some = order_refusals.c.order_id.in_(ids[start : start + 500])
        tx.execute(delete(order_refusals).where(order_refusals.c.site == site, some))


def forget_before(tx: Tx, site: str, before: datetime) -> None:
    """Orders from before lose who made them; bookings and refusals from before go."""
    nobody = {"visitor": None, "visit": None, "customer": None}
    named = or_(orders.c.visitor.is_not(None), orders.c.visit.is_not(None), orders.c.customer.is_not(None))
    tx.execute(update(orders).where(orders.c.site == site, orders.c.at < before, named).values(nobody))
    tx.execute(delete(bookings).where(bookings.c.site == site, bookings.c.starts_at < before))
    tx.execute(delete(order_refusals).where(order_refusals.c.site == site, order_refusals.c.at < before))


def leads_before(tx: Tx, site: str, before: datetime, after: str, limit: int) -> list[str]:
    """Ids of leads that nothing happened to since `before`, in order, after the id `after`."""
    query = select(leads.c.id).where(leads.c.site == site, leads.c.changed_at < before, leads.c.id > after)
    return list(tx.execute(query.order_by(leads.c.id).limit(limit)).scalars())


def delete_leads(tx: Tx, ids: list[str]) -> None:
    tx.execute(delete(leads).where(leads.c.id.in_(ids)))


def visitors_alive(tx: Tx, site: str, visitors: list[str], before: datetime) -> list[str]:
    found = []
    for table, sign in ((orders, orders.c.at), (leads, leads.c.changed_at), (bookings, bookings.c.starts_at)):
        query = select(table.c.visitor).where(table.c.site == site, table.c.visitor.in_(visitors), sign >= before)
        found += list(tx.execute(query).scalars())
    return found
