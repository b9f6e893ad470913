"""What the console and the site's owners get over HTTP: who is here, one visitor, why, the log, what is held."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from litestar import Litestar
from litestar.di import Provide

from overture.accounts import service as accounts
from overture.accounts.model import SYSTEM, Actor, Membership
from overture.direction.backtest import run_visits
from overture.direction.load import load
from overture.invitations import routes as invitation_routes
from overture.invitations import store as rows
from overture.store import Store
from overture.visits import privacy
from overture.visits import routes as visit_routes
from overture.visits import service as visits
from overture.visits import store as visit_rows
from overture.visits.identity import identity_token, visitor_id
from overture.visits.log import read_log
from overture.web import errors

KEY = "0" * 32
VISITOR = visitor_id("shop", KEY)
API = "/api/v1/sites/shop"


@pytest.fixture
async def console(shop: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A manager's browser."""
    who: dict[str, Actor] = {"actor": SYSTEM}

    def provide(value: Any) -> Provide:
        return Provide(lambda: value, sync_to_thread=False)

    app = Litestar(
        route_handlers=[*visit_routes.ROUTES, *invitation_routes.ROUTES],
        dependencies={
            "store": provide(shop.store),
            "actor": Provide(lambda: who["actor"], sync_to_thread=False),
        },
        exception_handlers=errors.HANDLERS,
        signature_types=[Store, Actor],
    )
    transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="https://chat.example") as client:
        client.who = who  # type: ignore[attr-defined]
        yield client


async def got(console: httpx.AsyncClient, path: str) -> Any:
    response = await console.get(API + path)
    assert response.status_code == 200, response.text
    return response.json()


async def test_who_is_here_now(shop: Any, console: httpx.AsyncClient, wait: Any) -> None:
    tab = shop.tab()
    await tab.page("https://shop.example/?utm_source=news&utm_medium=email&utm_campaign=spring", boot=True)
    await wait(seconds=10)
    await tab.look({"type": "page", "ago": 0, "url": "https://shop.example/bikes", "title": "Bikes"})
    await tab.basket(349.0)
    listed = await got(console, "/visitors/live")
    assert listed["total"] == 1
    (one,) = listed["items"]
    assert one["visitor"] == VISITOR
    assert one["page"] == {"url": "https://shop.example/bikes", "path": "/bikes", "title": "Bikes"}
    assert [page["path"] for page in one["pages"]] == ["/", "/bikes"]
    assert (one["source"], one["medium"], one["campaign"]) == ("news", "email", "spring")
    assert one["cart"] == {"value": 349.0, "items": 1.0}
    assert (one["stage"], one["language"], one["device"], one["visits"]) == ("mid", "fi", "desktop", 1)
    assert (one["conversation"], one["invitation"], one["blocked"], one["simulated"]) == (None, None, False, False)

    await wait(seconds=45)
    await tab.look()
    (one,) = (await got(console, "/visitors/live"))["items"]
    assert one["invitation"] == {"trigger": "big-basket", "arm": "invited", "state": "invited"}


async def test_who_left_is_not_here(shop: Any, console: httpx.AsyncClient, wait: Any) -> None:
    first, second = shop.tab(tab="a"), shop.tab(tab="b")
    await first.page()
    await second.page()
    await first.look({"type": "end"})
    await second.look()  # the other tab is read on
    await wait(seconds=20)
    assert (await got(console, "/visitors/live"))["total"] == 1
    await second.look({"type": "end"})
    await wait(seconds=10)
    assert (await got(console, "/visitors/live"))["total"] == 1  # from one page to the next
    await wait(seconds=10)
    assert (await got(console, "/visitors/live"))["total"] == 0


async def test_one_visitor_with_history_looks_more_often(shop: Any, console: httpx.AsyncClient, wait: Any) -> None:
    tab = shop.tab()
    await tab.page()
    await wait(hours=1)
    await shop.store.run(visits.finish_silent)
    tab = shop.tab(tab="b")
    assert (await tab.page())["look_again_in_ms"] == 20_000
    secret = (await shop.endpoint._sites.by_key(shop.site.key)).identity_secret
    await tab.look(
        {"type": "identify", "ago": 0, "id": "c1", "token": identity_token(secret, "c1"), "traits": {"name": "Liisa"}},
        {"type": "order", "ago": 0, "id": "A1", "value": 349.0, "currency": "EUR"},
    )
    one = await got(console, f"/visitors/{VISITOR}")
    assert (one["name"], one["customer"], one["identified"], one["visits"]) == ("Liisa", "c1", True, 2)
    assert one["present"] is True
    assert [visit["pages"][0]["path"] for visit in one["earlier"]] == ["/"]
    assert one["reported_orders"][0]["id"] == "A1"
    assert (await tab.look())["look_again_in_ms"] == 3_000
    missing = await console.get(API + "/visitors/v_nobody")
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "no_such_visitor")


