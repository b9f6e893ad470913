"""What strangers send is bounded in size, number and time, and others are answered meanwhile."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from overture.kit.addresses import Proxies, networks
from overture.web import http_connections as bounds
from overture.web.serve import Server, server

GET = b"GET / HTTP/1.1\r\nHost: x\r\n"


class Echo:
    """Answers with the number of bytes of the body; `/wait` when it is told to."""

    def __init__(self) -> None:
        self.asked = 0
        self.go = asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.accept"})
            await receive()
            return
        self.asked += 1
        if scope["path"] == "/wait":
            await self.go.wait()
        size = 0
        while True:
            message = await receive()
            size += len(message.get("body", b""))
            if message["type"] == "http.disconnect" or not message.get("more_body"):
                break
        body = b"%d" % size
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
        await send({"type": "http.response.body", "body": body})


class Place:
    """A server behind a port."""

    def __init__(self, running: Server, port: int, app: Echo) -> None:
        self.server, self.port, self.app = running, port, app

    async def open(self, *parts: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        for part in parts:
            writer.write(part)
        return reader, writer

    async def ask(self, *parts: bytes) -> tuple[int, str]:
        """Status and code (or body) of the answer to what is sent."""
        reader, writer = await self.open(*parts)
        try:
            return await answer(reader)
        finally:
            writer.close()


async def answer(reader: asyncio.StreamReader) -> tuple[int, str]:
    async with asyncio.timeout(10):
        head = await reader.readuntil(b"\r\n\r\n")
        fields = head.decode().lower().split("\r\n")
        length = next(int(field.split(":")[1]) for field in fields if field.startswith("content-length"))
        body = await reader.readexactly(length)
    status = int(head.split()[1])
    return status, body.decode() if status == 200 else json.loads(body)["error"]["code"]


async def closed(reader: asyncio.StreamReader) -> bytes:
    """What still comes until the server closes."""
    try:
        async with asyncio.timeout(10):
            return await reader.read()
    except ConnectionError:
        return b""


Serve = Callable[..., Any]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    started: list[tuple[Server, asyncio.Task[None]]] = []

    async def start(**options: Any) -> Place:
        app = Echo()
        sock = socket.create_server(("127.0.0.1", 0))
        running = server(app, body_limit=lambda path: 1_000 if path == "/small" else 100_000, **options)
        up = asyncio.Event()
        running.ready = up.set
        started.append((running, asyncio.create_task(running.serve(sockets=[sock]))))
        await up.wait()
        return Place(running, sock.getsockname()[1], app)

    yield start
    for running, task in started:
        running.should_exit = running.force_exit = True
        await task


# ---- size ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "status", "code"),
    [
        ((GET + b"\r\n",), 200, "0"),
        ((GET + b"A: " + b"a" * 30_000 + b"\r\n\r\n",), 200, "0"),
        ((GET + b"A: " + b"a" * 33_000 + b"\r\n\r\n",), 431, "head_too_large"),
        ((GET + b"A: ", b"a" * 400_000), 431, "head_too_large"),  # its end need not come
        ((GET + b"a" * 400_000,), 431, "head_too_large"),
        ((b"GET /" + b"a" * 400_000,), 431, "head_too_large"),
        ((GET + b"A: 1\r\n" * 101 + b"\r\n",), 431, "head_too_large"),
        ((GET + b"Cookie: a=1\r\n" * 40_000,), 431, "head_too_large"),
        ((b"POST /small HTTP/1.1\r\nContent-Length: 1000\r\n\r\n" + b"b" * 1_000,), 200, "1000"),
        ((b"POST /small HTTP/1.1\r\nContent-Length: 1001\r\n\r\n",), 413, "too_large"),
        ((b"POST /small HTTP/1.1\r\nContent-Length: 9999999999999999\r\n\r\n",), 413, "too_large"),
        ((b"POST /small HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3E9\r\n" + b"b" * 1_001,), 413, "too_large"),
        ((b"POST /small HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
          b"1;" + b"x" * 300_000), 413, "too_large"),
        ((b"POST /small HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nb\r\n0\r\nTrailer: ",
          b"x" * 300_000), 413, "too_large"),
        ((b"POST /small HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nb\r\n0\r\nCookie: a=b\r\n\r\n",), 200, "1"),
        ((b"nonsense\r\n\r\n",), 400, "bad_request"),
        ((b"GET /\xe5\xe4 HTTP/1.1\r\n\r\n",), 400, "bad_request"),
        ((b"GET / HTTP/1.1\r\nA: \x01\r\n\r\n",), 400, "bad_request"),
        ((b"CONNECT x:1 HTTP/1.1\r\n\r\n",), 400, "bad_request"),
        ((GET + b"A: \xe5\xe4\xf6\r\n\r\n",), 200, "0"),
        ((b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",), 400, "bad_request"),  # TLS to a port without
    ],
)  # fmt: skip
async def test_a_request_has_its_size(serve: Serve, parts: tuple[bytes, ...], status: int, code: str) -> None:
    place = await serve()
    assert await place.ask(*parts) == (status, code)
    assert place.server.table.open <= 1


async def test_a_long_body_before_the_next_head_is_no_long_head(serve: Serve) -> None:
    place = await serve()
    post = b"POST / HTTP/1.1\r\nContent-Length: 90000\r\n\r\n" + b"b" * 90_000
    reader, writer = await place.open((post + GET + b"\r\n") * 3)
    assert [await answer(reader) for _ in range(6)] == [(200, "90000"), (200, "0")] * 3
    writer.close()


async def test_requests_behind_another_are_few(serve: Serve) -> None:
    place = await serve()
    reader, writer = await place.open(b"GET /wait HTTP/1.1\r\n\r\n" + (GET + b"\r\n") * 5_000)
    assert await closed(reader) == b""
    assert place.app.asked == 1
    writer.close()


# ---- time ----------------------------------------------------------------------------------------------------


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is out of time within a second or two."""
    for name in ("HEAD_WITHIN_S", "BODY_WITHIN_S", "LINGER_S", "TAKEN_WITHIN_S", "SILENT_FOR_S"):
        monkeypatch.setattr(bounds, name, 0.4)


