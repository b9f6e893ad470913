"""HTTP of invitations: who is here now, one visitor, what was held back, why something did or did not fire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from litestar import get
from litestar.params import FromPath, FromQuery, QueryParameter

from overture.accounts.dependencies import Cursor, Limit, MaybeNumberInQuery, TheActor, TheStore
from overture.accounts.permissions import EXPLAIN_VISITS, LIST_VISITORS, READ_HELD_BACK, READ_VISITORS, needs
from overture.invitations import service, visitors
from overture.invitations.attended import TOPIC
from overture.invitations.explain import VisitExplanation, explain_visit
from overture.invitations.model import HeldBackCount, HeldBackLine
from overture.invitations.visitors import MAX_LISTED, LiveList, VisitorDetail
from overture.kit.pagination import Page
from overture.visits.log import LONGEST_S

At = Annotated[
    float | None,
    QueryParameter(
        ge=0, le=LONGEST_S, description="seconds after the visit's first event; now, or its end, if left out"
    ),
]
Listed = Annotated[int, QueryParameter(ge=1, le=MAX_LISTED, description="how many at the most")]
Trigger = Annotated[str, QueryParameter(max_length=200, description="this one only")]


@get("/api/v1/sites/{site:str}/visitors/live", opt=needs(LIST_VISITORS))
async def live(site: FromPath[str], store: TheStore, actor: TheActor, limit: Listed = 100) -> LiveList:
    """Who is on the site now, the latest to come first."""
    return await store.read(visitors.live_visitors, actor, site, limit)


@get("/api/v1/sites/{site:str}/visitors/{visitor:str}", opt=needs(READ_VISITORS))
async def visitor(site: FromPath[str], visitor: FromPath[str], store: TheStore, actor: TheActor) -> VisitorDetail:
    """One visitor with their history. While somebody asks, the visitor's page looks every few seconds."""
    found = await store.read(visitors.visitor_detail, actor, site, visitor)
    store.bus.publish(TOPIC, visitor.encode())
    return found


@get("/api/v1/sites/{site:str}/held-back", opt=needs(READ_HELD_BACK))
async def held_back(
    site: FromPath[str], store: TheStore, actor: TheActor, cursor: Cursor = None, limit: Limit = None
) -> Page[HeldBackLine]:
    """What was held back for want of capacity, and why; the latest first."""
    return await store.read(service.held_back, actor, site, cursor, limit)


@get("/api/v1/sites/{site:str}/held-back/counts", opt=needs(READ_HELD_BACK))
async def held_back_counts(
    site: FromPath[str],
    store: TheStore,
    actor: TheActor,
    since: FromQuery[datetime | None] = None,
    until: FromQuery[datetime | None] = None,
) -> Page[HeldBackCount]:
    """How often each trigger was held back and why, by day; the last 30 days if no time is named."""
    return Page(await store.read(service.held_back_counts, actor, site, since, until))


@get("/api/v1/sites/{site:str}/visits/{visit:str}/explain", opt=needs(EXPLAIN_VISITS))
async def explain(
    site: FromPath[str],
    visit: FromPath[str],
    store: TheStore,
    actor: TheActor,
    at: At = None,
    trigger: Trigger = "",
    version: MaybeNumberInQuery = None,
) -> VisitExplanation:
    """Why each trigger fires at a moment of the visit, or does not."""
    return await store.read(explain_visit, actor, site, visit, at, trigger, version)


ROUTES = [live, visitor, held_back, held_back_counts, explain]
