"""The shorter way of our sockets gives what uvicorn's own gives, whatever comes in and however it is cut."""

from __future__ import annotations

import asyncio
import itertools
import struct
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from uvicorn.config import Config
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.client import ClientProtocol
from websockets.uri import parse_uri

from overture.web.sockets import WAITING, TextSockets

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
REQUEST = (
    b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: " + KEY.encode() + b"\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
CLOSE = b"\x88\x82\0\0\0\0" + struct.pack("!H", 1000)
App = Callable[[Any, Any, Any], Awaitable[None]]
Protocol = type[WebSocketsSansIOProtocol]


class Wire(asyncio.Transport):
    """What the server writes, and whether it still reads."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.closed = False
        self.reading = True

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return ("127.0.0.1", 1) if name in ("peername", "sockname") else default

    def write(self, data: Any) -> None:
        self.written += data

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True


def connected(kind: Protocol, app: App) -> tuple[WebSocketsSansIOProtocol, Wire]:
    config = Config(app, ws=kind, ws_max_size=64 * 1024, ws_per_message_deflate=False, ws_ping_interval=None)
    config.load()
    protocol, wire = kind(config, ServerState(), {}), Wire()
    protocol.connection_made(wire)
    return protocol, wire


async def served(kind: Protocol, pieces: list[bytes], say: str = "") -> tuple[list[Any], Wire]:
    """What an application on this protocol receives, and its wire."""
    heard: list[Any] = []
    accepted, over = asyncio.Event(), asyncio.Event()

    async def app(_scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        if say:
            await send({"type": "websocket.send", "text": say})
        accepted.set()
        while (message := await receive())["type"] == "websocket.receive":
            heard.append(message)
        heard.append(message)
        over.set()

    protocol, wire = connected(kind, app)
    protocol.data_received(REQUEST)
    await accepted.wait()
    for piece in pieces:
        protocol.data_received(piece)
    protocol.connection_lost(None)
    await over.wait()
    return heard, wire


def masked(opcode: int, body: bytes, *, fin: bool = True, key: bytes = b"\x01\x02\x03\x04") -> bytes:
    length = len(body)
    head = bytes((0x80 * fin | opcode,))
    if length < 126:
        head += bytes((0x80 | length,))
    elif length < 65_536:
        head += bytes((0xFE,)) + struct.pack("!H", length)
    else:
        head += bytes((0xFF,)) + struct.pack("!Q", length)
    return head + key + bytes(byte ^ key[place % 4] for place, byte in enumerate(body))


texts = st.text(max_size=300).map(lambda text: masked(1, text.encode()))
unusual = st.one_of(
    st.binary(max_size=200).map(lambda body: masked(2, body)),
    st.binary(max_size=20).map(lambda body: masked(9, body)),
    st.binary(min_size=1, max_size=20).map(lambda body: masked(1, b"\xff" + body)),
    st.text(max_size=20).map(lambda text: masked(1, text.encode(), fin=False) + masked(0, b" more")),
    st.just(masked(1, b"x" * 70_000)),
    st.just(b"\x81\x02ab"),  # not masked
    st.just(b"\xc1\x80\0\0\0\0"),  # a bit that nobody agreed on
    st.just(CLOSE),
    st.binary(max_size=30).filter(lambda garbage: garbage[:1] != b"\x81"),
)


def cut(data: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({0, len(data), *(place % (len(data) + 1) for place in cuts)})
    return [data[a:b] for a, b in itertools.pairwise(places)]


@given(
    st.lists(texts, max_size=6), unusual, st.lists(st.one_of(texts, unusual), max_size=3),
    st.lists(st.integers(0, 100_000), max_size=6),
)  # fmt: skip
def test_the_application_and_the_peer_get_what_uvicorns_own_gives(
    whole: list[bytes], odd: bytes, later: list[bytes], cuts: list[int]
) -> None:
    """However the texts are cut and joined; uvicorn's own gets them one by one, for it drops what stands before an
    error in the same piece."""
    ours, our_wire = asyncio.run(served(TextSockets, cut(b"".join([*whole, odd]), cuts) + later))
    theirs, their_wire = asyncio.run(served(WebSocketsSansIOProtocol, [*whole, odd, *later]))
    assert ours == theirs
    assert our_wire.written.partition(b"\r\n\r\n")[2] == their_wire.written.partition(b"\r\n\r\n")[2]
    assert our_wire.closed == their_wire.closed


@pytest.mark.parametrize("length", [1, 125, 126, 127, 65_535, 65_536, 70_000])
async def test_texts_go_out_as_a_client_reads_them(length: int) -> None:
    _, wire = await served(TextSockets, [CLOSE], say="x" * length)
    client = ClientProtocol(parse_uri("ws://x/"), max_size=None)
    client.key = KEY
    client.send_request(client.connect())
    client.receive_data(wire.written)
    assert client.events_received()[1].data == b"x" * length  # type: ignore[union-attr]


async def test_a_flood_stops_the_reading_until_it_has_been_taken() -> None:
    accepted, go, done = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def app(_scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        accepted.set()
        await go.wait()
        for _ in range(WAITING + 4):
            await receive()
        done.set()

    protocol, wire = connected(TextSockets, app)
    protocol.data_received(REQUEST)
    await accepted.wait()
    protocol.data_received(masked(1, b"x") * (WAITING - 1))
    assert wire.reading
    protocol.data_received(masked(1, b"x") * 5)
    assert not wire.reading
    go.set()
    await done.wait()
    assert wire.reading


@pytest.mark.parametrize("kind", [TextSockets, WebSocketsSansIOProtocol])
@pytest.mark.parametrize("at", [0, 1, 5, 11])
async def test_frames_right_behind_the_request_are_not_lost(kind: Protocol, at: int) -> None:
    heard: list[str] = []
    done = asyncio.Event()

    async def app(_scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        heard.extend([(await receive())["text"] for _ in range(2)])
        done.set()

    protocol, _ = connected(kind, app)
    frame = masked(1, b"early")
    protocol.data_received(REQUEST + frame[:at])
    await asyncio.sleep(0)
    protocol.data_received(frame[at:])
    protocol.data_received(frame)
    await asyncio.wait_for(done.wait(), 5)
    assert heard == ["early", "early"]
