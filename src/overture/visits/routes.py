"""HTTP of visits: blocking, what is held of a visitor, the visit log."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import delete, get, post, put
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.response import Stream

from overture.accounts.dependencies import TheActor, TheStore
from overture.accounts.permissions import (
    BLOCK_VISITORS,
    CHANGE_SITES,
    ERASE_VISITORS,
    EXPORT_VISITORS,
    NAME_VISITORS,
    READ_VISITS,
    needs,
)
from overture.kit.clock import usable
from overture.kit.pagination import Page
from overture.kit.text import Line
from overture.visits import privacy, problems, service
from overture.visits.export import exported
from overture.visits.model import Visitor
from overture.visits.store_problems import SnippetProblem

From = Annotated[datetime | None, QueryParameter(name="from", description="visits that began at this instant or later")]
To = Annotated[datetime | None, QueryParameter(name="to", description="visits that began before this instant")]

JSON_LINES = "application/x-ndjson"


class Blocked(msgspec.Struct, frozen=True):
    """Whether a visitor is blocked."""

    visitor: str
    blocked: bool


class NameBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to call a visitor; "" for what the site or they themselves said."""

    name: Line


class Named(msgspec.Struct, frozen=True):
    """What a visitor is called now."""

    visitor: str
    name: str


class LeftOutDay(msgspec.Struct, frozen=True):
    """Looks of a day that were not taken for a visit, and why: `bot`."""

    day: str
    reason: str
    looks: int


def _blocked(visitor: Visitor) -> Blocked:
    return Blocked(visitor.id, visitor.blocked_at is not None)


@post("/api/v1/sites/{site:str}/visitors/{visitor:str}/block", status_code=200, opt=needs(BLOCK_VISITORS))
async def block(site: FromPath[str], visitor: FromPath[str], store: TheStore, actor: TheActor) -> Blocked:
    """Offer this visitor nothing any more."""
    return _blocked(await store.run(service.set_blocked, actor, site, visitor, True))


@post("/api/v1/sites/{site:str}/visitors/{visitor:str}/unblock", status_code=200, opt=needs(BLOCK_VISITORS))
async def unblock(site: FromPath[str], visitor: FromPath[str], store: TheStore, actor: TheActor) -> Blocked:
    """Be at this visitor's service again."""
    return _blocked(await store.run(service.set_blocked, actor, site, visitor, False))


@put(
    "/api/v1/sites/{site:str}/visitors/{visitor:str}/name", opt=needs(NAME_VISITORS), summary="Call a visitor by a name"
)
async def name_visitor(
    site: FromPath[str], visitor: FromPath[str], data: JSONBody[NameBody], store: TheStore, actor: TheActor
) -> Named:
    """Shown everywhere in the console, never to the visitor; who named them stands in the audit log."""
    known = await store.run(service.name_visitor, actor, site, visitor, data.name)
    return Named(known.id, known.name)


@get("/api/v1/sites/{site:str}/visitors/{visitor:str}/export", opt=needs(EXPORT_VISITORS))
async def export_visitor(
    site: FromPath[str], visitor: FromPath[str], store: TheStore, actor: TheActor
) -> dict[str, Any]:
    """Everything held of a visitor."""
    return await store.run(privacy.export_visitor, actor, site, visitor)


@post("/api/v1/sites/{site:str}/visitors/{visitor:str}/erase", status_code=204, opt=needs(ERASE_VISITORS))
async def erase_visitor(site: FromPath[str], visitor: FromPath[str], store: TheStore, actor: TheActor) -> None:
    """Erase everything held of a visitor."""
    await store.run(privacy.erase_visitor, actor, site, visitor)
    await store.scrub()


@get("/api/v1/sites/{site:str}/visits/export", media_type=JSON_LINES, opt=needs(READ_VISITS))
async def export_visits(
    site: FromPath[str], store: TheStore, actor: TheActor, since: From = None, until: To = None
) -> Stream:
    """The visit log, JSON Lines, in order of the visits' start."""
    await store.read(service.may_export, actor, site)
    since, until = since and usable(since, "from"), until and usable(until, "to")
    return Stream(exported(store, actor, site, since, until), media_type=JSON_LINES)


@get("/api/v1/sites/{site:str}/looks-left-out", opt=needs(READ_VISITS))
async def left_out(site: FromPath[str], store: TheStore, actor: TheActor) -> Page[LeftOutDay]:
    """How many looks of the last 30 days were left out, by day and reason."""
    return Page([LeftOutDay(*line) for line in await store.read(service.left_out, actor, site)])


@get("/api/v1/sites/{site:str}/snippet/problems", opt=needs(READ_VISITS))
async def list_problems(site: FromPath[str], store: TheStore, actor: TheActor) -> Page[SnippetProblem]:
    """What the site's pages said in the last 30 days that could not be taken, with the way out, the latest first."""
    return Page(await store.read(problems.problems_of, actor, site))


@delete("/api/v1/sites/{site:str}/snippet/problems", status_code=204, opt=needs(CHANGE_SITES))
async def forget_problems(site: FromPath[str], store: TheStore, actor: TheActor) -> None:
    """They are mended: empty the list."""
    await store.run(problems.forget_problems, actor, site)


ROUTES = [
    block,
    unblock,
    name_visitor,
    export_visitor,
    erase_visitor,
    export_visits,
    left_out,
    list_problems,
    forget_problems,
]
