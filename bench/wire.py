"""A WebSocket client for measurements: as little work as the protocol allows, so that servers are what is measured."""

from __future__ import annotations

import asyncio
import base64
import os
import struct
from collections.abc import Callable
from typing import cast

OnText = Callable[[bytes], None]


class Wire(asyncio.Protocol):
    """One socket. Texts go out with a zero mask, which leaves them as they are; texts come in to `on_text`."""

    def __init__(self, host: str, path: str, headers: dict[str, str], on_text: OnText) -> None:
        self._request = handshake(host, path, headers)
        self._buffer = bytearray()
        self._open = False
        self.on_text = on_text
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.closed = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        transport.write(self._request)

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = True
        if not self.ready.done():
            self.ready.set_exception(exc or ConnectionResetError("closed in the handshake"))

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._open and not self._shake_hands():
            return
        self._read_frames()

    def _shake_hands(self) -> bool:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return False
        status = bytes(self._buffer[: self._buffer.find(b"\r\n")])
        del self._buffer[: end + 4]
        self._open = b" 101 " in status
        if self._open:
            self.ready.set_result(None)
        else:
            self.ready.set_exception(ConnectionError(status.decode()))
        return self._open

    def _read_frames(self) -> None:
        buffer, at = self._buffer, 0
        while len(buffer) - at >= 2:
            head, length, body = buffer[at], buffer[at + 1], at + 2
            if length == 126:
                if len(buffer) < at + 4:
                    break
                length, body = struct.unpack_from("!H", buffer, at + 2)[0], at + 4
            elif length == 127:
                if len(buffer) < at + 10:
                    break
                length, body = struct.unpack_from("!Q", buffer, at + 2)[0], at + 10
            if len(buffer) < body + length:
                break
            if head & 0x0F == 1:
                self.on_text(bytes(buffer[body : body + length]))
            at = body + length
        del buffer[:at]

    def send(self, text: bytes) -> None:
        """One text frame."""
        length = len(text)
        head = bytes((0x81, 0x80 | length)) if length < 126 else struct.pack("!BBH", 0x81, 0x80 | 126, length)
        self.transport.write(head + b"\0\0\0\0" + text)

    def close(self) -> None:
        """Go, without ceremony."""
        self.transport.abort()


def handshake(host: str, path: str, headers: dict[str, str]) -> bytes:
    """The request that opens a WebSocket."""
    key = base64.b64encode(os.urandom(16)).decode()
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: {host}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {key}",
        "Sec-WebSocket-Version: 13",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


async def connect(port: int, path: str, on_text: OnText, headers: dict[str, str] | None = None) -> Wire:
    """An open socket to this machine."""
    loop = asyncio.get_running_loop()
    host = f"127.0.0.1:{port}"
    _, wire = await loop.create_connection(lambda: Wire(host, path, headers or {}, on_text), "127.0.0.1", port)
    await wire.ready
    return wire
