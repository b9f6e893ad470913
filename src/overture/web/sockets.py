"""WebSockets with a shorter way for what nearly every frame is: one whole text, in or out.

uvicorn's protocol stays the base. Handshakes, closes, fragments and every mistake go through it and `websockets`;
a connection on which anything but a whole masked text comes in is theirs from that frame on.
"""

from __future__ import annotations

from typing import Any, Protocol

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.protocol import OPEN

try:
    from websockets.speedups import apply_mask
except ImportError:  # a machine for which websockets has no compiled part
    from websockets.utils import apply_mask

WAITING = 16  # frames that wait for the application before reading stops
_TEXT = 0x81  # final fragment, text
_MASKED = 0x80
_HEAD = 2
_KEY = 4
_END_OF_REQUEST = b"\r\n\r\n"


class Place(Protocol):
    """One open connection that counts until it is given back."""

    def give_back(self) -> None: ...


class TextSockets(WebSocketsSansIOProtocol):
    """A socket of ours. `_short` while everything that came in has been whole masked texts."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._short = not self.config.ws_per_message_deflate
        self._rest = b""  # the beginning of a frame whose end has not come yet
        self.place: Place | None = None

    def connection_lost(self, exc: Exception | None) -> None:
        if self.place is not None:
            self.place.give_back()
        super().connection_lost(exc)

    # ---- in --------------------------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        if not self.handshake_complete:
            # whoever writes before the answer, or right behind the request, is read by the base
            self._short = (
                self._short
                and not self.handshake_initiated
                and data.find(_END_OF_REQUEST) == len(data) - len(_END_OF_REQUEST)
            )
            super().data_received(data)
        elif self._short and not self.close_sent:
            self._take(self._rest + data if self._rest else data)
        else:
            self._hand_over(data)

    def _take(self, data: bytes) -> None:
        """Queue the whole texts in `data`; keep what is incomplete, hand over what is anything else."""
        at = 0
        while (end := self._whole(data, at)) > 0:
            start = at + _HEAD + (2 if data[at + 1] & 0x7F == 126 else 0)
            text = apply_mask(data[start + _KEY : end], data[start : start + _KEY])
            try:
                self.queue.put_nowait({"type": "websocket.receive", "text": text.decode()})
            except UnicodeDecodeError:
                end = -1
                break
            at = end
        self._rest = data[at:]
        if end < 0:
            self._hand_over(b"")
        elif self.queue.qsize() >= WAITING and not self.read_paused:
            self.read_paused = True
            self.transport.pause_reading()

    @staticmethod
    def _whole(data: bytes, at: int) -> int:
        """Where the text frame that begins at `at` ends; 0 if it is not all there, -1 if it is anything else."""
        there = len(data) - at
        if there < _HEAD:
            return 0
        length = data[at + 1] - _MASKED
        if data[at] != _TEXT or not 0 <= length < 127:
            return -1
        size = _HEAD + _KEY + length
        if length == 126:
            if there < _HEAD + 2:
                return 0
            size = _HEAD + 2 + _KEY + (data[at + 2] << 8 | data[at + 3])
        return at + size if there >= size else 0

    def _hand_over(self, data: bytes) -> None:
        """From this frame on the base reads."""
        self._short = False
        data, self._rest = self._rest + data, b""
        super().data_received(data)

    # ---- out -------------------------------------------------------------------------------------------------

    async def send(self, message: Any) -> None:
        text = message.get("text")
        if text is None or not self._may_write():
            await super().send(message)
            return
        body = text.encode()
        self.transport.write(_head(len(body)) + body)

    def _may_write(self) -> bool:
        return (
            self.handshake_complete
            and self.conn.state is OPEN
            and self.writable.is_set()
            and not (self.disconnected or self.close_sent or self.conn.extensions)
        )


def _head(length: int) -> bytes:
    """A text frame's head as a server writes it: final, not masked (RFC 6455, section 5.2)."""
    if length < 126:
        return bytes((_TEXT, length))
    if length < 65_536:
        return b"\x81\x7e" + length.to_bytes(2, "big")
    return b"\x81\x7f" + length.to_bytes(8, "big")
