"""The visitor's socket, `/v1/socket`."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec

from overture.conversations import service as conversations
from overture.conversations import views
from overture.conversations.events import ConversationOpened, HeadChanged, MarksMoved, MessageSent, Typing
from overture.conversations.model import Author, ConversationHead, MessageView, Sent
from overture.conversations.routing import not_answering
from overture.desk.model import Availability, Place
from overture.gateway import codec, codes, welcome
from overture.gateway.connection import Closed, Connection, Receive, Send
from overture.gateway.errors import BadHello, OtherOrigin, OtherVersion
from overture.gateway.frames import PROTOCOL
from overture.gateway.frames.shared import (
    Ack,
    BatchFrame,
    HeadFrame,
    MarksFrame,
    MessageFrame,
    PromiseView,
    TypingFrame,
)
from overture.gateway.frames.visitor import (
    AvailabilityFrame,
    EndConversation,
    LeaveMessage,
    LeftFrame,
    Resume,
    StateFrame,
    VisitorHello,
    VisitorMarks,
    VisitorSend,
    VisitorTyping,
)
from overture.gateway.gateway import Gateway
from overture.gateway.hello import first_frame, refuse
from overture.gateway.news import News
from overture.gateway.origins import header, may_open
from overture.gateway.pictures import Picture
from overture.gateway.turns import Crowded
from overture.kit.addresses import asker
from overture.kit.errors import Denied, NotFound, OvertureError
from overture.visits.events import VisitorBlocked

SIMULATED = b"x-overture-simulated"
CROWDED_FOR_S = 5.0  # after being told that too many write at once, how long until it is said how it is now


class VisitorSocket:
    """Raw ASGI: accepts, expects `hello`, then serves frames until the end."""

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        await receive()  # websocket.connect
        await send({"type": "websocket.accept"})
        connection = VisitorConnection(self.gateway, send)
        try:
            if await self._hello(scope, receive, connection):
                self.gateway.join(connection, agent=False)
                try:
                    del scope
                    await connection.serve(receive)
                finally:
                    connection.leave()
        finally:
            self.gateway.dismiss(connection)

    async def _hello(self, scope: Any, receive: Receive, connection: VisitorConnection) -> bool:
        """Whether the socket may stay. Everything that `hello` needs is let go of when this returns."""
        gateway = self.gateway
        try:
            gateway.admit(connection, asker(scope))
            text = await first_frame(receive, gateway.limits.hello_within_s)
            hello = codec.read(codec.from_visitor, text)
            if type(hello) is not VisitorHello:
                raise BadHello("The first frame is hello")
            if hello.v != PROTOCOL:
                raise OtherVersion(f"This server speaks version {PROTOCOL}: load the page again", version=PROTOCOL)
            simulated = gateway.is_simulated(header(scope["headers"], SIMULATED))
            greeted = await self._greet(hello, connection, simulated)
            origin, host = header(scope["headers"], b"origin"), header(scope["headers"], b"host")
            if not may_open(origin, host, gateway.settings.public_url, greeted.origins):
                raise OtherOrigin("This site does not allow the chat on your page: add its origin in Settings")
        except OvertureError as error:
            await refuse(connection, error, _close_code(error))
            return False
        except (TimeoutError, Closed) as error:
            code = codes.SILENT if isinstance(error, TimeoutError) else error.code
            await connection.end(code, "no hello")
            return False
        connection.begin(greeted)
        return True

    async def _greet(self, hello: VisitorHello, connection: VisitorConnection, simulated: bool) -> welcome.Greeted:
        """Read the welcome; news of the conversation that comes from then on is held back until it has been sent."""
        store = self.gateway.store
        connection.held = []
        async with self.gateway.greetings.turn():
            greeted = await store.read(welcome.greet, hello, simulated)
            shown = greeted.welcome.conversation
            connection.watch(greeted.who, shown.id if shown else "")
            latest = await store.read(views.of_visitor, greeted.who.visitor)
            if latest is not None and (shown is None or (shown.id, shown.last_seq) != (latest.id, latest.last_seq)):
                greeted = await store.read(welcome.greet, hello, simulated)  # something was said before we listened
        return greeted


def _close_code(error: OvertureError) -> int:
    if isinstance(error, NotFound):
        return codes.NO_SITE
    if isinstance(error, Denied):
        return codes.FORBIDDEN
    if isinstance(error, OtherVersion):
        return codes.VERSION
    return codes.FLOOD if error.status == 429 else codes.FAULT if error.status >= 500 else codes.BAD_HELLO


class VisitorConnection(Connection):
    """A visitor's chat window. `talk` is the conversation it shows, `team` the one that would answer a new one."""

    __slots__ = ("known", "place", "sending", "state", "talk", "team", "who")

    def __init__(self, gateway: Gateway, send: Send) -> None:
        super().__init__(gateway, send, gateway.limits.visitor_burst)
        self.known = False  # in the database: who was and is no more has been erased
        self.who: welcome.Visiting = None  # type: ignore[assignment]  # until hello
        self.talk = ""
        self.team = ""
        self.state = ""
        self.place: Place | None = None
        self.sending = ""

    # ---- coming and going --------------------------------------------------------------------------------------

    def watch(self, who: welcome.Visiting, talk: str) -> None:
        """Hear of this visitor's conversation, and of one opened in another tab."""
        self.who = who
        self.gateway.hub.watch(f"visitor:{who.visitor}", self)
        self.gateway.read_pictures(who.site, self)
        if talk:
            self.follow(talk)

    def begin(self, greeted: welcome.Greeted) -> None:
        """Send the welcome and what has happened since it was read."""
        self.who = greeted.who
        self.bucket = self.gateway.senders.frames_of(greeted.who.visitor)
        self.known = greeted.known
        self.team = greeted.welcome.availability.team
        if (shown := greeted.welcome.conversation) is not None:
            self.follow(shown.id)
            self.state, self.place = shown.state, shown.place
        self.tell(greeted.welcome)
        self.release()

    def leave(self) -> None:
        """Hear nothing any more."""
        gateway = self.gateway
        gateway.part(self, agent=False)
        if self.who is not None:
            gateway.hub.leave(f"visitor:{self.who.visitor}", self)
            gateway.leave_pictures(self.who.site, self)
        if self.talk:
            gateway.hub.leave(f"conversation:{self.talk}", self)

    def follow(self, talk: str) -> None:
        """Show this conversation from now on."""
        if talk == self.talk:
            return
        hub = self.gateway.hub
        if self.talk:
            hub.leave(f"conversation:{self.talk}", self)
        self.talk = talk
        hub.watch(f"conversation:{talk}", self)

    # ---- in ----------------------------------------------------------------------------------------------------

    def rates(self) -> tuple[float, float]:
        limits = self.gateway.limits
        return limits.visitor_burst, limits.visitor_rate

    def read(self, text: str) -> Any:
        return codec.read(codec.from_visitor, text)

    async def take(self, frame: Any) -> None:
        await _TAKE[type(frame)](self, frame)

    async def on_send(self, frame: VisitorSend) -> None:
        """Acknowledged once it is stored: by the news of it, or by the command's answer if it had been before."""
        self.sending = frame.cid
        try:
            sent = await (self._say(frame) if self.talk else self._open(frame))
            self.follow(sent.conversation)
            if self.sending:
                self.tell(Ack(sent.conversation, frame.cid, sent.seq, sent.at))
        finally:
            self.sending = ""

    async def _say(self, frame: VisitorSend) -> Sent:
        sent: Sent = await self.gateway.store.run(welcome.visitor_says, self.who, frame.cid, frame.text, self._may_open)
        self.known = True  # whoever has written is kept
        return sent

    async def _open(self, frame: VisitorSend) -> Sent:
        """The first word takes its turn; if that would not come in time, a message may be left instead."""
        try:
            async with self.gateway.openings.turn():
                return await self._say(frame)
        except Crowded:
            asyncio.get_running_loop().call_later(CROWDED_FOR_S, self._tell_available)
            raise not_answering(Availability(False, "full", None, self.team)) from None

    def _tell_available(self) -> None:
        """Say who answers now."""
        picture = self.gateway.picture(self.who.site)
        available = None if picture is None else picture.availability.get(self.team)
        if available is not None:
            self.tell(AvailabilityFrame(available))

    def _may_open(self) -> None:
        """Asked within the command, where it is known that a conversation would be opened."""
        if not self.who.simulated:
            self.gateway.senders.may_open(self.who.visitor, self.address)

    async def on_typing(self, frame: VisitorTyping) -> None:
        if self.talk:
            self.gateway.publish(Typing(self.talk, "visitor", self.who.visitor, "", frame.on))

    async def on_marks(self, frame: VisitorMarks) -> None:
        await self.gateway.store.run(conversations.mark_as_visitor, self.who.visitor, frame.delivered, frame.read)

    async def on_resume(self, frame: Resume) -> None:
        view = await self.gateway.store.read(welcome.resume, self.who.visitor, frame.conversation, frame.last_seq)
        self.tell(BatchFrame(frame.conversation, view.messages, view.talk.last_seq))

    async def on_leave_message(self, frame: LeaveMessage) -> None:
        if not self.who.simulated:
            self.gateway.senders.may_leave(self.address)
        promise = await self.gateway.store.run(welcome.visitor_leaves_message, self.who, frame)
        self.known = True
        self.tell(LeftFrame(frame.cid, promise))

    async def on_end(self, frame: EndConversation) -> None:
        await self.gateway.store.run(conversations.end_as_visitor, self.who.visitor, frame.conversation)

    async def on_hello(self, frame: VisitorHello) -> None:
        raise BadHello("This connection has said hello already")

    # ---- news --------------------------------------------------------------------------------------------------

    def show(self, topic: str, news: News) -> None:
        event = news.event
        show = _SHOW.get(type(event))
        if show is not None:
            show(self, event, news)

    def show_opened(self, event: ConversationOpened, news: News) -> None:
        self.follow(event.conversation)
        self.state, self.place = "waiting", None
        if not self.sending:  # another tab's: its first message may have passed before we listened
            self.tell(HeadFrame(event.conversation, 1))

    def show_message(self, event: MessageSent, news: News) -> None:
        message, talk = event.message, event.head.id
        if message.cid and message.cid == self.sending and message.author.id == self.who.visitor:
            self.sending = ""
            self.tell(Ack(talk, message.cid, message.seq, message.at))
            return
        self.push(news.text("message", lambda: MessageFrame(talk, message)))
        if message.notice == "promise":
            self.push(news.text("promise", lambda: _promise_state(event.head, message)))

    def show_head(self, event: HeadChanged, news: News) -> None:
        head = event.head
        self._answered_by(head.team)
        self.state, self.place = head.state, None
        if head.state == "closed":
            self.gateway.spawn(self._tell_end(head))
            return
        self.push(news.text("state", lambda: StateFrame(head.id, head.state, head.agent_name, head.team)))
        self.push(news.text("head", lambda: HeadFrame(head.id, head.last_seq)))
        picture = self.gateway.picture(self.who.site)
        if picture is not None:
            self._tell_place(picture)

    def _answered_by(self, team: str) -> None:
        """Another team has the conversation: from now on its people are who answers."""
        if team == self.team:
            return
        self.team = team
        self._tell_available()

    async def _tell_end(self, head: ConversationHead) -> None:
        """The conversation is closed: say so together with what happens next."""
        promise = await self.gateway.store.read(welcome.promise_of, head.id, self.who.language)
        self.tell(StateFrame(head.id, head.state, head.agent_name, head.team, None, promise))
        self.tell(HeadFrame(head.id, head.last_seq))

    def show_blocked(self, event: VisitorBlocked, news: News) -> None:
        if event.blocked:
            self.close(codes.FORBIDDEN, "blocked")

    def show_marks(self, event: MarksMoved, news: News) -> None:
        self.push(news.text("marks", lambda: MarksFrame(event.conversation, event.side, event.delivered, event.read)))

    def show_typing(self, event: Typing, news: News) -> None:
        if event.side == "agent":
            self.push(news.text("typing", lambda: typing_frame(event)))

    def see(self, picture: Picture, before: Picture | None) -> None:
        """The desk has changed: tell of the place in the queue, or of who answers."""
        self._tell_place(picture)
        available = picture.availability.get(self.team)
        if available is not None and (before is None or before.availability.get(self.team) != available):
            if self.talk and available.reason == "full":  # for who would begin one
                available = msgspec.structs.replace(available, answering=True, reason="")
            self.tell(AvailabilityFrame(available))

    def _tell_place(self, picture: Picture) -> None:
        """Tell a waiting visitor's place, if another was told; a picture of before they got an agent says nothing."""
        place = picture.places.get(self.talk)
        if self.state == "waiting" and place is not None and place != self.place:
            self.place = place
            self.tell(_place_state(self.talk, self.team, place))


