"""A house with a shop, its plan and an agent at the desk; looks come in through the ASGI endpoint."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import msgspec
import pytest

from overture.accounts import service as accounts
from overture.accounts.model import SYSTEM, Actor, Membership, Site
from overture.bus.local import LocalBus
from overture.conversations import handlers as conversation_handlers
from overture.desk import service as desk
from overture.direction import service as direction
from overture.invitations import handlers
from overture.invitations.look import LookEndpoint
from overture.invitations.service import Memory
from overture.invitations.surroundings import Surroundings
from overture.kit.clock import FixedClock
from overture.store import Store

ORIGIN = "https://shop.example"
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/140.0.0.0 Safari/537.36"

PLAN = """\
overture: 1
site: shop
timezone: Europe/Helsinki
country: FI
currency: EUR
languages: [fi, en]
quiet: {per_visit: 1, after_decline: 7d, after_chat: 1d}
stages:
  - mid: cart.items > 0
  - awareness: true
audiences:
  hesitating: cart.value >= 200 && page.seconds >= 45
teams:
  sales:
    aim: sales
    department: sales
    goal: {measure: orders, amount: 120, per: month}
    conversation_goal: The last question before buying is answered
    outcomes: [order]
    hours: "24/7"
    answer_within: 20s
    chats_per_agent: 3
    results: [bought, not_now]
    after_chat: {owner: sales, channel: phone, within: 5m}
routes:
  - {to: sales}
triggers:
  - name: big-basket
    team: sales
    when: audience.hesitating
    say:
      a: {fi: Onko jokin vielä auki?, en: Anything to check before you order?}
    show: teaser
    at_most: 1 per 2d
    holdout: 0%
"""


class Shop:
    """The house and its visitors' browsers."""

    def __init__(self, store: Store, bus: LocalBus, clock: FixedClock, site: Site) -> None:
        self.store = store
        self.bus = bus
        self.clock = clock
        self.site = site
        self.restart()

    def restart(self, **limits: Any) -> None:
        """A process that remembers nothing."""
        self.memory = Memory(surroundings=Surroundings(fresh_s=0.0))
        handlers.register(self.store, self.memory)
        self.endpoint = LookEndpoint(self.store, self.bus, "secret", self.memory, **limits)
        transport = httpx.ASGITransport(app=self.endpoint)  # type: ignore[arg-type]
        self.client = httpx.AsyncClient(transport=transport, base_url="https://chat.example")

    async def publish(self, plan: str) -> None:
        await self.store.run(direction.publish, SYSTEM, "shop", plan)

    async def post(self, body: bytes, **headers: str) -> httpx.Response:
        sent = {"origin": ORIGIN, "user-agent": CHROME, "content-type": "text/plain"} | headers
        return await self.client.post("/v1/look", content=body, headers=sent)

    def tab(self, key: str = "0" * 32, tab: str = "a", languages: tuple[str, ...] = ("fi-FI", "en")) -> Tab:
        return Tab(self, key, tab, languages)


class Tab:
    """A page load in a browser."""

    def __init__(self, shop: Shop, key: str, tab: str, languages: tuple[str, ...]) -> None:
        self.shop = shop
        self.key = key
        self.tab = tab
        self.languages = languages
        self.n = 0

    async def look(self, *events: dict[str, Any], n: int = 0, **more: Any) -> dict[str, Any]:
        self.n = n or self.n + 1
        look = {
            "v": 1, "site": self.shop.site.key, "key": self.key, "tab": self.tab, "n": self.n,
            "languages": self.languages, "events": events, **more,
        }  # fmt: skip
        response = await self.shop.post(msgspec.json.encode(look))
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    async def page(self, url: str = ORIGIN + "/", **more: Any) -> dict[str, Any]:
        return await self.look({"type": "page", "ago": 0, "url": url}, **more)

    async def basket(self, value: float = 300.0) -> dict[str, Any]:
        return await self.look({"type": "cart", "ago": 0, "value": value, "items": 1})

    async def says(self, invitation: str, what: str) -> dict[str, Any]:
        return await self.look({"type": "invitation", "ago": 0, "id": invitation, "what": what})


@pytest.fixture
async def shop(each_store: Store, bus: LocalBus, clock: FixedClock) -> AsyncIterator[Shop]:
    site = await each_store.run(accounts.add_site, SYSTEM, "shop", "Shop", [ORIGIN])
    await each_store.run(direction.publish, SYSTEM, "shop", PLAN)
    conversation_handlers.register(each_store)
    shop = Shop(each_store, bus, clock, site)
    yield shop
    await shop.client.aclose()


@pytest.fixture
def plan() -> str:
    return PLAN


@pytest.fixture
async def agent(shop: Shop) -> Actor:
    """Aino, at the desk for sales."""
    user = await shop.store.run(
        accounts.add_user, SYSTEM, "aino@shop.example", "Aino", "agent", [Membership("shop", "sales")]
    )
    token = await shop.store.run(accounts.invite, SYSTEM, user.id)
    user = await shop.store.run(accounts.accept_link, token, "invite", "a long enough password", "Aino")
    actor = accounts.actor_of(user)
    await shop.store.run(desk.resume)
    await shop.store.run(desk.set_available, actor, True)
    await alive(shop, actor)
    return actor


async def alive(shop: Shop, *agents: Actor) -> None:
    await shop.store.run(desk.signs_of_life, [agent.id for agent in agents])


Advance = Callable[..., Any]


@pytest.fixture
def wait(shop: Shop, agent: Actor) -> Advance:
    """Let time pass, with the agent's console answering all the while."""

    async def pass_time(**delta: float) -> None:
        shop.clock.move(**delta)
        await alive(shop, agent)

    return pass_time
