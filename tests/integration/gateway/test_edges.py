"""What the sockets do with what they should not get, and when something goes wrong."""

from __future__ import annotations

import asyncio
import json
import secrets
import socket as socket_module
from typing import Any

import pytest
from tests.integration.gateway.conftest import SITE, Served
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from overture.accounts import service as accounts
from overture.accounts.model import SYSTEM
from overture.bus.local import LocalBus
from overture.conversations import views
from overture.gateway import codes
from overture.gateway import gateway as gateway_module
from overture.gateway.limits import Limits
from overture.visits import service as visits
from overture.visits.identity import visitor_id

KEY = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def limits() -> Limits:
    return Limits(
        agent_burst=10_000,
        hello_within_s=0.4,
        visitor_burst=10,
        visitor_rate=1,
        patience=5,
        waiting_frames=20,
        waiting_bytes=200_000,
    )


async def dial(served: Served, path: str = "/v1/socket", **options: Any) -> ClientConnection:
    return await connect(served.url + path, compression=None, ping_interval=None, **options)


def hello(served: Served, **changes: Any) -> str:
    return json.dumps({"type": "hello", "v": 1, "site": served.site.key, "key": KEY, **changes})


async def closing(socket: ClientConnection) -> tuple[list[Any], int]:
    """All frames until the server closes, and its code."""
    frames = []
    try:
        async with asyncio.timeout(10):
            while True:
                frames.append(json.loads(await socket.recv()))
    except ConnectionClosed:
        assert socket.close_code is not None
        return frames, socket.close_code


async def ask(socket: ClientConnection, text: str) -> Any:
    await socket.send(text)
    async with asyncio.timeout(5):
        while (frame := json.loads(await socket.recv()))["type"] in ("availability", "ping"):
            pass
    return frame


# ---- hello -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "code", "close"),
    [
        ({"v": 2}, "other_version", codes.VERSION),
        ({"site": "nothing"}, "not_found", codes.NO_SITE),
        ({"key": "short"}, "bad_visitor_key", codes.BAD_HELLO),
        ({"surprise": 1}, "bad_frame", codes.BAD_HELLO),
        ({"type": "typing"}, "bad_frame", codes.BAD_HELLO),
    ],
)
async def test_a_wrong_hello_is_told_why(served: Served, changes: dict[str, Any], code: str, close: int) -> None:
    socket = await dial(served)
    await socket.send(hello(served, **changes))
    frames, closed = await closing(socket)
    assert ([(one["code"], one["fatal"]) for one in frames], closed) == ([(code, True)], close)


@pytest.mark.parametrize("changes", [{"last_seq": 10**30}, {"last_seq": 2**31}, {"last_seq": -1}, {"v": 10**30}])
async def test_a_hello_with_a_number_that_no_database_holds(served: Served, changes: dict[str, Any]) -> None:
    socket = await dial(served)
    await socket.send(hello(served, **changes))
    frames, closed = await closing(socket)
    assert frames[0]["code"] in ("bad_frame", "other_version")
    assert closed in (codes.BAD_HELLO, codes.VERSION)


@pytest.mark.parametrize("name", ["site", "key", "conversation", "invitation"])
async def test_an_id_with_nul_is_no_id(served: Served, name: str) -> None:
    socket = await dial(served)
    await socket.send(hello(served, **{name: "c_\0"}))
    frames, closed = await closing(socket)
    assert (frames[0]["code"], frames[0]["details"], closed) == ("bad_frame", {"field": name}, codes.BAD_HELLO)


async def test_frames_with_numbers_that_no_database_holds_are_told_so(served: Served) -> None:
    user = await served.person("Aino", "bike-sales")
    visitor, agent = await dial(served), await dial(served, "/v1/desk", additional_headers={"x-test-user": user.id})
    await visitor.send(hello(served, page="https://shop.example/\0", language="e\0n"))
    assert json.loads(await visitor.recv())["type"] == "welcome"
    await agent.send(json.dumps({"type": "hello", "v": 1, "site": SITE}))
    assert json.loads(await agent.recv())["type"] == "welcome"
    most = "1" + "0" * 30
    for frame in (
        '{"type":"resume","conversation":"c_x","last_seq":%s}',
        '{"type":"resume","conversation":"c_\\u0000","last_seq":1%.0s}',
        '{"type":"marks","delivered":%s,"read":0}',
        '{"type":"marks","delivered":1e400,"read":%s}',
    ):
        assert (await ask(visitor, frame % most))["code"] == "bad_frame"
    for frame in (
        '{"type":"open","conversation":"c_x","last_seq":%s}',
        '{"type":"open","conversation":"c_x","last_note":%s}',
        '{"type":"open","conversation":"c_\\u0000%.0s"}',
        '{"type":"marks","conversation":"c_x","delivered":0,"read":%s}',
        '{"type":"resume","conversation":"c_x","last_seq":-%s}',
    ):
        assert (await ask(agent, frame % most))["code"] == "bad_frame"
    await visitor.close()
    await agent.close()