async def test_why_it_fires_and_why_not(shop: Any, console: httpx.AsyncClient, wait: Any) -> None:
    tab = shop.tab()
    await tab.page()
    await tab.basket()
    await wait(seconds=33)
    (one,) = (await got(console, "/visitors/live"))["items"]
    told = await got(console, f"/visits/{one['visit']}/explain")
    (trigger,) = told["triggers"]
    assert (told["at_ms"], trigger["fires"], trigger["fires_in_ms"]) == (33_000, False, 12_000)
    await wait(seconds=12)
    await tab.look()
    told = await got(console, f"/visits/{one['visit']}/explain?trigger=big-basket")
    assert [made["at_ms"] for made in told["decisions"]] == [45_000]
    assert told["triggers"][0]["fires"] is False  # never twice in a visit
    then = await got(console, f"/visits/{one['visit']}/explain?at=45")
    assert then["triggers"][0]["fires"] is True
    assert (await console.get(API + f"/visits/{one['visit']}/explain?trigger=none")).status_code == 404
    assert (await console.get(API + "/visits/s_none/explain")).status_code == 404


async def test_the_exported_log_gives_the_same_decisions(
    shop: Any, console: httpx.AsyncClient, wait: Any, plan: str
) -> None:
    tab = shop.tab()
    await tab.page()
    await tab.basket()
    await wait(seconds=45)
    await tab.look()
    await wait(hours=3)
    await shop.store.run(visits.finish_silent)
    await shop.tab(tab="b").page()
    exported = await console.get(API + "/visits/export")
    assert exported.headers["content-type"].startswith("application/x-ndjson")
    problems: list[Any] = []
    recorded = [visit for _, visit in read_log(exported.content.splitlines(), problems)]
    assert problems == []
    assert [type(visit.events[-1]).__name__ for visit in recorded] == ["EndEvent", "EndEvent"]
    checked = load(plan, "plan.yaml").plan
    assert checked is not None
    _, decisions = run_visits(checked, recorded)
    made = await shop.store.read(rows.of_visitor, VISITOR)
    assert [(row.visit, row.trigger, row.at, row.arm, row.variant) for row in decisions] == [
        (one.visit, one.trigger, one.at_ms / 1000, one.arm, one.variant) for one in made
    ]
    later = await console.get(API + "/visits/export", params={"from": "2026-11-02T10:00:00Z"})
    assert len(later.content.splitlines()) == 1


async def test_all_that_is_held_is_shown_and_erased(shop: Any, console: httpx.AsyncClient, wait: Any) -> None:
    tab = shop.tab()
    await tab.page()
    await tab.basket()
    await wait(seconds=45)
    await tab.look()
    held = await got(console, f"/visitors/{VISITOR}/export")
    assert held["visitor"]["id"] == VISITOR
    assert [event["type"] for event in held["visits"][0]["events"]] == ["page", "cart", "end"]
    assert held["decisions"][0]["trigger"] == "big-basket"
    assert (await console.post(API + f"/visitors/{VISITOR}/erase")).status_code == 204
    assert (await console.get(API + f"/visitors/{VISITOR}")).status_code == 404
    assert await shop.store.read(rows.of_visitor, VISITOR) == []
    assert await shop.store.read(visit_rows.open_visit, VISITOR) is None
    again = await tab.page()  # a stranger now
    assert again["invitation"] is None
    assert (await got(console, f"/visitors/{VISITOR}"))["visits"] == 1


async def test_only_who_may(shop: Any, console: httpx.AsyncClient, agent: Actor) -> None:
    await shop.tab().page()
    agents: Any = console
    agents.who["actor"] = agent
    assert (await got(console, "/visitors/live"))["total"] == 1
    assert (await console.post(API + f"/visitors/{VISITOR}/block")).json() == {"visitor": VISITOR, "blocked": True}
    for path in ("/visits/export", f"/visitors/{VISITOR}/export", "/looks-left-out"):
        refused = await console.get(API + path)
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "not_allowed"), path
    assert (await console.post(API + f"/visitors/{VISITOR}/erase")).status_code == 403
    agents.who["actor"] = Actor(id="u_x", name="X", kind="user", teams=[Membership("elsewhere", "sales")])
    for path in ("/visitors/live", f"/visitors/{VISITOR}", "/held-back", "/visits/export"):
        assert (await console.get(API + path)).status_code == 404, path


async def test_what_is_too_old_is_not_kept(shop: Any, console: httpx.AsyncClient, wait: Any) -> None:
    await shop.store.run(accounts.change_site, SYSTEM, "shop", accounts.SiteChange(retention_days=30))
    await shop.tab().page()
    await wait(days=20)
    await shop.store.run(visits.finish_silent)
    assert await shop.store.run(privacy.apply_retention) == 0
    await wait(days=11)
    assert await shop.store.run(privacy.apply_retention) == 1
    assert (await console.get(API + f"/visitors/{VISITOR}")).status_code == 404
