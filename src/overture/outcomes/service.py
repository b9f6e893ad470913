"""Use cases of outcomes: orders told once, leads with their ledger, bookings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from overture.accounts import service as accounts
from overture.accounts.access import held, require, teams_of, within
from overture.accounts.model import Actor
from overture.accounts.permissions import (
    CHANGE_LEADS,
    READ_BOOKINGS,
    READ_LEADS,
    READ_ORDERS,
    WRITE_BOOKINGS,
    WRITE_ORDERS,
)
from overture.conversations import service as conversations
from overture.conversations import views as conversation_views
from overture.conversations.events import ConversationsErased
from overture.direction import service as direction
from overture.direction.model import Plan
from overture.kit.clock import from_ms, to_ms
from overture.kit.ids import new_id
from overture.kit.money import Money, money, read_currency
from overture.kit.pagination import MAX_LIMIT, Page, decode_cursor, encode_cursor, page_limit
from overture.outcomes import store
from overture.outcomes.attribution import WINDOW, Talk, with_chat
from overture.outcomes.contact import Contact
from overture.outcomes.errors import BadBooking, BadLead, BadOrder, NoSuchLead, OrderConflict
from overture.outcomes.events import (
    BookingCancelled,
    BookingMade,
    BookingMoved,
    LeadChanged,
    LeadCreated,
    OrderPlaced,
    OrderRefused,
)
from overture.outcomes.model import (
    LEAD_STATES,
    Booking,
    Lead,
    LeadSource,
    LeadState,
    LedgerEntry,
    Order,
    OrderReport,
    OrderSource,
    Refusal,
)
from overture.outcomes.period import Period, period
from overture.store import Tx
from overture.visits import service as visits
from overture.visits import views as visit_views
from overture.visits.events import OrderReported, RetentionDue, VisitorErased, VisitorIdentified
from overture.visits.intake import Problem
from overture.visits.problems import keep_problems, noted

SKEW = timedelta(minutes=5)  # a shop's clock may run ahead of ours by so much
IDENTIFIED_LATER = timedelta(days=30)  # an order made before the customer's browser is known waits so long for it
EARLIEST = datetime.fromisoformat("2000-01-01T00:00:00+00:00")
LONGEST_NOTE = 2_000
LONGEST_ID = 128
AT_ONCE = 500

# ---- orders ------------------------------------------------------------------------------------------------


class Recorded(msgspec.Struct, frozen=True):
    """An order, and whether this report of it was the first."""

    order: Order
    new: bool


def record_order(tx: Tx, actor: Actor, site: str, report: OrderReport) -> Recorded:
    """Take an order from the site's own server. The same report again changes nothing.

    BadOrder names the field; OrderConflict if the id is known with other content.
    """
    require(actor, WRITE_ORDERS, site)
    return _record(tx, site, report, "api")


def on_order_reported(tx: Tx, event: OrderReported) -> None:
    """An order that the snippet told, in the look's own transaction.

    One that can't be taken is kept as a refusal for the site's developer: it must not cost the visit its look.
    """
    report = OrderReport(
        id=event.order,
        value=event.value,
        currency=event.currency,
        visitor=event.visitor,
        visit=event.visit,
        at=min(event.at, tx.now),
    )
    try:
        _record(tx, event.site, report, "snippet")
    except (BadOrder, OrderConflict) as error:
        order = event.order[:LONGEST_ID]
        store.add_refusal(tx, Refusal(site=event.site, order=order, code=error.code, message=error.message, at=tx.now))
        tx.emit(OrderRefused(site=event.site, order=order, code=error.code))
        field = str(error.details.get("field", "id"))
        if isinstance(error, OrderConflict):
            why = f"its id is known with another {field}: nothing was changed. Give each order its own id"
        else:
            why = "it can't be kept: see the list of refused orders"
        problem = Problem("order", field, f"overture('order', …): {why}")
        keep_problems(tx, [(event.site, noted(problem, tx.now))])


def on_visitor_identified(tx: Tx, event: VisitorIdentified) -> None:
    """The site's server told of orders before it vouched for this browser: those of late are this visitor's."""
    for known in store.orders_of_nobody(tx, event.site, event.customer, tx.now - IDENTIFIED_LATER, AT_ONCE):
        report = OrderReport(
            id=known.id, value=known.value.value, currency=known.value.currency, customer=event.customer
        )
        _complete(tx, known, event.visitor, report)


def orders(
    tx: Tx, actor: Actor, site: str, since: str | None, until: str | None, cursor: str | None, limit: int | None
) -> Page[Order]:
    """Orders made in a period (see `outcomes.period`), newest first; for managers and tokens that read."""
    require(actor, READ_ORDERS, site)
    asked = period_of(tx, site, since, until)
    size = page_limit(limit)
    found = store.orders_between(tx, site, asked.since, asked.until, _after(cursor), size + 1)
    return Page(found[:size], encode_cursor(to_ms(found[size - 1].at), found[size - 1].id) if found[size:] else None)


def refusals(tx: Tx, actor: Actor, site: str) -> list[Refusal]:
    """Orders that the page reported and that could not be taken, latest first."""
    require(actor, READ_ORDERS, site)
    return store.refusals(tx, site, 100)


def _record(tx: Tx, site: str, report: OrderReport, source: OrderSource) -> Recorded:
    value = _value(report)
    at = _instant(report, tx.now)
    visitor = report.visitor or visit_views.visitor_of_customer(tx, site, report.customer)
    known = store.order(tx, site, report.id)
    if known is None:
        plan = direction.current(tx, site)
        new = Order(
            site=site,
            id=report.id,
            value=value,
            at=at,
            recorded_at=tx.now,
            source=source,
            plan_version=plan.version if plan else 0,
            **_whose(tx, site, visitor, report, at),
        )
        if store.add_order(tx, new):
            _tell(tx, new)
            if new.visitor:  # after the conversation, which others lock before the visitor
                visits.count_order(tx, new.visitor)
            return Recorded(new, new=True)
        known = store.order(tx, site, report.id)  # another process was first by a moment
        assert known is not None
    return Recorded(_again(tx, known, value, visitor, report), new=False)


def _whose(tx: Tx, site: str, visitor: str | None, report: OrderReport, at: datetime) -> dict[str, Any]:
    """Visitor, visit, customer, and the conversation that takes the order."""
    if not visitor:
        return {"customer": report.customer or None}
    person = visit_views.person(tx, site, visitor)
    if person is None:
        raise BadOrder("The site knows no such visitor: leave `visitor` out, or send `customer`", field="visitor")
    talks = [Talk(*talk) for talk in conversation_views.talks(tx, site, visitor, at - WINDOW, at)]
    return {
        "visitor": visitor,
        "visit": report.visit or visit_views.visit_at(tx, visitor, at),
        "customer": report.customer or None,
        "conversation": with_chat(at, talks),
        "simulated": person.simulated,
    }


def _again(tx: Tx, known: Order, value: Money, visitor: str | None, report: OrderReport) -> Order:
    """A report of an order that is known: the same, more of it (who made it), or a contradiction."""
    other = [
        name
        for name, before, now in (
            ("value", known.value, value),
            ("visitor", known.visitor, report.visitor),
            ("customer", known.customer, report.customer),
        )
        if before and now and before != now
    ]
    if known.value != value:
        other = ["value"]
    if other:
        raise OrderConflict(
            f"Order {known.id} is known with another {other[0]}: nothing was changed. Give each order its own id",
            order=known.id,
            field=other[0],
            known={"value": known.value.value, "currency": known.value.currency},
        )
    if known.visitor or not visitor:
        return known
    return _complete(tx, known, visitor, report)


def _complete(tx: Tx, known: Order, visitor: str, report: OrderReport) -> Order:
    """Now it is known who made the order: it is attributed and told of as if it had been known at once."""
    told = msgspec.structs.replace(known, **_whose(tx, known.site, visitor, report, known.at))
    told = msgspec.structs.replace(told, customer=told.customer or known.customer)
    store.complete_order(tx, told)
    _tell(tx, told)
    visits.count_order(tx, visitor)
    return told


def _tell(tx: Tx, order: Order) -> None:
    tx.emit(
        OrderPlaced(
            site=order.site,
            order=order.id,
            minor=order.value.minor,
            currency=order.value.currency,
            visitor=order.visitor,
            visit=order.visit,
            conversation=order.conversation,
        )
    )
    _show(tx, order)


def _show(tx: Tx, order: Order) -> None:
    """In the visitor's open conversation, and in the one that takes the order, which may be over."""
    if order.visitor is None:
        return
    value, currency = order.value.value, order.value.currency
    params, text = {"id": order.id, "value": value, "currency": currency}, f"Order {order.id}: {value} {currency}"
    now = conversations.chat_now(tx, order.visitor)
    shown_in = [order.conversation, now.conversation if now else None]
    for conversation in dict.fromkeys(each for each in shown_in if each):
        conversations.add_notice(tx, conversation, "order", params, text)


