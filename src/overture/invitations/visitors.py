"""Visitors as the console shows them: who is here now, and one of them with their history."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec

from overture.accounts.access import held, own_teams, require, require_place, teams_of
from overture.accounts.model import Actor
from overture.accounts.permissions import LIST_VISITORS, READ_CONVERSATIONS, READ_VISITORS, Permission, Reach
from overture.conversations import service as conversations
from overture.conversations import views as conversation_views
from overture.direction import service as direction
from overture.direction.compiled import CompiledPlan
from overture.direction.live import stage_of
from overture.invitations import store
from overture.invitations.model import Made
from overture.kit.clock import to_ms
from overture.kit.errors import NotFound
from overture.store import Tx
from overture.visits import service as visits
from overture.visits import store as visit_rows
from overture.visits.errors import NoSuchVisitor
from overture.visits.facts import OrderEvent, PageEvent, VisitState, parse_address
from overture.visits.live import fold_looks
from overture.visits.model import CartNow, OrderSeen, PageNow, PageSeen, StoredLook, Visit, Visitor
from overture.visits.reach import has_talked

# A reading tab looks every 20 s (90 s under load) and every minute of that is stored.
PRESENT = timedelta(seconds=150)
JUST_LEFT = timedelta(seconds=15)  # from one page to the next takes seconds
MAX_LISTED = 500
PAGES_SHOWN = 100
VISITS_SHOWN = 20


class InvitationNow(msgspec.Struct, frozen=True):
    """The visit's latest decision; `state` is "" for who was held out."""

    trigger: str
    arm: str
    state: str


class LiveVisitor(msgspec.Struct, frozen=True, kw_only=True):
    """A visitor in a visit. `currency` is the site's, which the cart's value is in."""

    visit: str
    visitor: str
    name: str
    page: PageNow
    pages: list[PageSeen]
    source: str
    medium: str
    campaign: str
    started_at: datetime
    last_at: datetime
    cart: CartNow
    currency: str
    stage: str
    visits: int
    chats: int
    orders: int
    language: str
    device: str
    country: str
    identified: bool
    conversation: str | None
    invitation: InvitationNow | None
    simulated: bool
    blocked: bool


class LiveList(msgspec.Struct, frozen=True):
    """Who is here now; `total` counts also those that the limit leaves out.

    With `of_talks` it is only who is in a conversation of one's teams: that is all one sees of the site.
    """

    items: list[LiveVisitor]
    total: int
    of_talks: bool = False


class EarlierVisit(msgspec.Struct, frozen=True, kw_only=True):
    """A visit of the past."""

    visit: str
    started_at: datetime
    ended_at: datetime | None
    pages: list[PageSeen]
    source: str
    medium: str
    campaign: str
    stage: str
    invitation: InvitationNow | None


class EarlierTalk(msgspec.Struct, frozen=True):
    """A conversation of the visitor."""

    conversation: str
    opened_at: datetime
    team: str
    state: str
    result: str


class VisitorDetail(LiveVisitor, frozen=True, kw_only=True):
    """A visitor with everything an agent may want to know; the visit is the present or the latest one.

    `claimed` is what the page said without proof; `contact` is where they can be reached (`email`, `phone`), as they,
    the site or the page said; `called` the name an agent gave them.
    """

    present: bool
    customer: str | None
    traits: dict[str, Any]
    claimed: dict[str, Any]
    contact: dict[str, str]
    called: str
    first_seen_at: datetime
    earlier: list[EarlierVisit]
    conversations: list[EarlierTalk]
    reported_orders: list[OrderSeen]


def live_visitors(tx: Tx, actor: Actor, site: str, limit: int = 100) -> LiveList:
    """Who is on the site now, the latest to come first; a partner's agent sees who is in their conversations."""
    require_place(actor, site)
    reach = held(actor, LIST_VISITORS)
    limit = max(1, min(limit, MAX_LISTED))
    among = None
    if reach < Reach.SITE:
        among = conversation_views.visitors_in_talks(tx, site, own_teams(actor, site))
    found, total = visit_rows.present(tx, site, tx.now - PRESENT, tx.now - JUST_LEFT, limit, among)
    ids = [visit.id for visit in found]
    looks = visit_rows.looks_of_many(tx, ids)
    made = store.of_visits(tx, ids)
    people = visit_rows.visitors_of(tx, [visit.visitor for visit in found])
    plan = direction.current(tx, site)
    items = [
        LiveVisitor(**_facts(tx, visit, people[visit.visitor], looks[visit.id], made[visit.id], plan))
        for visit in found
    ]
    return LiveList(items, total, among is not None)


def visitor_detail(tx: Tx, actor: Actor, site: str, visitor: str) -> VisitorDetail:
    """One visitor. NoSuchVisitor if the site knows none of that id, or none that the actor's teams have talked with.

    Of conversations those of the actor's teams are told.
    """
    known = reached_visitor(tx, actor, READ_VISITORS, site, visitor)
    kept = visits.visits_of(tx, site, visitor, VISITS_SHOWN)
    ids = [visit.id for visit in kept]
    looks, made = visit_rows.looks_of_many(tx, ids), store.of_visits(tx, ids)
    plan = direction.current(tx, site)
    facts = _facts(tx, kept[0], known, looks[kept[0].id], made[kept[0].id], plan) if kept else _unvisited(known)
    last_at = facts["last_at"]
    return VisitorDetail(
        **facts,
        present=bool(kept) and kept[0].ended_at is None and tx.now - last_at <= PRESENT,
        customer=known.customer,
        traits=known.traits,
        claimed=known.claimed,
        contact=known.reach,
        called=known.called,
        first_seen_at=known.first_seen_at,
        earlier=[_earlier(visit, looks[visit.id], made[visit.id], plan) for visit in kept[1:]],
        conversations=_talks(tx, visitor, teams_of(actor, READ_CONVERSATIONS, site)),
        reported_orders=[one for visit in kept for one in _orders(visit, looks[visit.id])],
    )


