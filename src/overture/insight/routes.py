"""HTTP of insight: the overview, who is at the desk, and what the numbers mean."""

from __future__ import annotations

from typing import Annotated

from litestar import get
from litestar.params import Parameter

from overture.accounts.model import Actor
from overture.insight import service
from overture.insight.definitions import DEFINITIONS
from overture.insight.model import Overview, Staffing
from overture.store import Store

From = Annotated[str | None, Parameter(query="from", description="a day of the site, or an instant; 30 days ago")]
To = Annotated[str | None, Parameter(query="to", description="a day of the site (all of it), or an instant; today")]


@get("/api/v1/sites/{site:str}/insight/overview", summary="Counts of a period")
async def overview(store: Store, actor: Actor, site: str, since: From = None, until: To = None) -> Overview:
    return await store.read(service.overview, actor, site, since, until)


@get("/api/v1/insight/definitions", summary="What each number means")
async def definitions(actor: Actor) -> dict[str, str]:
    """By the path of the number in the report."""
    return DEFINITIONS


@get("/api/v1/sites/{site:str}/staffing", summary="Hours, and who is at the desk")
async def staffing(store: Store, actor: Actor, site: str) -> Staffing:
    return await store.read(service.staffing, actor, site)


ROUTES = [overview, definitions, staffing]