def _value(report: OrderReport) -> Money:
    if not 1 <= len(report.id) <= LONGEST_ID or not report.id.isprintable():
        raise BadOrder(f"An order needs the shop's own id of 1 to {LONGEST_ID} printable characters", field="id")
    try:
        currency = read_currency(report.currency)
    except ValueError as error:
        raise BadOrder(f"This order can't be kept: {error}", field="currency") from None
    try:
        value = money(report.value, currency)
    except ValueError as error:
        raise BadOrder(f"This order can't be kept: {error}", field="value") from None
    if value.minor < 0:
        raise BadOrder("An order's value is not negative; refunds are not orders", field="value")
    if value.minor == 0 and report.value:
        raise BadOrder(
            f"{report.value} {report.currency} is less than the currency's smallest unit: send the order's whole value",
            field="value",
        )
    return value


def _instant(report: OrderReport, now: datetime) -> datetime:
    at = report.at or now
    if at.tzinfo is None:
        raise BadOrder("An order's time needs its zone: end it with Z or +02:00", field="at")
    if not EARLIEST <= at <= now + SKEW:
        raise BadOrder("An order was made in the past: leave `at` out, or send when it was made", field="at")
    return from_ms(to_ms(min(at, now)))


def _after(cursor: str | None) -> tuple[datetime, str] | None:
    if not cursor:
        return None
    at, last = decode_cursor(cursor, tuple[int, str])
    return from_ms(int(at)), str(last)


