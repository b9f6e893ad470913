"""What the pages about the draft ask over HTTP: a trial with its survey and decisions, what was held back."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from litestar import Litestar
from litestar.di import Provide

from overture.accounts.model import SYSTEM, Actor
from overture.desk import service as desk
from overture.direction import routes as direction_routes
from overture.invitations import routes as invitation_routes
from overture.kit.clock import to_ms
from overture.store import Store, Tx
from overture.visits import service as visits
from overture.visits import store as visit_rows
from overture.visits.facts import PageEvent
from overture.web import errors

API = "/api/v1/sites/shop"


@pytest.fixture
async def console(shop: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A manager's browser."""
    app = Litestar(
        route_handlers=[*direction_routes.ROUTES, *invitation_routes.ROUTES],
        dependencies={
            "store": Provide(lambda: shop.store, sync_to_thread=False),
            "actor": Provide(lambda: SYSTEM, sync_to_thread=False),
        },
        exception_handlers=errors.HANDLERS,
        signature_types=[Store, Actor],
    )
    transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="https://chat.example") as client:
        yield client


async def hesitated(shop: Any, wait: Any) -> None:
    """One recorded visit in which the plan's trigger fires."""
    tab = shop.tab()
    await tab.page()
    await tab.basket()
    await wait(seconds=60)
    await tab.look()
    await wait(hours=1)
    await shop.store.run(visits.finish_silent)


async def test_a_trial_with_its_survey_and_its_decisions(
    shop: Any, console: httpx.AsyncClient, wait: Any, plan: str
) -> None:
    await hesitated(shop, wait)
    sooner = plan.replace("page.seconds >= 45", "page.seconds >= 5")
    never = plan.replace("page.seconds >= 45", "page.seconds >= 500")
    tried = await console.post(API + "/plan/backtest", json={"text": sooner, "compare": never, "survey": True})
    assert tried.status_code == 200, tried.text
    mine, other = tried.json()["plan"]["numbers"], tried.json()["compare"]["numbers"]
    assert (mine["visits"], mine["disturbed"], mine["triggers"]["big-basket"]["eligible"]) == (1, 1, 1)
    assert (other["disturbed"], other["triggers"]["big-basket"]["eligible"]) == (0, 0)
    plain = await console.post(API + "/plan/backtest", json={"text": sooner})
    assert plain.json()["plan"]["numbers"]["triggers"]["big-basket"]["invited"] == 1
    file = await console.post(API + "/plan/backtest/decisions", json={"text": sooner})
    assert file.headers["content-type"].startswith("application/x-ndjson")
    rows = [json.loads(line) for line in file.text.splitlines()]
    assert [(row["trigger"], row["at"], row["arm"]) for row in rows] == [("big-basket", 5.0, "invited")]
    refused = await console.post(API + "/plan/backtest/decisions", json={"text": "overture: 1"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "plan_refused")


async def test_a_visit_that_is_none_is_left_out_and_counted(
    shop: Any, console: httpx.AsyncClient, wait: Any, plan: str
) -> None:
    """One visit that can't be read must not take the trial from the whole site."""
    await hesitated(shop, wait)

    def begin_late(tx: Tx) -> None:
        live = visits.begin(tx, visits.Arrival(site="shop", visitor="v_bad", at_ms=to_ms(shop.clock.now())))
        assert live is not None
        page = PageEvent(5.0, "https://shop.example/")
        assert visit_rows.add_look(tx, live.visit, 1, live.started_ms + 5_000, "a", 1, [page])

    await shop.store.run(begin_late)
    await wait(hours=1)
    await shop.store.run(visits.finish_silent)
    for path in ("/plan/backtest", "/plan/trials"):
        tried = await console.post(API + path, json={"text": plan})
        assert tried.status_code == 200, tried.text
        answer = tried.json().get("result") or tried.json()
        assert (answer["plan"]["numbers"]["visits"], answer["bad_lines"]) == (1, 1)
    file = await console.post(API + "/plan/backtest/decisions", json={"text": plan})
    assert (file.status_code, len(file.text.splitlines())) == (200, 1)


async def test_a_draft_begun_after_a_publication_is_not_taken_for_the_one_before(
    shop: Any, console: httpx.AsyncClient, plan: str
) -> None:
    async def save(text: str, revision: int, base: int) -> httpx.Response:
        body = {"text": text, "revision": revision, "base_version": base}
        return await console.put(API + "/plan/draft", json=body)

    later = plan.replace("page.seconds >= 45", "page.seconds >= 60")
    assert (await save(later, 0, 1)).json()["revision"] == 1
    published = await console.post(API + "/plan/draft/publish", json={"revision": 1, "note": "wait longer"})
    assert published.json()["version"] == 2
    assert (await save("theirs", 0, 2)).json()["revision"] == 1
    stale = await save("mine", 1, 1)
    error = stale.json()["error"]
    assert (stale.status_code, error["code"]) == (409, "draft_changed")
    assert (error["details"]["text"], error["details"]["base_version"]) == ("theirs", 2)
    assert error["details"]["saved_at"].endswith("Z")
    assert (await console.get(API + "/plan/draft")).json()["text"] == "theirs"


async def test_what_was_held_back_is_counted_by_day(
    shop: Any, console: httpx.AsyncClient, agent: Actor, wait: Any
) -> None:
    await shop.store.run(desk.set_available, agent, False)
    for key in ("0" * 32, "1" * 32):
        tab = shop.tab(key=key)
        await tab.page()
        await tab.basket()
        await wait(seconds=45)
        await tab.look()
    counted = (await console.get(API + "/held-back/counts")).json()["items"]
    assert [(one["team"], one["trigger"], one["reason"], one["count"]) for one in counted] == [
        ("sales", "big-basket", "nobody_there", 2)
    ]
    assert counted[0]["day"] == shop.clock.now().date().isoformat()
    later = await console.get(API + "/held-back/counts", params={"since": "2030-01-01T00:00:00Z"})
    assert later.json()["items"] == []
