"""HTTP of outcomes: orders from the site's own server, leads, bookings."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from litestar import Response, get, patch, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody, QueryParameter

from overture.accounts.dependencies import Cursor, Limit, TheActor, TheStore
from overture.accounts.permissions import (
    ADD_LEADS,
    CHANGE_LEADS,
    READ_BOOKINGS,
    READ_LEADS,
    READ_ORDERS,
    WRITE_BOOKINGS,
    WRITE_ORDERS,
    needs,
)
from overture.kit.pagination import Page
from overture.kit.text import Id, Line, Passage
from overture.outcomes import lead_intake, service
from overture.outcomes.lead_intake import LeadDraft
from overture.outcomes.model import Booking, LeadState, LedgerEntry, Order, OrderReport, Refusal
from overture.outcomes.service import LeadView

From = Annotated[str | None, QueryParameter(name="from", description="a day of the site, or an instant; 30 days ago")]
To = Annotated[str | None, QueryParameter(name="to", description="a day of the site (all of it), or an instant; today")]


InState = Annotated[
    str | None, QueryParameter(name="state", description="which of them")
]  # `state` is Litestar's own name


class OrderBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An order as the site's own server tells it. `id` is the shop's; told again it is taken once.

    A `value` that is a text is read where it can mean one amount only (`"1 234,50"`), else refused.
    Who made it: `visitor` (our id, `v_…`) or `customer` (the id the site vouched for). `at`: now if left out.
    """

    id: Id
    value: float | Id
    currency: Id
    visitor: Id = ""
    customer: Id = ""
    at: datetime | None = None


class OrderAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """An order as it is kept. `conversation` takes it *with chat*: same visitor, within 7 days after both wrote."""

    id: str
    value: float
    currency: str
    at: datetime
    source: str
    visitor: str | None
    visit: str | None
    conversation: str | None
    with_chat: bool
    plan_version: int


class LeadAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A lead with its ledger, oldest entry first."""

    id: str
    state: LeadState
    source: str
    team: str
    agent_id: str
    agent_name: str
    name: str
    email: str
    phone: str
    message: str
    language: str
    visitor: str | None
    visit: str | None
    conversation: str | None
    plan_version: int
    created_at: datetime
    changed_at: datetime
    ledger: list[LedgerEntry]


class LeadBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who it is, how to reach them, what they want. `fields` are the form's own, kept in the lead's ledger."""

    name: Line = ""
    email: Line = ""
    phone: Line = ""
    message: Passage = ""
    source: Literal["api", "form"] = "api"
    team: Id = ""
    fields: dict[Id, Passage] = {}


class LeadChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A new state, a note for the ledger, or both."""

    state: LeadState | None = None
    note: Passage = ""


class BookingBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An agreed meeting. `kind` is one that the plan lists for the team (`booking:test_ride`: `test_ride`)."""

    kind: Id
    team: Id
    starts_at: datetime
    conversation: Id | None = None


def order_answer(order: Order) -> OrderAnswer:
    """The order for the wire."""
    return OrderAnswer(
        id=order.id,
        value=order.value.value,
        currency=order.value.currency,
        at=order.at,
        source=order.source,
        visitor=order.visitor,
        visit=order.visit,
        conversation=order.conversation,
        with_chat=order.conversation is not None,
        plan_version=order.plan_version,
    )


def lead_answer(view: LeadView) -> LeadAnswer:
    """The lead for the wire."""
    lead, contact = view.lead, view.lead.contact
    return LeadAnswer(
        id=lead.id,
        state=lead.state,
        source=lead.source,
        team=lead.team,
        agent_id=lead.agent_id,
        agent_name=view.agent_name,
        name=contact.name,
        email=contact.email,
        phone=contact.phone,
        message=lead.message,
        language=lead.language,
        visitor=lead.visitor,
        visit=lead.visit,
        conversation=lead.conversation,
        plan_version=lead.plan_version,
        created_at=lead.created_at,
        changed_at=lead.changed_at,
        ledger=view.ledger,
    )


