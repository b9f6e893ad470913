"""Limits of a visitor hold over all their sockets, those of an address over all its visitors."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import Any

import pytest
from tests.integration.gateway.conftest import Served
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from overture.gateway.limits import Limits

KEY = "0123456789abcdef0123456789abcde{}"


@pytest.fixture
def limits() -> Limits:
    return Limits(
        visitor_burst=10, visitor_rate=0.01, sockets_per_address=4, openings_burst=2, address_openings_burst=5,
        address_openings_rate=0.01, address_letters_burst=2, address_letters_rate=0.01,
    )  # fmt: skip


async def visit(served: Served, who: int) -> ClientConnection:
    socket = await connect(served.url + "/v1/socket", compression=None, ping_interval=None)
    with contextlib.suppress(ConnectionClosed):  # turned away before it could speak: `answer` reads why
        await socket.send(json.dumps({"type": "hello", "v": 1, "site": served.site.key, "key": KEY.format(who)}))
    return socket


async def answer(socket: ClientConnection, *kinds: str) -> Any:
    async with asyncio.timeout(5):
        while (frame := json.loads(await socket.recv()))["type"] not in kinds:
            pass
    return frame


async def say(socket: ClientConnection, cid: str) -> str:
    await socket.send(json.dumps({"type": "send", "cid": cid, "text": "Hello"}))
    frame = await answer(socket, "ack", "error")
    return str(frame.get("code", "ack"))


async def test_two_sockets_of_a_visitor_have_one_measure(served: Served) -> None:
    await served.person("Aino", "bike-sales", "care", capacity=20)
    first, second = await visit(served, 1), await visit(served, 1)
    told = [await say(socket, f"c{n}{number}") for n in range(8) for number, socket in enumerate((first, second))]
    assert told.count("ack") == 10
    assert set(told[10:]) == {"too_many"}
    await first.close()
    again = await visit(served, 1)  # nor does coming back help
    assert await say(again, "again") == "too_many"
    other = await visit(served, 2)
    assert await say(other, "c1") == "ack"


async def test_an_address_opens_so_many_conversations(served: Served) -> None:
    await served.person("Aino", "bike-sales", "care", capacity=20)
    told = []
    for who in range(8):
        socket = await visit(served, who)
        told.append(await say(socket, "c"))
        if who == 0:
            assert await say(socket, "more") == told[0]  # going on is no opening
        await socket.close()
    assert told[5:] == ["too_many"] * 3
    assert "too_many" not in told[:5]


async def test_an_address_leaves_so_many_messages(served: Served) -> None:
    told = []
    for who in range(4):
        socket = await visit(served, who)
        frame = {"type": "leave_message", "cid": f"l{who}", "text": "Call me", "email": f"v{who}@example.com"}
        await socket.send(json.dumps(frame))
        told.append((await answer(socket, "left", "error")).get("code", "left"))
        await socket.close()
    assert told == ["left", "left", "too_many", "too_many"]


async def test_an_address_holds_so_many_sockets(served: Served) -> None:
    sockets = [await visit(served, who) for who in range(4)]
    for socket in sockets:
        await answer(socket, "welcome")
    fifth = await visit(served, 5)
    assert (await answer(fifth, "error"))["code"] == "too_many_connections"
    await sockets[0].close()
    for _ in range(50):
        if (await answer(await visit(served, 5), "welcome", "error"))["type"] == "welcome":
            return
    pytest.fail("the place of a closed socket is not given back")
