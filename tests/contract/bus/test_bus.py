"""What whoever publishes and whoever listens may rely on, on every bus."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from overture.bus import Bus
from overture.bus.local import LocalBus


@pytest.fixture(params=["local"])
async def any_bus(request: pytest.FixtureRequest) -> AsyncIterator[Bus]:
    bus: Bus = {"local": LocalBus}[request.param]()
    await bus.start()
    yield bus
    await bus.stop()


class Ear:
    """Collects what it hears and lets a test wait for it."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, bytes]] = []
        self._more = asyncio.Event()

    def __call__(self, topic: str, body: bytes) -> None:
        self.heard.append((topic, body))
        self._more.set()

    async def until(self, count: int) -> list[tuple[str, bytes]]:
        async with asyncio.timeout(5):
            while len(self.heard) < count:
                self._more.clear()
                await self._more.wait()
        return self.heard


async def test_subscribers_of_a_topic_hear_it_in_order(any_bus: Bus) -> None:
    one, two, other = Ear(), Ear(), Ear()
    any_bus.subscribe("conversation:1", one)
    any_bus.subscribe("conversation:1", two)
    any_bus.subscribe("conversation:2", other)
    for number in range(50):
        any_bus.publish("conversation:1", str(number).encode())
    wanted = [("conversation:1", str(number).encode()) for number in range(50)]
    assert await one.until(50) == wanted
    assert await two.until(50) == wanted
    any_bus.publish("conversation:2", b"x")
    assert await other.until(1) == [("conversation:2", b"x")]


async def test_a_cancelled_subscription_hears_no_more(any_bus: Bus) -> None:
    gone, stays = Ear(), Ear()
    subscription = any_bus.subscribe("a", gone)
    any_bus.subscribe("a", stays)
    subscription.cancel()
    subscription.cancel()
    any_bus.publish("a", b"x")
    await stays.until(1)
    assert gone.heard == []


async def test_one_that_fails_spares_the_others(any_bus: Bus) -> None:
    def broken(_topic: str, _body: bytes) -> None:
        raise ValueError("mine")

    fine = Ear()
    any_bus.subscribe("a", broken)
    any_bus.subscribe("a", fine)
    any_bus.publish("a", b"1")
    any_bus.publish("a", b"2")
    assert len(await fine.until(2)) == 2


async def test_subscribing_and_cancelling_while_hearing(any_bus: Bus) -> None:
    late, first = Ear(), Ear()

    def once(topic: str, body: bytes) -> None:
        first(topic, body)
        subscription.cancel()
        any_bus.subscribe("a", late)

    subscription = any_bus.subscribe("a", once)
    any_bus.publish("a", b"1")
    await first.until(1)
    any_bus.publish("a", b"2")
    assert await late.until(1) == [("a", b"2")]
    assert len(first.heard) == 1


async def test_publishing_to_nobody_is_fine(any_bus: Bus) -> None:
    any_bus.publish("nobody", b"x" * 100_000)
