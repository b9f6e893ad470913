"""Two processes on one database take a visitor's looks at once: one visit, one decision."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx

from overture.bus.local import LocalBus
from overture.invitations import handlers
from overture.invitations import store as rows
from overture.invitations.look import LookEndpoint
from overture.invitations.service import Memory
from overture.invitations.surroundings import Surroundings
from overture.store import Store, Tx
from overture.visits import store as visit_rows
from overture.visits.identity import visitor_id

KEYS = [f"{number:032x}" for number in range(6)]


async def test_one_visit_and_one_decision(shop: Any, wait: Any, database_url: str) -> None:
    other = Store(database_url, LocalBus(), clock=shop.clock)
    await other.start()
    memory = Memory(surroundings=Surroundings(fresh_s=0.0))
    handlers.register(other, memory)
    endpoint = LookEndpoint(other, LocalBus(), "secret", memory)
    clients = [
        shop.client,
        httpx.AsyncClient(transport=httpx.ASGITransport(app=endpoint), base_url="https://chat.example"),  # type: ignore[arg-type]
    ]

    async def tabs(*events: dict[str, Any], n: int) -> list[Any]:
        async def look(key: str, tab: str) -> Any:
            shop_tab = shop.tab(key=key, tab=tab)
            shop.client = clients[ord(tab) % 2]
            return await shop_tab.look(*events, n=n)

        return await asyncio.gather(*(look(key, tab) for key in KEYS for tab in "abcd"))

    await tabs({"type": "page", "ago": 0, "url": "https://shop.example/"}, n=1)
    await tabs({"type": "cart", "ago": 0, "value": 300, "items": 1}, n=2)
    await wait(seconds=45)
    answers = await tabs({"type": "scroll", "ago": 0, "depth": 0.5}, n=3)
    assert sum(answer["invitation"] is not None for answer in answers) == len(KEYS)

    def kept(tx: Tx) -> list[tuple[int, int, int]]:
        found = []
        for key in KEYS:
            (visit,) = visit_rows.visits_of(tx, visitor_id("shop", key), 10)
            found.append((len(visit_rows.looks_of(tx, visit.id)), len(rows.of_visit(tx, visit.id)), 1))
        return found

    assert await other.read(kept) == [(12, 1, 1)] * len(KEYS)
    await clients[1].aclose()
    await other.stop()
