"""One socket: its loop, its bounded send queue, its limits. Written to be small: there may be tens of thousands."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Generator
from typing import TYPE_CHECKING, Any

import structlog

from overture.gateway import codec, codes
from overture.gateway.errors import BadFrame, TooManyFrames
from overture.gateway.frames.shared import Ping, Pong
from overture.gateway.limits import Bucket
from overture.gateway.news import News
from overture.kit.errors import OvertureError

if TYPE_CHECKING:
    from overture.gateway.gateway import Gateway

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Coroutine[Any, Any, None]]

_log = structlog.get_logger(__name__)
CLOSE_WITHIN_S = 5.0  # for the close frame to get through to a slow reader


class _Continued:
    """Awaits a coroutine that has been stepped once and stands at `blocked`."""

    __slots__ = ("blocked", "coroutine")

    def __init__(self, coroutine: Coroutine[Any, Any, None], blocked: Any) -> None:
        self.coroutine = coroutine
        self.blocked = blocked

    def __await__(self) -> Generator[Any, Any, None]:
        waiting = self.blocked
        while True:
            try:
                yield waiting
            except BaseException as error:
                waiting = self.coroutine.throw(error)
                continue
            try:
                waiting = self.coroutine.send(None)
            except StopIteration:
                return


class Closed(Exception):
    """The connection ends with this code; raised by its own handlers."""

    def __init__(self, code: int, reason: str = "") -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Connection:
    """What both sockets share. Subclasses decode their own frames, answer them, and hear news.

    A frame is handed to the server as soon as it is pushed: the server's `send` is stepped in place, which
    costs no task and no wake-up. Only if the transport's buffer is full does a task wait for it, and then
    frames queue here, up to the limit.
    """

    __slots__ = (
        "_flusher", "_queue", "_queued_bytes", "_send", "address", "bucket", "busy", "closing", "gateway", "heard",
        "held", "missed", "refused", "slot",
    )  # fmt: skip

    def __init__(self, gateway: Gateway, send: Send, burst: float) -> None:
        self.gateway = gateway
        self._send = send
        self.address = ""  # once it is admitted
        self._queue: deque[str] | None = None  # made when first needed: most never wait
        self._queued_bytes = 0
        self._flusher: asyncio.Task[None] | None = None
        self.bucket = Bucket(burst, time.monotonic())
        self.refused = 0
        self.closing = 0  # the code, once it is closing
        self.busy = False  # with a frame: a graceful stop waits for its answer
        self.heard = True
        self.missed = 0
        self.slot = 0
        self.held: list[tuple[str, News | str]] | None = None  # news that came while a snapshot was read

    # ---- out -------------------------------------------------------------------------------------------------

    def push(self, text: str) -> None:
        """Send a frame; never blocks. A reader who is too slow is closed."""
        if self.closing:
            return
        if self._flusher is not None:
            self._enqueue(text)
            return
        coroutine = self._send({"type": "websocket.send", "text": text})
        try:
            blocked = coroutine.send(None)
        except StopIteration:
            return
        except Exception:  # the peer is gone; the loop in `serve` hears of it by itself
            self.closing = codes.NORMAL
            return
        self._flusher = asyncio.get_running_loop().create_task(self._flush(_Continued(coroutine, blocked)))

    def tell(self, frame: Any) -> None:
        """Send a frame that only this reader gets."""
        self.push(codec.text_of(frame))

    def _enqueue(self, text: str) -> None:
        if self._queue is None:
            self._queue = deque()
        self._queue.append(text)
        self._queued_bytes += len(text)
        limits = self.gateway.limits
        if len(self._queue) > limits.waiting_frames or self._queued_bytes > limits.waiting_bytes:
            self._queue.clear()
            self.close(codes.SLOW, "too slow: come back and resume")

    async def _flush(self, first: _Continued) -> None:
        try:
            await first
            while self._queue and not self.closing:
                text = self._queue.popleft()
                self._queued_bytes -= len(text)
                await self._send({"type": "websocket.send", "text": text})
        except Exception:  # the peer is gone; the loop in `serve` hears of it by itself
            self.closing = self.closing or codes.NORMAL
        finally:
            self._flusher = None
            self._queue = None
            self._queued_bytes = 0

    def close(self, code: int, reason: str = "") -> None:
        """Close after what is already on its way; a reader who does not take even that is cut off."""
        if self.closing:
            return
        self.closing = code
        self.gateway.spawn(self._close(code, reason))

    async def end(self, code: int, reason: str = "") -> None:
        """Close, and return when that is done."""
        if not self.closing:
            self.closing = code
            await self._close(code, reason)

    async def _close(self, code: int, reason: str) -> None:
        try:
            async with asyncio.timeout(CLOSE_WITHIN_S):
                await self._send({"type": "websocket.close", "code": code, "reason": reason})
        except TimeoutError:
            _cut(self._send)
        except Exception as error:  # it closed first
            _log.debug("closed_already", reason=repr(error))

    # ---- in --------------------------------------------------------------------------------------------------

    async def serve(self, receive: Receive) -> None:
        """Take frames, one after the other, until the socket closes."""
        while True:
            message = await receive()
            if message["type"] != "websocket.receive":
                return
            self.heard = True
            text = message.get("text")
            del message
            if self.closing:
                continue
            self.busy = True
            try:
                await self._take(text)
            except Closed as end:
                self.close(end.code, end.reason)
            finally:
                self.busy = False
            if self.gateway.stopping:
                self.close(codes.RESTART, "the server restarts")

    async def _take(self, text: str | None) -> None:
        cid = ""
        try:
            if text is None:
                raise BadFrame("Frames are text, this one was binary")
            if codec.too_large(text):
                raise Closed(codes.TOO_LARGE, "a frame holds at most 64 KiB")
            self._throttle(text)
            frame = self.read(text)
            cid = getattr(frame, "cid", "")
            if type(frame) is not Pong:
                await self.take(frame)
            else:
                self.alive()
        except OvertureError as error:
            self.tell(codec.refusal(error, cid=cid))
        except Closed:
            raise
        except Exception:
            _log.exception("frame_failed", socket=type(self).__name__)
            self.tell(codec.refusal(_Fault("Something broke on the server: try again"), cid=cid))

    def _throttle(self, text: str) -> None:
        burst, rate = self.rates()
        if self.bucket.take(time.monotonic(), burst, rate):
            self.refused = 0
            return
        self.refused += 1
        if self.refused > self.gateway.limits.patience:
            raise Closed(codes.FLOOD, "too many frames")
        wait = max(1, round(1 / rate))
        raise TooManyFrames("Too many frames: wait a moment", retry_after=wait, cid=codec.cid_in(text))

    def ping(self, n: int, text: str, patience: int) -> None:
        """Ask for a sign of life; after `patience` rounds without any the socket is given up."""
        if self.heard or self.busy:  # while we work on their frame, the next ones wait unread
            self.missed = 0
        else:
            self.missed += 1
            if self.missed > patience:
                self.close(codes.SILENT, "no sign of life")
                return
        self.heard = False
        self.push(text)

    # ---- news ------------------------------------------------------------------------------------------------

    def hear(self, topic: str, news: News) -> None:
        """Take news, or hold it back until the snapshot that is being read has been sent."""
        if self.held is not None:
            self.held.append((topic, news))
        else:
            self.show(topic, news)

    def show_text(self, text: str) -> None:
        """Send a frame that others get as well, or hold it back like news."""
        if self.held is not None:
            self.held.append(("", text))
        else:
            self.push(text)

    def release(self) -> None:
        """The snapshot is sent: go on with the news that came meanwhile."""
        held, self.held = self.held, None
        for topic, news in held or ():
            if isinstance(news, str):
                self.push(news)
            else:
                self.show(topic, news)

    # ---- what subclasses do ------------------------------------------------------------------------------------

    def rates(self) -> tuple[float, float]:
        """Burst and rate of this connection's frames."""
        raise NotImplementedError

    def read(self, text: str) -> Any:
        """The typed frame in `text`, or BadFrame."""
        raise NotImplementedError

    async def take(self, frame: Any) -> None:
        """Do what a frame asks and answer it."""
        raise NotImplementedError

    def show(self, topic: str, news: News) -> None:
        """Put news into frames for this reader."""
        raise NotImplementedError

    def alive(self) -> None:
        """The peer answered a ping."""


class _Fault(OvertureError):
    code = "internal"
    status = 500


def _cut(send: Send) -> None:
    """Drop a connection whose peer reads nothing, as far as the server lets us get at its transport."""
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is not None:
        transport.abort()


PING_TEXTS = tuple(codec.text_of(Ping(n)) for n in range(1000))