async def trickle(writer: asyncio.StreamWriter, byte: bytes) -> None:
    try:
        while True:
            writer.write(byte)
            await writer.drain()
            await asyncio.sleep(0.02)
    except ConnectionError:
        pass


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize(
    ("start", "byte", "status"),
    [
        (GET + b"A: ", b"a", b"408"),
        (b"POST / HTTP/1.1\r\nContent-Length: 90000\r\n\r\n", b"b", b"408"),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nb\r\n", b"408"),
        (GET + b"\r\n" + GET + b"A: ", b"a", b"408"),
        (b"\r\n", b"\r\n", b"408"),
    ],
)
async def test_a_trickle_is_no_sign_of_life(serve: Serve, start: bytes, byte: bytes, status: bytes) -> None:
    place = await serve()
    reader, writer = await place.open(start)
    drip = asyncio.create_task(trickle(writer, byte))
    told = await closed(reader)
    assert status in told
    drip.cancel()
    writer.close()


@pytest.mark.usefixtures("soon")
async def test_silence_ends(serve: Serve) -> None:
    place = await serve()
    sockets = [await place.open() for _ in range(50)]
    assert [await closed(reader) for reader, _ in sockets] == [b""] * 50
    assert place.server.table.open == 0
    for _, writer in sockets:
        writer.close()


@pytest.mark.usefixtures("soon")
async def test_who_is_kept_waiting_by_us_is_not_closed(serve: Serve) -> None:
    place = await serve()
    reader, writer = await place.open(b"GET /wait HTTP/1.1\r\n\r\n" + GET)
    await asyncio.sleep(2.5)
    place.app.go.set()
    assert await answer(reader) == (200, "0")
    writer.write(b"\r\n")
    assert await answer(reader) == (200, "0")
    writer.close()


# ---- number --------------------------------------------------------------------------------------------------


async def test_others_are_answered_during_a_flood(serve: Serve) -> None:
    place = await serve(proxies=Proxies())
    silent = [await place.open() for _ in range(300)]
    half = [await place.open(GET + b"A: 1") for _ in range(100)]
    poured = 0

    async def pour() -> None:
        nonlocal poured
        _, writer = await place.open(GET + b"A: ")
        try:
            while poured < 80_000_000:
                writer.write(b"a" * 65_536)
                poured += 65_536
                await writer.drain()
        except ConnectionError:
            pass
        writer.close()

    flood = asyncio.create_task(pour())
    for _ in range(200):
        assert await place.ask(GET + b"\r\n") == (200, "0")
    await asyncio.wait_for(flood, 10)
    assert poured < 40_000_000  # cut long before its end
    await _until(lambda: place.server.table.open <= bounds.SILENT_PER_ADDRESS)
    for _, writer in silent + half:
        writer.close()


async def test_the_oldest_silent_make_room(serve: Serve) -> None:
    place = await serve(per_address=20)
    silent = [await place.open() for _ in range(60)]
    assert await place.ask(GET + b"\r\n") == (200, "0")
    assert place.server.table.open <= 21
    assert await closed(silent[0][0]) == b""
    for _, writer in silent:
        writer.close()


async def test_an_address_holds_only_its_own_share(serve: Serve) -> None:
    place = await serve(per_address=5)
    waiting = [await place.open(b"GET /wait HTTP/1.1\r\n\r\n") for _ in range(5)]
    await _until(lambda: place.app.asked == 5)
    more, _ = await place.open(GET + b"\r\n")
    assert await closed(more) == b""  # all that it has are being answered
    place.app.go.set()
    for reader, writer in waiting:
        assert await answer(reader) == (200, "0")
        writer.close()
    await _until(lambda: place.server.table.open == 0)
    assert await place.ask(GET + b"\r\n") == (200, "0")


async def test_a_proxy_carries_many(serve: Serve) -> None:
    place = await serve(per_address=5, proxies=Proxies(networks("127.0.0.0/8")))
    waiting = [await place.open(b"GET /wait HTTP/1.1\r\n\r\n") for _ in range(20)]
    await _until(lambda: place.app.asked == 20)
    place.app.go.set()
    for reader, writer in waiting:
        assert await answer(reader) == (200, "0")
        writer.close()


async def test_a_websocket_counts_until_it_is_closed(serve: Serve) -> None:
    place = await serve()
    upgrade = (
        b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    reader, writer = await place.open(upgrade)
    assert b"101" in await reader.readuntil(b"\r\n\r\n")
    assert place.server.table.open == 1
    writer.close()
    await _until(lambda: place.server.table.open == 0)


async def _until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110 - what is awaited has no event
            await asyncio.sleep(0.02)
