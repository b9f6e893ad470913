"""A client's line to the server: it comes back by itself, sends what waits in order, asks for what it missed."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Callable
from typing import Any, Self

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from overture.conversations.model import Author, MessageView, NoteView
from overture.gateway.frames import MAX_FRAME_BYTES
from overture.gateway.frames.shared import (
    Ack,
    BatchFrame,
    ErrorFrame,
    HeadFrame,
    MarksFrame,
    MessageFrame,
    Ping,
    Pong,
    TypingFrame,
)
from overture.gateway.frames.visitor import Resume
from overture.kit.text import whole

FIRST_PAUSE_S = 0.05
LONGEST_PAUSE_S = 5.0
OVER = (4400, 4401, 4403, 4404, 4426)
"""Close codes after which coming back is of no use."""
LONGEST_RETRY_S = 60.0
"""An error that asks for a longer pause is for a person to decide; what comes after it need not wait so long."""


def passes(error: ErrorFrame) -> bool:
    """Whether the same frame may be taken a little later: the server says when. Every other refusal is final."""
    after = error.details.get("retry_after")
    return isinstance(after, int | float) and after <= LONGEST_RETRY_S


def encoded(frame: msgspec.Struct) -> str:
    """The frame as text; half a character in it, which JSON can't carry, becomes U+FFFD."""
    try:
        return msgspec.json.encode(frame).decode()
    except UnicodeEncodeError:
        told = {name: getattr(frame, name) for name in frame.__struct_fields__}
        mended = {name: whole(value) for name, value in told.items() if isinstance(value, str)}
        return msgspec.json.encode(msgspec.structs.replace(frame, **mended)).decode()


class Talk:
    """A conversation as this client holds it. `last` is the highest seq without a gap before it."""

    def __init__(self, conversation: str) -> None:
        self.id = conversation
        self.messages: list[MessageView] = []
        self.notes: dict[int, NoteView] = {}
        self.delivered: dict[str, int] = {}
        self.read: dict[str, int] = {}
        self._early: dict[int, MessageView] = {}

    @property
    def last(self) -> int:
        """How far the conversation is held without a gap."""
        return self.messages[-1].seq if self.messages else 0

    @property
    def texts(self) -> list[str]:
        """What people said, in order."""
        return [message.text for message in self.messages if message.author.kind != "system"]

    def take(self, message: MessageView) -> bool:
        """Keep a message once; False if something before it is missing."""
        if message.seq > self.last:
            self._early[message.seq] = message
        while (following := self._early.pop(self.last + 1, None)) is not None:
            self.messages.append(following)
        return not self._early

    @property
    def missing(self) -> bool:
        """Whether a message before one that is held has not come."""
        return bool(self._early)