def typing_frame(event: Typing) -> TypingFrame:
    """The frame that says who is typing."""
    return TypingFrame(event.conversation, Author(event.side, event.author_id, event.author_name), event.on)


def _place_state(talk: str, team: str, place: Place) -> StateFrame:
    return StateFrame(talk, "waiting", "", team, place)


def _promise_state(head: ConversationHead, message: MessageView) -> StateFrame:
    params = message.params
    promise = PromiseView(
        str(params.get("text", "")),
        params.get("who", "agent"),
        params.get("channel", "none"),
        codec.instant(params.get("due_at")),
        str(params.get("who_name", "")),
    )
    return StateFrame(head.id, head.state, head.agent_name, head.team, None, promise)


_TAKE: dict[type, Any] = {
    VisitorHello: VisitorConnection.on_hello,
    VisitorSend: VisitorConnection.on_send,
    VisitorTyping: VisitorConnection.on_typing,
    VisitorMarks: VisitorConnection.on_marks,
    Resume: VisitorConnection.on_resume,
    LeaveMessage: VisitorConnection.on_leave_message,
    EndConversation: VisitorConnection.on_end,
}
_SHOW: dict[type, Any] = {
    ConversationOpened: VisitorConnection.show_opened,
    MessageSent: VisitorConnection.show_message,
    HeadChanged: VisitorConnection.show_head,
    MarksMoved: VisitorConnection.show_marks,
    Typing: VisitorConnection.show_typing,
    VisitorBlocked: VisitorConnection.show_blocked,
}