async def test_the_first_frame_is_hello(served: Served) -> None:
    socket = await dial(served)
    await socket.send('{"type":"send","cid":"a","text":"b"}')
    frames, closed = await closing(socket)
    assert (frames[0]["code"], closed) == ("bad_hello", codes.BAD_HELLO)


async def test_without_hello_the_socket_closes(served: Served) -> None:
    for path in ("/v1/socket", "/v1/desk"):
        user = await served.person(f"P{len(path)}", "care")
        headers = {"x-test-user": user.id}
        assert (await closing(await dial(served, path, additional_headers=headers)))[1] == codes.SILENT


async def test_pages_of_other_origins_are_turned_away(served: Served) -> None:
    for origin, allowed in (
        ("https://shop.example", True),
        ("http://overture.test", True),
        ("https://evil.example", False),
    ):
        socket = await dial(served, origin=origin)
        await socket.send(hello(served))
        if allowed:
            assert json.loads(await socket.recv())["type"] == "welcome"
            await socket.close()
        else:
            frames, closed = await closing(socket)
            assert (frames[0]["code"], closed) == ("other_origin", codes.FORBIDDEN)


async def test_the_desk_is_for_its_own_page_and_for_who_signed_in(served: Served) -> None:
    user = await served.person("Aino", "bike-sales")
    signed = {"x-test-user": user.id}
    frames, closed = await closing(await dial(served, "/v1/desk"))
    assert (frames[0]["code"], closed) == ("sign_in_again", codes.NOT_SIGNED_IN)
    frames, closed = await closing(
        await dial(served, "/v1/desk", additional_headers=signed, origin="https://shop.example")
    )
    assert (frames[0]["code"], closed) == ("other_origin", codes.FORBIDDEN)
    socket = await dial(served, "/v1/desk", additional_headers=signed)
    await socket.send('{"type":"hello","v":1,"site":"another"}')
    frames, closed = await closing(socket)
    assert (frames[0]["code"], closed) == ("not_found", codes.NO_SITE)
    manager = await served.person("Meri", role="manager")
    socket = await dial(served, "/v1/desk", additional_headers={"x-test-user": manager.id})
    await socket.send('{"type":"hello","v":1,"site":"another"}')
    frames, closed = await closing(socket)
    assert (frames[0]["code"], closed) == ("not_found", codes.NO_SITE)


async def test_a_token_may_watch_and_not_work(served: Served) -> None:
    token, _ = await served.house.store.run(accounts.add_token, SYSTEM, "watcher", "read", SITE)
    socket = await dial(served, "/v1/desk", additional_headers={"Authorization": f"Bearer {token}"})
    welcome = await ask(socket, json.dumps({"type": "hello", "v": 1, "site": SITE}))
    assert (welcome["type"], welcome["capacity"]) == ("welcome", 0)
    assert (await ask(socket, '{"type":"available","on":true}'))["code"] == "no_agent"
    await socket.close()


async def test_a_blocked_visitor_is_not_served(served: Served) -> None:
    await served.person("Aino", "bike-sales")
    blocked = visitor_id(SITE, KEY)
    await served.house.store.run(lambda tx: visits.visitor_by_key(tx, served.site, KEY))
    await served.house.store.run(visits.set_blocked, SYSTEM, SITE, blocked, True)
    socket = await dial(served)
    await socket.send(hello(served))
    frames, closed = await closing(socket)
    assert (frames[0]["code"], closed) == ("blocked", codes.FORBIDDEN)