class Client:
    """What both clients share: the line, the outbox, waiting for something to become true."""

    path = ""
    frames: Any = None

    def __init__(self, url: str, headers: dict[str, str] | None = None, *, origin: str | None = None) -> None:
        self.url = url.rstrip("/") + self.path
        self.headers = headers or {}
        self.origin = origin
        self.talks: dict[str, Talk] = {}
        self.outbox: dict[str, msgspec.Struct] = {}
        self.acknowledged: dict[str, int] = {}
        self.errors: list[ErrorFrame] = []
        self.refused: dict[str, ErrorFrame] = {}
        self.typing: list[TypingFrame] = []
        self.connected = asyncio.Event()
        self.closed: tuple[int, str] | None = None
        self.sockets = 0
        self._decoder = msgspec.json.Decoder(self.frames)
        self._socket: ClientConnection | None = None
        self._sends: asyncio.Queue[str] = asyncio.Queue()
        self._under_way = ""
        self._sent: dict[str, str] = {}  # texts by cid, until they have a seq
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self.start()
        await self.until(lambda: self.connected.is_set() or self.closed is not None)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def start(self) -> None:
        """Connect, and stay connected until `stop`."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Leave."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def until(self, holds: Callable[[], Any], within_s: float = 10.0) -> None:
        """Wait until `holds()` is true; TimeoutError after `within_s` seconds."""
        async with asyncio.timeout(within_s):
            while not holds():
                self._changed.clear()
                await self._changed.wait()

    def transmit(self, frame: msgspec.Struct) -> bool:
        """Hand a frame to the socket, if there is one; whether there is says nothing of its arrival."""
        if self._socket is None:
            return False
        self._sends.put_nowait(encoded(frame))
        return True

    def post(self, frame: Any) -> str:
        """Put a frame with a cid into the outbox: it is sent, again after each reconnection, until acknowledged.

        One at a time: the next goes out when the one before is acknowledged, which keeps their order whatever
        is refused, lost or sent again. What is refused for good stands in `refused`, and the ones after it go on.
        """
        if len(encoded(frame).encode()) > MAX_FRAME_BYTES:  # the server would close the socket, and so each time
            self.refused[frame.cid] = ErrorFrame(
                "too_large", "A frame holds at most 64 KiB: send it in parts", {}, frame.cid
            )
            return str(frame.cid)
        self.outbox[frame.cid] = frame
        self._send_next()
        return str(frame.cid)

    def _send_next(self) -> None:
        if self.connected.is_set() and not self._under_way and self.outbox:
            self._under_way = next(iter(self.outbox))
            self.transmit(self.outbox[self._under_way])

    def _send_again(self, cid: str, after_s: float) -> None:
        """It was refused for the moment: try the same one a little later."""

        def again() -> None:
            if self._under_way == cid:
                self._under_way = ""
                self._send_next()

        asyncio.get_running_loop().call_later(after_s, again)

    # ---- the line ----------------------------------------------------------------------------------------------

    async def _run(self) -> None:
        pause = FIRST_PAUSE_S
        while True:
            try:
                async with connect(
                    self.url, additional_headers=self.headers, origin=self.origin, compression=None,  # type: ignore[arg-type]
                    ping_interval=None, open_timeout=10, close_timeout=1, max_size=None,
                ) as socket:  # fmt: skip
                    self.sockets += 1
                    if await self._serve(socket):
                        pause = FIRST_PAUSE_S
            except (OSError, ConnectionClosed, InvalidHandshake, TimeoutError, EOFError) as error:
                self._lost(error)
            if self.closed is not None and self.closed[0] in OVER:
                self._changed.set()
                return
            await asyncio.sleep(pause * (0.5 + random.random() / 2))  # noqa: S311 - jitter, not a secret
            pause = min(LONGEST_PAUSE_S, pause * 2)

    async def _serve(self, socket: ClientConnection) -> bool:
        """Say hello and take frames until the line is lost; whether it was ever up."""
        self._sends = asyncio.Queue()
        await socket.send(msgspec.json.encode(self.hello()).decode())
        self._socket = socket
        sender = asyncio.create_task(self._send_all(socket, self._sends))
        try:
            async for text in socket:
                with contextlib.suppress(msgspec.ValidationError):  # a newer server's: it may be passed by
                    self._take(self._decoder.decode(text))
            self._lost(None, socket)
        except ConnectionClosed as error:
            self._lost(error, socket)
        finally:
            sender.cancel()
        return True

    async def _send_all(self, socket: ClientConnection, texts: asyncio.Queue[str]) -> None:
        with contextlib.suppress(ConnectionClosed):
            while True:
                await socket.send(await texts.get())

    def _lost(self, error: BaseException | None, socket: ClientConnection | None = None) -> None:
        self._socket = None
        self.connected.clear()
        code = socket.close_code if socket is not None else None
        self.closed = (code or 1006, (socket.close_reason if socket is not None else repr(error)) or "")
        self._changed.set()

    def _take(self, frame: Any) -> None:
        if isinstance(frame, Ping):
            self.transmit(Pong(frame.n))
        elif isinstance(frame, ErrorFrame):
            self.errors.append(frame)
            if frame.cid in self.outbox and passes(frame):
                self._send_again(frame.cid, float(frame.details["retry_after"]))
            elif frame.cid:
                self.refused[frame.cid] = frame
                self._done(frame.cid)
        elif isinstance(frame, Ack):
            self._settle(frame.cid, frame.seq)
            self._on_ack(frame)
        elif isinstance(frame, MessageFrame):
            self._on_messages(frame.conversation, [frame.message])
        elif isinstance(frame, BatchFrame):
            self._on_messages(frame.conversation, frame.messages)
            self._ask_if_behind(frame.conversation, frame.last_seq)
        elif isinstance(frame, HeadFrame):
            self._ask_if_behind(frame.conversation, frame.last_seq)
        elif isinstance(frame, MarksFrame):
            talk = self.talk(frame.conversation)
            talk.delivered[frame.side], talk.read[frame.side] = frame.delivered, frame.read
        elif isinstance(frame, TypingFrame):
            self.typing.append(frame)
        else:
            self.take(frame)
        self._changed.set()

    def _settle(self, cid: str, number: int) -> None:
        self.acknowledged[cid] = number
        self._done(cid)

    def _done(self, cid: str) -> None:
        self.outbox.pop(cid, None)
        if self._under_way == cid:
            self._under_way = ""
        self._send_next()

    def _on_ack(self, frame: Ack) -> None:
        """An own message has its number: it stands in the conversation without being sent back."""
        sent = self._sent.pop(frame.cid, None)
        if sent is not None:
            self._on_messages(
                frame.conversation, [MessageView(frame.seq, self.author(), sent, frame.at, cid=frame.cid)]
            )
        else:
            self._ask_if_behind(frame.conversation, frame.seq)

    def _on_messages(self, conversation: str, messages: list[MessageView]) -> None:
        talk = self.talk(conversation)
        for message in messages:
            if message.cid and message.cid in self.outbox:
                self._settle(message.cid, message.seq)
            talk.take(message)
        if talk.missing:
            self.transmit(Resume(conversation, talk.last))

    def _ask_if_behind(self, conversation: str, last_seq: int) -> None:
        talk = self.talk(conversation)
        if talk.last < last_seq:
            self.transmit(Resume(conversation, talk.last))

    def _post_outbox(self) -> None:
        """After each welcome: everything that is not acknowledged, in its order."""
        self.connected.set()
        self.closed = None
        self._under_way = ""
        self._send_next()

    def talk(self, conversation: str) -> Talk:
        """The conversation as held here."""
        return self.talks.setdefault(conversation, Talk(conversation))

    # ---- what subclasses say -------------------------------------------------------------------------------------

    def hello(self) -> msgspec.Struct:
        """The first frame."""
        raise NotImplementedError

    def author(self) -> Author:
        """Who this client writes as."""
        raise NotImplementedError

    def take(self, frame: Any) -> None:
        """A frame of this socket's own kinds."""
        raise NotImplementedError
