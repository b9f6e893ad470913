"""HTTP connections with bounds: size and time of heads and bodies, silence, and how many one address may hold.

uvicorn's protocol stays the base; what is within the bounds costs it a few comparisons more.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import resource
import time
from collections import deque
from collections.abc import Callable
from typing import Any

import httptools
import msgspec
import structlog
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from overture.kit.addresses import Proxies, limit_key, read_address
from overture.kit.errors import Invalid, OvertureError, TooLarge
from overture.web.sockets import TextSockets

HEAD_BYTES = 32 * 1024
HEAD_FIELDS = 100
HEAD_WITHIN_S = 10.0
BODY_WITHIN_S = 30.0
TAKEN_WITHIN_S = 60.0  # by a reader of whose answer nothing more goes out
BODY_BYTES = 256 * 1024
PIPELINED = 16  # requests that may wait behind one on the same connection
SPARE_RAW = 64 * 1024  # heads of chunks and trailers, beside twice the body
LINGER_S = 2.0  # a refusal is read only by who may finish writing
LINGER_BYTES = 256 * 1024
SILENT_FOR_S = 1.0  # from then on a connection without a whole request counts as silent
SILENT_PER_ADDRESS = 256
PER_ADDRESS = 4_000
CLOSED_AT_ONCE = 100  # 2 ms
SPARE_FILES = 256  # for the database, for files, for what the process opens besides connections

_log = structlog.get_logger(__name__)


class HeadTooLarge(TooLarge):
    """The first line and the header fields are more than any browser sends."""

    code = "head_too_large"
    status = 431


class BodyTooLarge(TooLarge):
    """More than is taken at this address."""

    code = "too_large"


class TooSlow(Invalid):
    """The request did not come in time."""

    code = "too_slow"
    status = 408


class NotHttp(Invalid):
    """What came is no HTTP request."""

    code = "bad_request"


class Place:
    """One open connection, of HTTP or a WebSocket, that counts until it is given back."""

    __slots__ = ("_address", "_table")

    def __init__(self, table: ConnectionTable, address: str) -> None:
        self._table = table
        self._address = address

    def give_back(self) -> None:
        """The connection is closed."""
        self._table.count(self._address, -1)


class ConnectionTable:
    """The connections of one server: how many there are, whose they are, and which may stay.

    `body_limit` tells how large a body may be at a path. A peer in a trusted network is a proxy: it carries many
    clients and is not counted by its address.
    """

    def __init__(
        self,
        proxies: Proxies,
        body_limit: Callable[[str], int] = lambda _path: BODY_BYTES,
        *,
        most: int = 0,
        per_address: int = PER_ADDRESS,
    ) -> None:
        self.body_limit = body_limit
        self._proxies = proxies
        self._most = most or _most_open()
        self._per_address = per_address
        self._http: dict[HttpConnection, None] = {}  # by age
        self._by_address: dict[str, int] = {}
        self._doomed: deque[HttpConnection] = deque()
        self.open = 0

    def join(self, connection: HttpConnection, peer: str) -> bool:
        """Whether this connection may stay; the oldest that never finished a request may have to make room."""
        address = self._counted(peer)
        if address and self._by_address.get(address, 0) >= self._per_address and not self._close_oldest(address):
            return False
        if self.open >= self._most and not self._close_oldest():
            return False
        connection.address = address
        connection.place = Place(self, address)
        self._http[connection] = None
        self.count(address, 1)
        return True

    def part(self, connection: HttpConnection) -> None:
        """It speaks HTTP no more: it is closed, or has become a WebSocket."""
        self._http.pop(connection, None)

    def count(self, address: str, change: int) -> None:
        """One more or one less is open."""
        self.open += change
        if address:
            now = self._by_address.get(address, 0) + change
            if now > 0:
                self._by_address[address] = now
            else:
                self._by_address.pop(address, None)

    def sweep(self) -> None:
        """Find what is out of time, and the oldest of an address that has too many silent ones. Once a second."""
        now = time.monotonic()
        silent: dict[str, list[HttpConnection]] = {}
        self._doomed.clear()
        for connection in self._http:
            if connection.is_due(now):
                self._doomed.append(connection)
            elif connection.address and connection.silent_since <= now - SILENT_FOR_S:
                silent.setdefault(connection.address, []).append(connection)
        for connections in silent.values():
            self._doomed += connections[: max(0, len(connections) - SILENT_PER_ADDRESS)]

    def close_some(self) -> None:
        """Close some of what was found: thousands at once would keep everybody else waiting. Ten times a second."""
        now = time.monotonic()
        for _ in range(min(CLOSED_AT_ONCE, len(self._doomed))):
            connection = self._doomed.popleft()
            if connection.is_due(now):
                connection.expire(now)
            elif connection in self._http and connection.silent_since <= now - SILENT_FOR_S:
                connection.cut()

    def _counted(self, peer: str) -> str:
        address = read_address(peer)
        if address is None or self._proxies.are_ours(address):
            return ""
        return limit_key(str(address))

    def _close_oldest(self, address: str = "") -> bool:
        """Close the oldest connection whose request does not come, else the oldest between two requests."""
        idle = None
        for one in self._http:
            if address and one.address != address:
                continue
            if one.silent_since < math.inf:
                one.cut()
                return True
            idle = idle or (one if one.idle else None)
        if idle is not None:
            idle.cut()
        return idle is not None


def raise_file_limit() -> int:
    """Let this process open as many files as it may: each connection is one. How many that is."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < hard:
        with contextlib.suppress(ValueError, OSError):  # macOS refuses "unlimited"
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def _most_open() -> int:
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return max(SPARE_FILES, files - SPARE_FILES)