def period_of(tx: Tx, site: str, since: str | None, until: str | None) -> Period:
    """The period asked for, in the time zone of the site's plan (UTC without one)."""
    return period(since, until, tx.now, zone_of(tx, site))


def zone_of(tx: Tx, site: str) -> ZoneInfo:
    """The site's time zone."""
    plan = direction.current(tx, site)
    return ZoneInfo(plan.plan.timezone if plan else "UTC")


# ---- leads -------------------------------------------------------------------------------------------------


class LeadView(msgspec.Struct, frozen=True):
    """A lead and its ledger."""

    lead: Lead
    ledger: list[LedgerEntry]
    agent_name: str


def create_lead(tx: Tx, actor: Actor, lead: Lead) -> tuple[Lead, bool]:
    """Begin a lead; the visitor's same message (`cid`) again gives the lead that stands, and False."""
    if not store.add_lead(tx, lead):
        assert lead.visitor is not None
        assert lead.cid is not None
        known = store.lead_by_cid(tx, lead.site, lead.visitor, lead.cid)
        assert known is not None
        return known, False
    details = {"source": lead.source, "team": lead.team}
    add_to_ledger(tx, actor, lead.id, "created", note=lead.message, **details)
    tx.emit(LeadCreated(site=lead.site, lead=lead.id, team=lead.team, source=lead.source))
    return lead, True


def new_lead(
    tx: Tx, site: str, team: str, source: LeadSource, contact: Contact, plan_version: int, **more: Any
) -> Lead:
    """A lead as it begins; `more` are fields of `Lead`."""
    return Lead(
        id=new_id("l"),
        site=site,
        state="new",
        source=source,
        team=team,
        contact=contact,
        created_at=tx.now,
        changed_at=tx.now,
        plan_version=plan_version,
        **more,
    )


def lead_by_cid(tx: Tx, site: str, visitor: str, cid: str) -> Lead | None:
    """The lead that a visitor's message of this `cid` began, if it did."""
    return store.lead_by_cid(tx, site, visitor, cid)


def leads_since(tx: Tx, site: str, visitor: str, since: datetime) -> int:
    """How many leads this visitor began since then."""
    return store.leads_since(tx, site, visitor, since)


def leads(tx: Tx, actor: Actor, site: str, state: str | None, cursor: str | None, limit: int | None) -> Page[LeadView]:
    """Leads of the actor's teams, newest first. BadLead for a state that there is not; none or "": any."""
    state = state or None
    if state is not None and state not in LEAD_STATES:
        raise BadLead(f"A lead's state is one of {', '.join(LEAD_STATES)}", field="state")
    size = page_limit(limit)
    found = store.leads_of(tx, site, teams_of(actor, READ_LEADS, site), state, _after(cursor), size + 1)
    more, found = found[size:], found[:size]
    return Page(_views(tx, found), encode_cursor(to_ms(found[-1].created_at), found[-1].id) if more else None)