async def test_who_is_blocked_while_talking_talks_no_more(served: Served) -> None:
    await served.person("Aino", "bike-sales")
    async with served.visitor(KEY) as visitor:
        visitor.send("rude")
        await visitor.until(lambda: visitor.state == "active")
        await served.house.store.run(visits.set_blocked, SYSTEM, SITE, visitor_id(SITE, KEY), True)
        await visitor.until(lambda: visitor.closed is not None)
        assert visitor.closed is not None
        assert visitor.closed[0] == codes.FORBIDDEN
        visitor.send("ruder")
    found = await served.house.store.read(views.of_visitor, visitor_id(SITE, KEY))
    assert found is not None
    assert (found.state, found.last_text) == ("wrapping_up", "rude")


# ---- frames ----------------------------------------------------------------------------------------------------


async def test_a_malformed_frame_is_answered_and_the_socket_stays(served: Served) -> None:
    await served.person("Aino", "bike-sales")
    socket = await dial(served)
    assert (await ask(socket, hello(served)))["type"] == "welcome"
    for text in ("{", "[1]", '{"type":"dance"}', '{"type":"send","cid":"x","text":[]}', hello(served)):
        assert (await ask(socket, text))["type"] == "error"
    await socket.send(b"\x00\x01")
    assert json.loads(await socket.recv())["code"] == "bad_frame"
    long = await ask(socket, json.dumps({"type": "send", "cid": "l", "text": "x" * 8_001}))
    assert (long["code"], long["cid"]) == ("message_too_long", "l")
    assert (await ask(socket, '{"type":"send","cid":"ok","text":"still here"}'))["type"] in ("ack", "message")
    await socket.close()


async def test_a_frame_of_more_than_64_kib_closes(served: Served) -> None:
    socket = await dial(served)
    assert (await ask(socket, hello(served)))["type"] == "welcome"
    await socket.send(json.dumps({"type": "send", "cid": "l", "text": "x" * 70_000}))
    assert (await closing(socket))[1] == codes.TOO_LARGE


async def test_a_flood_is_told_then_closed_and_what_was_acknowledged_is_there(served: Served) -> None:
    await served.person("Aino", "bike-sales")
    socket = await dial(served)
    assert (await ask(socket, hello(served)))["type"] == "welcome"
    for number in range(60):
        await socket.send(json.dumps({"type": "send", "cid": f"f{number}", "text": f"{number}"}))
    frames, closed = await closing(socket)
    assert closed == codes.FLOOD
    refused = [one for one in frames if one["type"] == "error"]
    assert {one["code"] for one in refused} == {"too_many"}
    assert refused[0]["details"]["retry_after"] >= 1
    assert refused[0]["cid"] == "f10"
    acked = {one["cid"]: one["seq"] for one in frames if one["type"] == "ack"}
    async with served.visitor(KEY) as visitor:
        await visitor.until(lambda: len(visitor.texts) == len(acked))
        assert {message.cid: message.seq for message in visitor.messages if message.cid} == acked


async def test_other_visitors_conversations_do_not_exist(served: Served) -> None:
    await served.person("Aino", "bike-sales")
    async with served.visitor() as visitor:
        visitor.send("mine")
        await visitor.until(lambda: visitor.acknowledged)
    socket = await dial(served)
    assert (await ask(socket, hello(served)))["type"] == "welcome"
    theirs = json.dumps({"type": "resume", "conversation": visitor.conversation, "last_seq": 0})
    assert (await ask(socket, theirs))["code"] == "not_found"
    assert (await ask(socket, json.dumps({"type": "end", "conversation": visitor.conversation})))["code"] == "not_found"
    await socket.close()


# ---- the line ----------------------------------------------------------------------------------------------------


async def test_a_reader_who_does_not_read_is_closed_and_resumes(served: Served) -> None:
    aino = await served.person("Aino", "bike-sales")
    small = socket_module.socket()
    small.setsockopt(socket_module.SOL_SOCKET, socket_module.SO_RCVBUF, 4_096)
    small.setblocking(False)
    await asyncio.get_running_loop().sock_connect(small, ("127.0.0.1", int(served.url.rpartition(":")[2])))
    async with served.agent(aino) as agent:
        stalled = await dial(served, sock=small)
        await stalled.send(hello(served))
        await stalled.send('{"type":"send","cid":"a","text":"hello"}')
        await agent.until(lambda: agent.assigned)
        stalled.transport.pause_reading()  # the laptop sleeps with the socket open
        talk = agent.open(agent.assigned[0])
        await agent.until(lambda: talk.last == 2)
        sent = 0
        while not any(one.closing == codes.SLOW for one in served.gateway.connections()):
            assert sent < 2_000
            agent.send(talk.id, f"{sent} " + "x" * 7_900)
            sent += 1
            await agent.until(lambda sent=sent: talk.last == 2 + sent)
        stalled.transport.abort()
    async with served.visitor(KEY) as visitor:
        await visitor.until(lambda: len(visitor.messages) == 2 + sent)
        assert [message.seq for message in visitor.messages] == list(range(1, 3 + sent))


