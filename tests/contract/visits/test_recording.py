"""What becomes of looks, on both databases: one visit over tabs, page loads, processes and restarts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from overture.accounts import service as accounts
from overture.accounts.model import SYSTEM, Site
from overture.kit.clock import FixedClock, from_ms, to_ms
from overture.store import Store, Tx
from overture.visits import service
from overture.visits import store as rows
from overture.visits.errors import PageFirst
from overture.visits.events import OrderReported, VisitEnded
from overture.visits.facts import ChatEvent, PageEvent, ScrollEvent
from overture.visits.identity import identity_token
from overture.visits.intake import read_look
from overture.visits.live import VisitBook
from overture.visits.looks import Look
from overture.visits.record import Recorded, Sighting, record

SITE = "shop"
VISITOR = "v_one"


@pytest.fixture
async def site(each_store: Store) -> Site:
    return await each_store.run(accounts.add_site, SYSTEM, SITE, "Shop", ["https://shop.example"])


class Desk:
    """A process with its own memory."""

    def __init__(self, store: Store, clock: FixedClock) -> None:
        self.store = store
        self.clock = clock
        self.book = VisitBook()
        self.n: dict[str, int] = {}

    async def look(self, *events: dict[str, Any], **more: Any) -> Recorded:
        recorded = await self.try_look(*events, **more)
        assert recorded is not None
        return recorded

    async def try_look(
        self, *events: dict[str, Any], tab: str = "a", n: int = 0, visitor: str = VISITOR, secret: str = ""
    ) -> Recorded | None:
        self.n[tab] = n or self.n.get(tab, 0) + 1
        sent = look_of(*events, tab=tab, n=self.n[tab])
        who = Sighting(site=SITE, visitor=visitor, at_ms=to_ms(self.clock.now()), language="fi", identity_secret=secret)

        def command(tx: Tx) -> Recorded | None:
            recorded = record(tx, self.book, who, sent)
            for event in recorded.events if recorded else ():
                recorded.live.state.apply(event)
            return recorded

        return await self.store.run(command)


def look_of(*events: dict[str, Any], tab: str = "a", n: int = 1) -> Look:
    return read_look(msgspec.json.encode({"site": "key", "key": "0" * 32, "tab": tab, "n": n, "events": events}))[0]


def page(url: str = "https://shop.example/", ago: float = 0, **more: Any) -> dict[str, Any]:
    return {"type": "page", "url": url, "ago": ago, **more}


@pytest.fixture
def desk(each_store: Store, clock: FixedClock, site: Site) -> Desk:
    return Desk(each_store, clock)


async def stored(desk: Desk) -> list[Any]:
    def query(tx: Tx) -> list[Any]:
        visit = rows.visits_of(tx, VISITOR, 1)[0]
        return service.events_of(tx, visit)

    return await desk.store.read(query)


async def test_a_visit_goes_on_over_tabs_and_loads(desk: Desk, clock: FixedClock) -> None:
    first = await desk.look(page(ago=200))
    clock.move(seconds=10)
    second = await desk.look(page("https://shop.example/bikes"), tab="b")
    assert first.live is second.live
    assert second.live.state.visit_pages == 2
    assert [event.at for event in await stored(desk)] == [0.0, 10.2]


async def test_a_resent_look_is_harmless(desk: Desk, clock: FixedClock) -> None:
    await desk.look(page(), n=1)
    again = await desk.look(page(), n=1)
    assert again.resent
    elsewhere = await Desk(desk.store, clock).look(page(), n=1)
    assert elsewhere.resent
    assert len(await stored(desk)) == 1


async def test_looks_that_overtake_each_other_all_count(desk: Desk) -> None:
    await desk.look(page(), n=1)
    await desk.look({"type": "scroll", "depth": 0.5}, n=3)
    await desk.look({"type": "cart", "value": 5, "items": 1}, n=2)
    again = await desk.look({"type": "cart", "value": 5, "items": 1}, n=2)
    assert again.resent
    assert len(await stored(desk)) == 3


async def test_two_processes_serve_one_visit(desk: Desk, clock: FixedClock) -> None:
    other = Desk(desk.store, clock)
    for number in range(6):
        clock.move(seconds=1)
        await (desk, other)[number % 2].look(page(f"https://shop.example/{number}"), tab="ab"[number % 2])
    final = await desk.look({"type": "scroll", "depth": 1})
    assert final.live.state.visit_pages == 6
    assert [event.at for event in await stored(desk)] == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 5.0]


async def test_thirty_minutes_without_a_sign_end_it(desk: Desk, clock: FixedClock) -> None:
    first = await desk.look(page())
    clock.move(minutes=29, seconds=59)
    assert await desk.try_look() is not None  # a heart beat is a sign
    clock.move(minutes=29, seconds=59)
    same = await desk.look({"type": "scroll", "depth": 0.1})
    clock.move(minutes=30)
    other = await desk.look(page())
    assert first.live.visit == same.live.visit != other.live.visit
    assert other.live.state.visitor_visits == 2
    assert other.live.state.days_since_last == pytest.approx(30 / 1440)


async def test_an_open_tab_that_wakes_begins_a_visit_on_its_page(desk: Desk, clock: FixedClock) -> None:
    await desk.look(page("https://shop.example/bikes"))
    clock.move(hours=2)
    assert await desk.try_look() is None  # a heart beat alone begins nothing
    woken = await desk.look({"type": "scroll", "depth": 0.4})
    assert woken.live.state.page_path == "/bikes"
    assert woken.live.state.page_scroll == 0.4


async def test_a_visit_begins_with_a_page(desk: Desk) -> None:
    with pytest.raises(PageFirst):
        await desk.look({"type": "scroll", "depth": 0.4})
    assert await desk.try_look() is None
    assert await desk.try_look({"type": "end"}) is None


async def test_silent_visits_are_ended_once_at_their_last_sign(desk: Desk, clock: FixedClock) -> None:
    ended: list[VisitEnded] = []
    desk.store.on(VisitEnded, lambda _tx, event: ended.append(event))
    await desk.look(page())
    clock.move(seconds=30)
    await desk.look({"type": "end"})
    clock.move(minutes=30)
    assert await desk.store.run(service.finish_silent) == 1
    assert await desk.store.run(service.finish_silent) == 0
    assert [event.at for event in ended] == [clock.now() - timedelta(minutes=30)]
    visitor = await desk.store.read(service.the_visitor, SITE, VISITOR)
    assert visitor.last_ended_at == ended[0].at


async def test_a_chat_is_in_the_visit_for_every_process(desk: Desk, clock: FixedClock) -> None:
    await desk.look(page())
    clock.move(seconds=5)
    assert await desk.store.run(service.record_chat, VISITOR, "big-basket")
    clock.move(seconds=5)
    during = await desk.look({"type": "scroll", "depth": 0.2})
    assert during.live.state.chat_open
    await desk.store.run(service.record_chat_ended, VISITOR)
    after = await desk.look({"type": "scroll", "depth": 0.3})
    assert not after.live.state.chat_open
    assert after.live.last_chat_ms == to_ms(clock.now())
    assert (await stored(desk))[1] == ChatEvent(5.0, "big-basket")


async def test_who_the_visitor_is_counts_only_with_proof(desk: Desk) -> None:
    await desk.look(page())
    said = {"type": "identify", "id": "c1", "traits": {"name": "Aino", "age": 40}}
    doubtful = await desk.look({**said, "token": "0" * 64}, secret="s")
    assert not doubtful.live.state.identified
    visitor = await desk.store.read(service.the_visitor, SITE, VISITOR)
    assert (visitor.customer, visitor.traits, visitor.claimed["name"]) == (None, {}, "Aino")
    proven = await desk.look({**said, "token": identity_token("s", "c1")}, secret="s")
    assert proven.live.state.identified
    assert proven.live.state.traits == {"name": "Aino", "age": 40.0}
    visitor = await desk.store.read(service.the_visitor, SITE, VISITOR)
    assert (visitor.customer, visitor.name) == ("c1", "Aino")


async def test_orders_are_told_upwards(desk: Desk) -> None:
    told: list[OrderReported] = []
    desk.store.on(OrderReported, lambda _tx, event: told.append(event))
    await desk.look(page(), {"type": "order", "id": "A1", "value": 349.0, "currency": "EUR"})
    assert [(one.order, one.value, one.currency) for one in told] == [("A1", 349.0, "EUR")]


async def test_a_clock_that_jumps_back_runs_no_time_backwards(desk: Desk, clock: FixedClock) -> None:
    await desk.look(page())
    clock.move(seconds=20)
    await desk.look({"type": "scroll", "depth": 0.2})
    clock.move(hours=-3)
    await desk.look({"type": "scroll", "depth": 0.3, "ago": 1e12}, {"type": "scroll", "depth": 0.4, "ago": -5e9})
    times = [event.at for event in await stored(desk)]
    assert times == [0.0, 20.0, 20.0, 20.0]


async def test_events_stand_in_the_order_they_were_sent(desk: Desk, clock: FixedClock) -> None:
    """Whatever `ago` says: the first event begins the visit, and no event happened before the one it follows."""
    begun = await desk.look(page(), page("https://shop.example/bikes", ago=5_000), {"type": "scroll", "depth": 0.5})
    assert begun.live.started_ms == to_ms(clock.now())
    assert [event.at for event in await stored(desk)] == [0, 0, 0]
    clock.move(seconds=40)
    now = await desk.look(
        {"type": "event", "name": "a", "ago": 30_000},
        {"type": "event", "name": "b", "ago": 60_000},
        {"type": "event", "name": "c", "ago": 10_000},
        {"type": "event", "name": "d", "ago": 20_000},
    )
    assert [event.at for event in now.events] == [10, 10, 30, 30]
    later = await desk.look({"type": "event", "name": "late", "ago": 35_000}, tab="b")
    assert [event.at for event in later.events] == [40]  # nothing happened before what was told before


async def test_a_visit_that_comes_back_begins_with_its_first_event(desk: Desk, clock: FixedClock) -> None:
    await desk.look(page())
    clock.move(minutes=40)
    again = await desk.look(page(), {"type": "scroll", "depth": 0.5, "ago": 29 * 60_000})
    assert (again.live.state.visitor_visits, again.live.started_ms) == (2, to_ms(clock.now()))
    clock.move(minutes=40)
    third = await desk.look({"type": "scroll", "depth": 0.5, "ago": 100}, page(ago=5_000))
    assert third.live.started_ms == to_ms(clock.now()) - 100
    assert [(type(event), event.at) for event in await stored(desk)] == [
        (PageEvent, 0), (ScrollEvent, 0), (PageEvent, 0)
    ]  # fmt: skip


async def test_a_failed_command_leaves_nothing(desk: Desk) -> None:
    sent = look_of(page())
    who = Sighting(site=SITE, visitor=VISITOR, at_ms=to_ms(desk.clock.now()))

    def command(tx: Tx) -> None:
        record(tx, desk.book, who, sent)
        raise ValueError("no")

    with pytest.raises(ValueError):
        await desk.store.run(command)
    desk.book.forget(VISITOR)
    assert await desk.store.read(rows.visitor, VISITOR) is None


async def test_facts_are_the_same_from_memory_and_from_the_database(desk: Desk, clock: FixedClock) -> None:
    await desk.look(page("https://shop.example/?utm_source=news&utm_medium=email", referrer="https://mail.example/"))
    clock.move(seconds=3)
    await desk.look(
        {"type": "cart", "value": 349.5, "items": 2}, {"type": "event", "name": "hover:price", "props": {"a": [1]}}
    )
    clock.move(seconds=3)
    warm = await desk.look({"type": "scroll", "depth": 0.7})
    cold = await Desk(desk.store, clock).look(tab="c")
    for name in ("page_url", "page_scroll", "visit_source", "visit_medium", "visit_count", "cart_value", "last_at"):
        assert getattr(warm.live.state, name) == getattr(cold.live.state, name)
    assert from_ms(cold.live.started_ms) == from_ms(warm.live.started_ms)
    assert isinstance((await stored(desk))[0], PageEvent)