@post(
    "/api/v1/sites/{site:str}/orders",
    summary="Tell of an order",
    opt=needs(WRITE_ORDERS),
    responses={200: ResponseSpec(OrderAnswer, description="Known already, and told the same", generate_examples=False)},
)
async def add_order(
    store: TheStore, actor: TheActor, site: FromPath[str], data: JSONBody[OrderBody]
) -> Response[OrderAnswer]:
    """201 the first time; 200 when the same is told again; 409 `order_conflict` when it is told differently."""
    recorded = await store.run(service.record_order, actor, site, OrderReport(**msgspec.structs.asdict(data)))
    return Response(order_answer(recorded.order), status_code=201 if recorded.new else 200)


@get("/api/v1/sites/{site:str}/orders", summary="Orders, newest first", opt=needs(READ_ORDERS))
async def list_orders(
    store: TheStore,
    actor: TheActor,
    site: FromPath[str],
    since: From = None,
    until: To = None,
    cursor: Cursor = None,
    limit: Limit = None,
) -> Page[OrderAnswer]:
    page = await store.read(service.orders, actor, site, since, until, cursor, limit)
    return Page([order_answer(order) for order in page.items], page.next)


@get(
    "/api/v1/sites/{site:str}/orders/refused",
    summary="Orders of the page that could not be taken",
    opt=needs(READ_ORDERS),
)
async def list_refusals(store: TheStore, actor: TheActor, site: FromPath[str]) -> Page[Refusal]:
    return Page(await store.read(service.refusals, actor, site))


@get("/api/v1/sites/{site:str}/leads", summary="Leads of own teams, newest first", opt=needs(READ_LEADS))
async def list_leads(
    store: TheStore,
    actor: TheActor,
    site: FromPath[str],
    in_state: InState = None,
    cursor: Cursor = None,
    limit: Limit = None,
) -> Page[LeadAnswer]:
    page = await store.read(service.leads, actor, site, in_state, cursor, limit)
    return Page([lead_answer(view) for view in page.items], page.next)


@post("/api/v1/sites/{site:str}/leads", summary="Begin a lead that came from elsewhere", opt=needs(ADD_LEADS))
async def add_lead(store: TheStore, actor: TheActor, site: FromPath[str], data: JSONBody[LeadBody]) -> LeadAnswer:
    """With an e-mail address or a phone number, for the plan's first team if none is named."""
    draft = LeadDraft(**msgspec.structs.asdict(data))
    return lead_answer(await store.run(lead_intake.add_lead, actor, site, draft))


@patch("/api/v1/leads/{lead_id:str}", summary="Move a lead on, or note something", opt=needs(CHANGE_LEADS))
async def change_lead(
    store: TheStore, actor: TheActor, lead_id: FromPath[str], data: JSONBody[LeadChange]
) -> LeadAnswer:
    return lead_answer(await store.run(service.change_lead, actor, lead_id, data.state, data.note))


@post("/api/v1/sites/{site:str}/bookings", summary="Keep an agreed meeting", opt=needs(WRITE_BOOKINGS))
async def add_booking(store: TheStore, actor: TheActor, site: FromPath[str], data: JSONBody[BookingBody]) -> Booking:
    return await store.run(service.book, actor, site, data.kind, data.team, data.starts_at, data.conversation)


@get(
    "/api/v1/sites/{site:str}/bookings",
    summary="Bookings of own teams that were made in a period",
    opt=needs(READ_BOOKINGS),
)
async def list_bookings(
    store: TheStore, actor: TheActor, site: FromPath[str], since: From = None, until: To = None
) -> Page[Booking]:
    return Page(await store.read(service.bookings, actor, site, since, until))


ROUTES = [
    add_order,
    list_orders,
    list_refusals,
    list_leads,
    add_lead,
    change_lead,
    add_booking,
    list_bookings,
]
