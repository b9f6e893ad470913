"""An order as the shop's page tells it: in the look's own transaction, once, and never at the visit's cost."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.integration.conftest import SITE, add_user

from overture.accounts import service as accounts
from overture.accounts.model import SYSTEM, Actor, Membership
from overture.conversations import service as conversations
from overture.conversations.model import Opener
from overture.conversations.views import messages_after
from overture.desk import service as desk
from overture.direction import service as direction
from overture.outcomes import service, store
from overture.visits.identity import visitor_id
from overture.visits.problems import problems_of
from overture.web.app import App
from overture.web.wiring import House

PLAN = Path(__file__).parents[2].joinpath("contract/operation.yaml").read_text(encoding="utf-8")
KEY = secrets.token_hex(16)
VISITOR = visitor_id(SITE, KEY)


class Tab:
    """One tab of the shop."""

    def __init__(self, app: App, site_key: str) -> None:
        self._app = app
        self._site = site_key
        self._n = 0

    async def look(self, *events: dict[str, Any]) -> dict[str, Any]:
        self._n += 1
        body = {"v": 1, "site": self._site, "key": KEY, "tab": "a", "n": self._n, "languages": ["en"], "events": events}
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=self._app), base_url="http://overture.test"
        ) as client:
            headers = {"Origin": "https://shop.example", "User-Agent": "Mozilla/5.0 Firefox/140.0"}
            answer = await client.post("/v1/look", json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told


@pytest.fixture
async def tab(house: House, app: App) -> Tab:
    await house.store.run(direction.publish, SYSTEM, SITE, PLAN)
    site = await house.store.read(accounts.the_site, SITE)
    tab = Tab(app, site.key)
    await tab.look({"type": "page", "ago": 0, "url": "https://shop.example/checkout", "title": "Checkout"})
    return tab


def order(**more: Any) -> dict[str, Any]:
    return {"type": "order", "ago": 0, "id": "A1", "value": 349.0, "currency": "EUR", **more}


async def test_it_is_kept_once_with_its_visit_and_shown_in_the_talk(house: House, tab: Tab) -> None:
    user = await add_user(house, "aino@example.com", "agent", ("bike-sales",))
    aino = Actor(id=user, name="Aino", kind="user", role="agent", teams=[Membership(SITE, "bike-sales")])
    await house.store.run(desk.set_available, aino, True)
    opener = Opener(site=SITE, visitor=VISITOR, language="en", page="https://shop.example/", team="bike-sales")
    said = await house.store.run(conversations.say_as_visitor, VISITOR, "c1", "Hello", lambda: opener)
    await house.store.run(conversations.say_as_agent, aino, said.conversation, "c2", "Hi")
    await tab.look(order())
    await tab.look(order())
    kept = await house.store.read(store.order, SITE, "A1")
    assert kept is not None
    assert (kept.visitor, kept.conversation, kept.plan_version) == (VISITOR, said.conversation, 1)
    assert kept.visit is not None
    messages = (await house.store.read(messages_after, SYSTEM, said.conversation, 0)).items
    assert [message.params for message in messages if message.notice == "order"] == [
        {"id": "A1", "value": 349.0, "currency": "EUR"}
    ]


async def test_a_contradiction_is_kept_for_the_developer_and_the_look_goes_through(house: House, tab: Tab) -> None:
    await tab.look(order())
    answer = await tab.look(order(value=1.0), {"type": "cart", "ago": 0, "value": 0, "items": 0})
    assert "look_again_in_ms" in answer
    boss = Actor(id="u", name="Boss", kind="user", role="manager")
    (refusal,) = await house.store.read(service.refusals, boss, SITE)
    assert (refusal.order, refusal.code) == ("A1", "order_conflict")
    (problem,) = await house.store.read(problems_of, boss, SITE)
    assert (problem.event, problem.field, problem.times) == ("order", "value", 1)