async def test_news_lost_by_the_bus_is_found_by_the_check(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway_module, "WATCH_EVERY", 0.2)
    aino = await served.person("Aino", "bike-sales")
    async with served.visitor() as visitor, served.agent(aino) as agent:
        visitor.send("one")
        await agent.until(lambda: agent.assigned)
        talk = agent.open(agent.assigned[0])
        await agent.until(lambda: talk.last == 2)
        publish = LocalBus.publish
        monkeypatch.setattr(LocalBus, "publish", lambda *_: None)
        visitor.send("two")
        await visitor.until(lambda: len(visitor.acknowledged) == 2)
        await agent.until(lambda: talk.last == 3, within_s=10)
        assert talk.texts == ["one", "two"]
        await agent.until(lambda: agent.inbox[talk.id].last_text == "two")
        async with served.visitor() as stranger:
            stranger.send("a new one, told to nobody")
            await agent.until(lambda: stranger.conversation in agent.inbox)
        monkeypatch.setattr(LocalBus, "publish", publish)


async def test_pings_are_answered_and_the_silent_are_closed(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway_module, "BEAT_S", 0.01)
    monkeypatch.setattr(gateway_module, "VISITOR_PATIENCE", 2)
    await served.house.gateway.stop()
    await served.house.gateway.start()
    async with served.visitor() as lively:
        silent = await dial(served)
        await silent.send(hello(served))
        frames, closed = await closing(silent)
        assert closed == codes.SILENT
        assert sum(one["type"] == "ping" for one in frames) == 3
        assert (lively.sockets, lively.connected.is_set()) == (1, True)


async def test_a_graceful_stop_answers_what_it_took_and_says_come_back(served: Served) -> None:
    await served.person("Aino", "bike-sales")
    socket = await dial(served)
    assert (await ask(socket, hello(served)))["type"] == "welcome"
    await socket.send('{"type":"send","cid":"last","text":"just in time"}')
    ack = json.loads(await socket.recv())
    await served.gateway.stop()
    frames, closed = await closing(socket)
    assert closed == codes.RESTART
    assert "last" in [one.get("cid") for one in (ack, *frames)]
    assert served.gateway.counts() == (0, 0)


async def test_a_changed_account_comes_back_with_what_it_may_see_now(served: Served) -> None:
    aino = await served.person("Aino", "bike-sales")
    async with served.visitor() as visitor, served.agent(aino) as agent:
        visitor.send("Moi")
        await agent.until(lambda: agent.inbox)
        change = accounts.UserChange(teams=[accounts.Membership(SITE, "care")])
        await served.house.store.run(accounts.change_user, SYSTEM, aino.id, change)
        await agent.until(lambda: agent.sockets == 2 and agent.connected.is_set())
        assert agent.welcome is not None
        assert (agent.welcome.teams, agent.inbox) == (["care"], {})
        await served.house.store.run(accounts.revoke, SYSTEM, aino.id)
        await agent.until(lambda: agent.closed is not None)
        assert agent.closed is not None
        assert agent.closed[0] == codes.NOT_SIGNED_IN


async def test_nothing_is_kept_of_sockets_that_have_gone(served: Served) -> None:
    aino = await served.person("Aino", "bike-sales")
    async with served.agent(aino) as agent:
        for _ in range(3):
            async with served.visitor(secrets.token_hex(16)) as visitor:
                visitor.send("Moi")
                await visitor.until(lambda visitor=visitor: visitor.acknowledged)
        await agent.until(lambda: len(agent.assigned) == 3)
        agent.open(agent.assigned[0])
        await agent.until(lambda: agent.talk(agent.assigned[0]).last)
    await served.gateway.stop()  # returns when the last socket has been let go of
    assert served.gateway.counts() == (0, 0)
    assert served.gateway.hub.topics("") == []