def change_lead(tx: Tx, actor: Actor, lead_id: str, state: LeadState | None, note: str) -> LeadView:
    """Move a lead on, or note something in its ledger. NoSuchLead on other teams' leads."""
    lead = the_lead(tx, actor, lead_id)
    note = note.strip()
    if len(note) > LONGEST_NOTE:
        raise BadLead(f"A note has at most {LONGEST_NOTE} characters", field="note")
    if state is not None and state not in LEAD_STATES:
        raise BadLead(f"A lead's state is one of {', '.join(LEAD_STATES)}", field="state")
    if state is not None and state != lead.state:
        add_to_ledger(tx, actor, lead_id, "state", note=note, before=lead.state, after=state)
        lead = _save(tx, msgspec.structs.replace(lead, state=state, agent_id=lead.agent_id or _person(actor)))
    elif note:
        add_to_ledger(tx, actor, lead_id, "note", note=note)
        lead = _save(tx, lead)
    return _views(tx, [lead])[0]


def leads_begun(tx: Tx, actor: Actor, site: str, asked: Period) -> Iterator[LeadView]:
    """Every lead of the actor's teams that began in a period, newest first."""
    teams, after = teams_of(actor, READ_LEADS, site), None
    while found := store.leads_of(tx, site, teams, None, after, MAX_LIMIT, (asked.since, asked.until)):
        yield from _views(tx, found)
        after = found[-1].created_at, found[-1].id


def orders_made(tx: Tx, actor: Actor, site: str, asked: Period) -> Iterator[Order]:
    """Every order made in a period, newest first; for managers and tokens that read."""
    require(actor, READ_ORDERS, site)
    after = None
    while found := store.orders_between(tx, site, asked.since, asked.until, after, MAX_LIMIT):
        yield from found
        after = found[-1].at, found[-1].id


def _views(tx: Tx, found: list[Lead]) -> list[LeadView]:
    ledgers = store.ledger(tx, [lead.id for lead in found])
    names = {user.id: user.name for site in {lead.site for lead in found} for user in accounts.members(tx, site)}
    return [LeadView(lead, ledgers[lead.id], names.get(lead.agent_id, "")) for lead in found]


def lead_view(tx: Tx, lead: Lead) -> LeadView:
    """A lead with its ledger."""
    return _views(tx, [lead])[0]


def hand_lead_to(tx: Tx, actor: Actor, lead_id: str, team: str, agent_id: str, note: str) -> None:
    """The lead goes where its promise went; asked by follow-ups, which have checked who may."""
    lead = store.lead(tx, lead_id)
    if lead is not None:
        add_to_ledger(tx, actor, lead_id, "handed_on", note=note, team=team, agent=agent_id)
        _save(tx, msgspec.structs.replace(lead, team=team, agent_id=agent_id))


def contacted(tx: Tx, actor: Actor, lead_id: str, note: str) -> None:
    """What was promised to the lead has been done: a new lead is now a contacted one."""
    lead = store.lead(tx, lead_id)
    if lead is None:
        return
    if lead.state == "new":
        add_to_ledger(tx, actor, lead_id, "state", note=note, before="new", after="contacted")
        lead = msgspec.structs.replace(lead, state="contacted", agent_id=lead.agent_id or _person(actor))
    else:
        add_to_ledger(tx, actor, lead_id, "promise_kept", note=note)
    _save(tx, lead)


def the_lead(tx: Tx, actor: Actor, lead_id: str) -> Lead:
    """The lead to change, if it is on the actor's teams; else NoSuchLead."""
    held(actor, CHANGE_LEADS)
    lead = store.lead(tx, lead_id)
    if lead is None or not within(actor, CHANGE_LEADS, lead.site, lead.team):
        raise NoSuchLead("There is no such lead on your teams", lead=lead_id)
    return lead


def add_to_ledger(tx: Tx, actor: Actor, lead_id: str, what: str, note: str = "", **details: Any) -> None:
    """Write down what happened to a lead, and by whom."""
    entry = LedgerEntry(at=tx.now, by=actor.id, by_name=actor.name, what=what, note=note, details=details)
    store.add_ledger(tx, lead_id, entry)


def _save(tx: Tx, lead: Lead) -> Lead:
    lead = msgspec.structs.replace(lead, changed_at=tx.now)
    store.save_lead(tx, lead)
    tx.emit(LeadChanged(site=lead.site, lead=lead.id, team=lead.team, state=lead.state))
    return lead


def _person(actor: Actor) -> str:
    return actor.id if actor.kind == "user" else ""


# ---- bookings ----------------------------------------------------------------------------------------------


