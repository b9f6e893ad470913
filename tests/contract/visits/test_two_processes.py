"""Many looks at once in two processes: each is stored once, in one visit, and one decision is made."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from typing import Any

import msgspec
from sqlalchemy import func, select

from overture.accounts import service as accounts
from overture.accounts.model import SYSTEM
from overture.bus.local import LocalBus
from overture.kit.clock import FixedClock, to_ms
from overture.store import Store, Tx
from overture.visits import store as rows
from overture.visits.intake import read_look
from overture.visits.live import VisitBook
from overture.visits.record import Sighting, record

PAGE = {"type": "page", "url": "https://shop.example/"}


async def test_each_look_once_in_one_visit(database_url: str, each_store: Store, clock: FixedClock) -> None:
    await each_store.run(accounts.add_site, SYSTEM, "shop", "Shop", ["https://shop.example"])
    other = Store(database_url, LocalBus(), clock=clock)
    await other.start()
    processes = [(each_store, VisitBook()), (other, VisitBook())]

    turns: dict[Any, asyncio.Lock] = defaultdict(asyncio.Lock)  # as the endpoint keeps them

    async def look(process: int, visitor: str, tab: str, n: int, *events: dict[str, Any]) -> None:
        store, book = processes[process]
        sent = read_look(msgspec.json.encode({"site": "k", "tab": tab, "n": n, "events": events}))[0]
        who = Sighting(site="shop", visitor=visitor, at_ms=to_ms(clock.now()))

        def command(tx: Tx) -> None:
            with book.holding(visitor):
                recorded = record(tx, book, who, sent)
                for event in recorded.events if recorded else ():
                    recorded.live.state.apply(event)

        async with turns[process, visitor]:
            await store.run(command)

    for round_ in range(4):
        clock.move(hours=1)  # each round begins new visits, in both processes at once
        looks = [
            look(process, visitor, f"{round_}{tab}", 1, PAGE, {"type": "cart", "value": 1, "items": 1})
            for visitor in ("v_1", "v_2")
            for tab in "abcdef"
            for process in (0, 1)  # the same look twice: a retry that went elsewhere
        ]
        await asyncio.gather(*looks)
    await other.stop()

    def stored(tx: Tx) -> Any:
        visits = tx.execute(select(rows.visits.c.visitor, func.count()).group_by(rows.visits.c.visitor)).all()
        people = {one: rows.visitor(tx, one) for one in ("v_1", "v_2")}
        every = [look for visit in tx.execute(select(rows.visits.c.id)).scalars() for look in rows.looks_of(tx, visit)]
        return dict(map(tuple, visits)), {one: person and person.visits for one, person in people.items()}, every

    visits, counted, every = await each_store.read(stored)
    assert visits == counted == {"v_1": 4, "v_2": 4}
    assert len(every) == 4 * 2 * 6
    assert set(Counter((look.tab, look.tab_n) for look in every).values()) == {2}  # one each of the two visitors