class HttpConnection(HttpToolsProtocol):
    """A connection that is held to the bounds of its server's table.

    `silent_since` is since when a request is awaited that has begun or never came, infinity while none is.
    """

    def __init__(self, *args: Any, table: ConnectionTable, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.table = table
        self.address = ""
        self.place: Place | None = None
        self.silent_since = math.inf
        self._deadline = math.inf
        self._stuck_since = math.inf
        self._in_head = True
        self._head_bytes = 0
        self._head_is_long = False
        self._body_bytes = 0
        self._body_raw = 0
        self._body_limit = 0
        self._ended = False  # a request, in what has just come
        self._refused = False
        self._after_refusal = 0  # bytes

    # ---- coming and going --------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if not self.table.join(self, self.client[0] if self.client else ""):
            transport.abort()
            return
        self._await_within(HEAD_WITHIN_S)

    def connection_lost(self, exc: Exception | None) -> None:
        self.table.part(self)
        if self.place is not None:
            self.place.give_back()
        super().connection_lost(exc)

    def handle_websocket_upgrade(self) -> None:
        """The connection is the WebSocket's from now on, with its place in the table."""
        self.table.part(self)
        super().handle_websocket_upgrade()
        place, self.place = self.place, None
        socket = self.transport.get_protocol()
        if place is None:
            return
        if isinstance(socket, TextSockets):
            socket.place = place
        else:
            place.give_back()

    @property
    def idle(self) -> bool:
        """Between two requests."""
        return self._in_head and (self.cycle is None or self.cycle.response_complete)

    def cut(self) -> None:
        """Close at once, without a word."""
        self.table.part(self)
        self.transport.abort()

    def is_due(self, now: float) -> bool:
        """Whether what is awaited did not come in time, or what is answered is not taken."""
        return now > self._deadline or now > self._stuck_since + TAKEN_WITHIN_S

    def expire(self, now: float) -> None:
        """Close what is due, with a word where there is somebody to hear it."""
        if now > self._stuck_since + TAKEN_WITHIN_S:
            self.cut()
        elif self._is_ours_to_wait_for():
            self._deadline = now + HEAD_WITHIN_S
        elif self._refused or (self._in_head and not self._head_bytes):  # all is said, or nothing was asked
            self.cut()
        else:
            self._refuse(TooSlow("The request did not come in time: send it faster, or less of it"))

    def _is_ours_to_wait_for(self) -> bool:
        """Whether we keep the client waiting: reading is paused, or an earlier request is not answered yet."""
        if self._refused:
            return False
        return self.flow.read_paused or (self._in_head and self.cycle is not None and not self.cycle.response_complete)

    def _await_within(self, seconds: float) -> None:
        self.silent_since = time.monotonic()
        self._deadline = self.silent_since + seconds

    def _await_nothing(self) -> None:
        self.silent_since = self._deadline = math.inf

    # ---- in ----------------------------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        if self._refused:
            self._after_refusal += len(data)
            if self._after_refusal > LINGER_BYTES:
                self.cut()
            return
        self._unset_keepalive_if_required()
        head_before, self._ended = self._in_head, False
        if head_before:
            if self._deadline == math.inf:
                self._await_within(HEAD_WITHIN_S)
            self._head_is_long = self._head_bytes + len(data) > HEAD_BYTES
        else:
            self._body_raw += len(data)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            if self._should_upgrade():
                self.handle_websocket_upgrade()
        except httptools.HttpParserError as error:
            self._refuse(_refusal_of(error))
        else:
            self._check_size(len(data), head_before)

    def _check_size(self, size: int, head_before: bool) -> None:
        """Refuse what is too long already, though its end has not come."""
        if not self._in_head:
            if self._body_raw > 2 * self._body_limit + SPARE_RAW:
                self._refuse(self._too_large())
        elif head_before and not self._ended:
            self._head_bytes += size
            if self._head_bytes > HEAD_BYTES:
                self._refuse(_head_too_large())

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._body_bytes = self._body_raw = 0
        if self._deadline == math.inf:
            self._await_within(HEAD_WITHIN_S)

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._in_head:
            return  # a trailer, which nobody reads
        if len(self.headers) >= HEAD_FIELDS:
            raise HeadTooLarge(f"A request has at most {HEAD_FIELDS} header fields")
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        if self._head_is_long:
            size = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
            if size > HEAD_BYTES:
                raise _head_too_large()
        if len(self.pipeline) >= PIPELINED:
            raise NotHttp(f"At most {PIPELINED} requests may wait behind another on one connection")
        self._in_head = False
        self._head_bytes = 0
        self._body_limit = self.table.body_limit(self.url.partition(b"?")[0].decode("latin-1"))
        if self._announced() > self._body_limit:
            raise self._too_large()
        self._await_within(BODY_WITHIN_S)
        super().on_headers_complete()

    def _announced(self) -> int:
        length = next((value for name, value in self.headers if name == b"content-length"), b"0")
        return int(length) if len(length) < 16 and length.isdigit() else self._body_limit + 1

    def on_body(self, body: bytes) -> None:
        self._body_bytes += len(body)
        if self._body_bytes > self._body_limit:
            raise self._too_large()
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._in_head = self._ended = True
        self._head_bytes = 0
        self._await_nothing()
        super().on_message_complete()

    def _too_large(self) -> BodyTooLarge:
        return BodyTooLarge(
            f"At most {self._body_limit // 1024} kB are taken here: send less at once", bytes=self._body_limit
        )

    # ---- out ---------------------------------------------------------------------------------------------------

    def pause_writing(self) -> None:
        self._stuck_since = time.monotonic()
        super().pause_writing()

    def resume_writing(self) -> None:
        self._stuck_since = math.inf
        super().resume_writing()

    def _refuse(self, error: OvertureError) -> None:
        """Answer with the error, if the answer that is due is this request's, and close once it may have been read."""
        if self._refused or self.transport.is_closing():
            return
        self._refused = True
        _log.debug("request_refused", code=error.code, peer=self.client and self.client[0])
        if self._leave_to_refusal():
            self.transport.close()
            return
        self.flow.resume_reading()
        self.transport.write(_answer(error))
        self.transport.write_eof()
        self._await_within(LINGER_S)

    def _leave_to_refusal(self) -> bool:
        """Take the connection from the application; whether an answer to an earlier or to this request has begun."""
        cycle = self.cycle
        if cycle is None or cycle.response_complete:
            return False
        earlier = bool(self.pipeline) or self._in_head
        begun = cycle.response_started
        cycle.disconnected = True
        cycle.message_event.set()
        self.pipeline.clear()
        return earlier or begun


def _head_too_large() -> HeadTooLarge:
    return HeadTooLarge(f"A request's head has at most {HEAD_BYTES // 1024} kB")


def _refusal_of(error: httptools.HttpParserError) -> OvertureError:
    """What is wrong with a request that the parser gave up, or one of our own callbacks."""
    cause = error.__context__
    if isinstance(cause, OvertureError):
        return cause
    return NotHttp("This is no HTTP/1.1 request: its first line, its address or a header field can't be read")


def _answer(error: OvertureError) -> bytes:
    body = msgspec.json.encode(error.body)
    return b"".join(
        (
            STATUS_LINE[error.status],
            b"content-type: application/json\r\nx-content-type-options: nosniff\r\nconnection: close\r\n",
            b"content-length: %d\r\n\r\n" % len(body),
            body,
        )
    )