def reached_visitor(tx: Tx, actor: Actor, permission: Permission, site: str, visitor: str) -> Visitor:
    """The visitor, if the permission reaches them; to others they do not exist (NoSuchVisitor)."""
    require_place(actor, site)
    held(actor, permission)
    known = visits.the_visitor(tx, site, visitor)
    try:
        require(actor, permission, site, talks=lambda teams: has_talked(tx, site, visitor, teams))
    except NotFound:
        raise NoSuchVisitor("Another team talks with this visitor", visitor=visitor[:64]) from None
    return known


def _facts(
    tx: Tx, visit: Visit, known: Visitor, looks: list[StoredLook], made: list[Made], plan: CompiledPlan | None
) -> dict[str, Any]:
    state, pages = _folded(visit, looks)
    last_at = looks[-1].at if looks else visit.started_at
    now = tx.now if visit.ended_at is None else visit.ended_at
    state.at(max(state.now_ms, to_ms(now) - to_ms(visit.started_at)))
    talk = conversations.chat_now(tx, visit.visitor) if state.chat_open and visit.ended_at is None else None
    return {
        "visit": visit.id,
        "visitor": visit.visitor,
        "name": known.name,
        "page": PageNow(state.page_url, state.page_path, state.page_title),
        "pages": pages[-PAGES_SHOWN:],
        "source": state.visit_source,
        "medium": state.visit_medium,
        "campaign": state.visit_campaign,
        "started_at": visit.started_at,
        "last_at": last_at,
        "cart": CartNow(state.cart_value, state.cart_items),
        "currency": plan.plan.currency if plan else "",
        "stage": stage_of(plan, state) if plan else "",
        "visits": known.visits,
        "chats": known.chats,
        "orders": known.orders,
        "language": visit.head.language,
        "device": visit.head.device,
        "country": visit.head.country,
        "identified": known.identified,
        "conversation": talk.conversation if talk else None,
        "invitation": _invitation(made),
        "simulated": visit.simulated,
        "blocked": known.blocked_at is not None,
    }


def _unvisited(known: Visitor) -> dict[str, Any]:
    """Who opened the chat without ever having looked."""
    return {
        "visit": "",
        "visitor": known.id,
        "name": known.name,
        "page": PageNow("", "", ""),
        "pages": [],
        "source": "",
        "medium": "",
        "campaign": "",
        "started_at": known.first_seen_at,
        "last_at": known.first_seen_at,
        "cart": CartNow(0.0, 0.0),
        "currency": "",
        "stage": "",
        "visits": known.visits,
        "chats": known.chats,
        "orders": known.orders,
        "language": known.language,
        "device": known.device,
        "country": known.country,
        "identified": known.identified,
        "conversation": None,
        "invitation": None,
        "simulated": known.simulated,
        "blocked": known.blocked_at is not None,
    }


def _folded(visit: Visit, looks: list[StoredLook]) -> tuple[VisitState, list[PageSeen]]:
    pages = [
        PageSeen(parse_address(event.url).path, event.title or "", _at(visit, event.at_ms))
        for look in looks
        for event in look.events
        if isinstance(event, PageEvent)
    ]
    return fold_looks(visit.head, looks), pages


def _at(visit: Visit, at_ms: int) -> datetime:
    return visit.started_at + timedelta(milliseconds=at_ms)


def _invitation(made: list[Made]) -> InvitationNow | None:
    return InvitationNow(made[-1].trigger, made[-1].arm, made[-1].state) if made else None


def _earlier(visit: Visit, looks: list[StoredLook], made: list[Made], plan: CompiledPlan | None) -> EarlierVisit:
    state, pages = _folded(visit, looks)
    return EarlierVisit(
        visit=visit.id,
        started_at=visit.started_at,
        ended_at=visit.ended_at,
        pages=pages[-PAGES_SHOWN:],
        source=state.visit_source,
        medium=state.visit_medium,
        campaign=state.visit_campaign,
        stage=stage_of(plan, state) if plan else "",
        invitation=_invitation(made),
    )


def _orders(visit: Visit, looks: list[StoredLook]) -> list[OrderSeen]:
    return [
        OrderSeen(str(event.id or ""), event.value or 0.0, event.currency or "", _at(visit, event.at_ms))
        for look in looks
        for event in look.events
        if isinstance(event, OrderEvent)
    ]


def _talks(tx: Tx, visitor: str, teams: list[str] | None) -> list[EarlierTalk]:
    return [
        EarlierTalk(talk.id, talk.opened_at, talk.team, talk.state, talk.result)
        for talk in conversation_views.earlier(tx, visitor, "")
        if teams is None or talk.team in teams
    ]
