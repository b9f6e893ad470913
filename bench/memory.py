"""Memory of an open chat beside a bare uvicorn socket, in one run.

Both servers are uvicorn with the same settings. Private memory of the process is read before and after many
sockets have been opened: bare ones that were accepted and wait, and chats that have said hello and been welcomed.
"""

from __future__ import annotations

import asyncio
import json
import resource
import secrets
import tempfile
from collections.abc import Awaitable, Callable
from typing import Any

from bench.servers import Running, running
from bench.wire import Wire, connect

SOCKETS = 1_500
WARM_UP = 150  # the first ones fill caches that stay the same size afterwards
AT_ONCE = 50


async def bare(server: Running, number: int) -> Wire:
    """A socket that was accepted and waits."""
    return await connect(server.port, f"/{number}", lambda _: None)


async def chat(server: Running, number: int) -> Wire:
    """A chat window: hello said, welcome got."""
    welcomed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def on_text(text: bytes) -> None:
        if text.startswith(b'{"type":"error"'):
            raise RuntimeError(text.decode())
        if not welcomed.done() and text.startswith(b'{"type":"welcome"'):
            welcomed.set_result(None)

    wire = await connect(server.port, "/v1/socket", on_text)
    hello = {"type": "hello", "v": 1, "site": server.facts["key"], "key": secrets.token_hex(16), "language": "en",
             "page": "https://shop.example/bikes/46"}  # fmt: skip
    wire.send(json.dumps(hello).encode())
    await asyncio.wait_for(welcomed, 30)
    return wire


async def many(server: Running, count: int, start: Callable[[Running, int], Awaitable[Wire]]) -> list[Wire]:
    wires: list[Wire] = []
    for begin in range(0, count, AT_ONCE):
        numbers = range(begin, min(begin + AT_ONCE, count))
        wires += await asyncio.gather(*(start(server, number) for number in numbers))
    return wires


async def per_socket(server: Running, start: Callable[[Running, int], Awaitable[Wire]]) -> float:
    """Bytes that one more socket takes."""
    warm = await many(server, WARM_UP, start)
    await asyncio.sleep(1.0)
    before = server.resident()
    wires = await many(server, SOCKETS, start)
    await asyncio.sleep(1.0)
    grown = server.resident() - before
    for wire in (*warm, *wires):
        wire.close()
    return grown / SOCKETS


def run() -> dict[str, Any]:
    """The ratio first: bytes of an open chat to those of a bare socket (lower is better)."""
    import uvloop

    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65_536), hard))
    with running("relay") as server:
        socket_bytes = uvloop.run(per_socket(server, bare))
    with tempfile.TemporaryDirectory() as folder, running("overture", folder, "0") as server:
        chat_bytes = uvloop.run(per_socket(server, chat))
    return {
        "open_chat_to_bare_socket_ratio": round(chat_bytes / socket_bytes, 2),
        "open_chat_bytes": round(chat_bytes),
        "bare_socket_bytes": round(socket_bytes),
        "sockets": SOCKETS,
    }


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))
