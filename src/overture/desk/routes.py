"""HTTP of the desk: who is there, when each team is open, when people come."""

from __future__ import annotations

from litestar import get
from litestar.params import FromPath

from overture.accounts.dependencies import TheActor, TheStore
from overture.accounts.permissions import READ_STAFFING, needs
from overture.desk.model import Staffing
from overture.desk.staffing import staffing


@get("/api/v1/sites/{site:str}/staffing", summary="Hours, agents and queues of each team", opt=needs(READ_STAFFING))
async def staffing_now(store: TheStore, actor: TheActor, site: FromPath[str]) -> Staffing:
    return await store.read(staffing, actor, site)


ROUTES = [staffing_now]