def book(
    tx: Tx, actor: Actor, site: str, kind: str, team: str, starts_at: datetime, conversation: str | None = None
) -> Booking:
    """Keep an agreed meeting. `kind` is one of the team's `booking:` outcomes in the plan."""
    require(actor, WRITE_BOOKINGS, site, team)
    plan = direction.current(tx, site)
    kinds = booking_kinds(plan.plan, team) if plan else []
    if kind not in kinds:
        wanted = ", ".join(kinds) or "none: add booking:NAME to its outcomes in the plan"
        raise BadBooking(f"{team} takes no bookings of {kind!r}; it takes {wanted}", field="kind", kinds=kinds)
    if not tx.now <= starts_at <= tx.now + timedelta(days=730):
        raise BadBooking("A booking starts in the future, within two years", field="starts_at")
    talk = conversations.the_conversation(tx, actor, conversation) if conversation else None
    if talk and talk.site != site:
        raise BadBooking("This conversation is of another site", field="conversation")
    booking = Booking(
        id=new_id("b"),
        site=site,
        kind=kind,
        team=team,
        starts_at=from_ms(to_ms(starts_at)),
        created_at=tx.now,
        plan_version=plan.version if plan else 0,
        agent_id=_person(actor),
        visitor=talk.visitor if talk else None,
        conversation=conversation,
    )
    store.add_booking(tx, booking)
    tx.emit(BookingMade(**_names(booking)))
    return booking


def move_booking(tx: Tx, booking_id: str, starts_at: datetime) -> None:
    """Another time, asked by follow-ups, which have checked it and who may. One that is gone is passed over."""
    booking = store.booking(tx, booking_id)
    if booking is not None and booking.cancelled_at is None:
        moved = msgspec.structs.replace(booking, starts_at=from_ms(to_ms(starts_at)))
        store.save_booking(tx, moved)
        tx.emit(BookingMoved(**_names(moved)))


def cancel_booking(tx: Tx, booking_id: str) -> None:
    """The meeting is off, asked by follow-ups, which have checked who may. Again it changes nothing."""
    booking = store.booking(tx, booking_id)
    if booking is not None and booking.cancelled_at is None:
        store.save_booking(tx, msgspec.structs.replace(booking, cancelled_at=tx.now))
        tx.emit(BookingCancelled(**_names(booking)))


def _names(booking: Booking) -> dict[str, Any]:
    return {
        "booking": booking.id,
        "site": booking.site,
        "kind": booking.kind,
        "team": booking.team,
        "starts_at": booking.starts_at,
        "conversation": booking.conversation,
    }


def bookings(tx: Tx, actor: Actor, site: str, since: str | None, until: str | None) -> list[Booking]:
    """Bookings of the actor's teams that were made in a period, latest first."""
    asked = period_of(tx, site, since, until)
    return store.bookings_made(tx, site, teams_of(actor, READ_BOOKINGS, site), asked.since, asked.until)


def booking_kinds(plan: Plan, team: str) -> list[str]:
    """What may be booked with a team: its outcomes that begin with `booking:`."""
    for each in plan.teams:
        if each.name == team:
            return [kind.partition(":")[2] for kind in each.outcomes if kind.startswith("booking:")]
    return []


# ---- erasure -----------------------------------------------------------------------------------------------


def held_of(tx: Tx, site: str, visitor: str) -> dict[str, Any]:
    """Orders, leads with their ledgers and bookings of a visitor, for whoever asks what is held of them."""
    leads_held = store.leads_of_visitor(tx, site, visitor)
    return {
        "orders": store.orders_of_visitor(tx, site, visitor, 1_000_000),
        "leads": _views(tx, leads_held),
        "bookings": store.bookings_of_visitor(tx, site, visitor),
    }


def on_visitor_erased(tx: Tx, event: VisitorErased) -> None:
    """Leads go with the visitor; orders stay for the books, without who made them."""
    store.forget_visitor(tx, event.site, event.visitor, event.customer)
    store.forget_refusals(tx, event.site, [order[:LONGEST_ID] for order in event.orders])


def on_conversations_erased(tx: Tx, event: ConversationsErased) -> None:
    """An order that counts *with chat* goes on counting by the id; leads and bookings let go of it."""
    store.forget_conversations(tx, event.site, event.conversations)


def on_retention_due(tx: Tx, event: RetentionDue) -> None:
    """Older orders lose who made them; older bookings and refusals go. Leads go by `forget_leads`."""
    store.forget_before(tx, event.site, event.before)


def forget_leads(tx: Tx, site: str, before: datetime, owed: list[str]) -> None:
    """Leads that nothing happened to since `before` go, but for those who are still owed something."""
    kept, after = set(owed), ""
    while old := store.leads_before(tx, site, before, after, AT_ONCE):
        after = old[-1]
        store.delete_leads(tx, [lead for lead in old if lead not in kept])


def visitors_alive(tx: Tx, site: str, visitors: list[str], before: datetime) -> list[str]:
    """Those of these visitors with an order, a lead or a booking since then."""
    return store.visitors_alive(tx, site, visitors, before)
