"""The first frame of a socket, and how one is turned away."""

from __future__ import annotations

import asyncio

from overture.gateway import codec, codes
from overture.gateway.connection import Closed, Connection, Receive
from overture.gateway.errors import BadHello
from overture.kit.errors import OvertureError


async def first_frame(receive: Receive, within_s: float) -> str:
    """The text of the first frame. TimeoutError if none comes; Closed if the peer goes or sends too much."""
    async with asyncio.timeout(within_s):
        message = await receive()
    if message["type"] != "websocket.receive":
        raise Closed(codes.NORMAL)
    text = message.get("text")
    if text is None:
        raise BadHello("The first frame is hello, as text")
    if codec.too_large(text):
        raise Closed(codes.TOO_LARGE, "a frame holds at most 64 KiB")
    return str(text)


async def refuse(connection: Connection, error: OvertureError, code: int) -> None:
    """Tell why, then close."""
    connection.tell(codec.refusal(error, fatal=True))
    await connection.end(code, error.code)
