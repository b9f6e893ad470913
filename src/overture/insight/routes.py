"""HTTP of insight: the overview, and what its numbers mean."""

from __future__ import annotations

from typing import Annotated

from litestar import Response, get
from litestar.params import FromPath, QueryParameter

from overture.accounts.dependencies import TheActor, TheStore
from overture.accounts.permissions import READ_REFERENCE, READ_REPORTS, READ_SITES, needs
from overture.insight import service
from overture.insight.definitions import DEFINITIONS
from overture.insight.model import Overview
from overture.insight.setup import Setup, setup_of
from overture.insight.tables import as_csv, overview_table

From = Annotated[str | None, QueryParameter(name="from", description="a day of the site, or an instant; 30 days ago")]
To = Annotated[str | None, QueryParameter(name="to", description="a day of the site (all of it), or an instant; today")]


@get("/api/v1/sites/{site:str}/insight/overview", summary="Counts of a period", opt=needs(READ_REPORTS))
async def overview(
    store: TheStore, actor: TheActor, site: FromPath[str], since: From = None, until: To = None
) -> Overview:
    return await store.read(service.overview, actor, site, since, until)


@get(
    "/api/v1/sites/{site:str}/insight/overview.csv",
    media_type="text/csv",
    summary="The same, one number a line",
    opt=needs(READ_REPORTS),
)
async def overview_csv(
    store: TheStore, actor: TheActor, site: FromPath[str], since: From = None, until: To = None
) -> Response[str]:
    found = await store.read(service.overview, actor, site, since, until)
    headers = {"Content-Disposition": f'attachment; filename="overview-{found.since:%Y-%m-%d}.csv"'}
    return Response(as_csv(overview_table(found)), media_type="text/csv", headers=headers)


@get("/api/v1/insight/definitions", summary="What each number means", opt=needs(READ_REFERENCE))
async def definitions(actor: TheActor) -> dict[str, str]:
    """By the path of the number in the report."""
    return DEFINITIONS


@get("/api/v1/sites/{site:str}/setup", summary="How far the site is set up", opt=needs(READ_SITES))
async def setup(store: TheStore, actor: TheActor, site: FromPath[str]) -> Setup:
    """What a first page tells to do next: a plan, people, the snippet, a first conversation."""
    return await store.read(setup_of, actor, site)


ROUTES = [overview, overview_csv, definitions, setup]
