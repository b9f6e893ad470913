"""The agent's socket, `/v1/desk`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from overture.accounts.access import held
from overture.accounts.events import SessionsEnded, TokenRevoked, UserChanged
from overture.accounts.model import Actor
from overture.accounts.permissions import READ_CONVERSATIONS
from overture.conversations import service as conversations
from overture.conversations.events import (
    ConversationEscalated,
    HeadChanged,
    MarksMoved,
    MessageSent,
    NoteWritten,
    Typing,
)
from overture.desk import service as desk
from overture.desk.events import PresenceChanged
from overture.desk.model import TeamBoard
from overture.gateway import codec, codes, rules, welcome
from overture.gateway.connection import Closed, Connection, Receive, Send
from overture.gateway.errors import BadHello, NoAgent, OtherOrigin, OtherVersion
from overture.gateway.frames import PROTOCOL
from overture.gateway.frames.agent import (
    AgentAvailable,
    AgentHello,
    AgentMarks,
    AgentNote,
    AgentSend,
    AgentTyping,
    AvailableFrame,
    BoardFrame,
    ContextChangedFrame,
    EscalatedFrame,
    InboxFrame,
    LeaveConversation,
    NotedFrame,
    NoteFrame,
    OpenConversation,
)
from overture.gateway.frames.shared import Ack, BatchFrame, HeadFrame, MarksFrame, MessageFrame
from overture.gateway.frames.visitor import Resume
from overture.gateway.gateway import Gateway
from overture.gateway.hello import first_frame, refuse
from overture.gateway.news import News
from overture.gateway.origins import header, is_own
from overture.gateway.pictures import Picture
from overture.gateway.visitor import typing_frame
from overture.kit.addresses import asker
from overture.kit.errors import Denied, NotFound, NotSignedIn, OvertureError
from overture.visits.events import VisitMoved

Authenticate = Callable[[Any], Awaitable[Actor]]
"""Who is behind a handshake, by session cookie or bearer token; raises NotSignedIn."""
MAX_FOLLOWED = 50


class AgentSocket:
    """Raw ASGI: accepts, asks who it is, expects `hello`, then serves frames until the end."""

    def __init__(self, gateway: Gateway, authenticate: Authenticate) -> None:
        self.gateway = gateway
        self.authenticate = authenticate

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        await receive()  # websocket.connect
        await send({"type": "websocket.accept"})
        connection = AgentConnection(self.gateway, send)
        try:
            if await self._hello(scope, receive, connection):
                self.gateway.join(connection, agent=True)
                try:
                    await connection.serve(receive)
                finally:
                    connection.leave()
        finally:
            self.gateway.dismiss(connection)

    async def _hello(self, scope: Any, receive: Receive, connection: AgentConnection) -> bool:
        gateway = self.gateway
        try:
            gateway.admit(connection, asker(scope))
            actor = await self._actor(scope)
            text = await first_frame(receive, gateway.limits.hello_within_s)
            hello = codec.read(codec.from_agent, text)
            if type(hello) is not AgentHello:
                raise BadHello("The first frame is hello")
            if hello.v != PROTOCOL:
                raise OtherVersion(f"This server speaks version {PROTOCOL}: load the page again", version=PROTOCOL)
            await self._seat(connection, actor, hello.site)
        except OvertureError as error:
            await refuse(connection, error, _close_code(error))
            return False
        except (TimeoutError, Closed) as error:
            await connection.end(codes.SILENT if isinstance(error, TimeoutError) else error.code, "no hello")
            return False
        return True

    async def _actor(self, scope: Any) -> Actor:
        origin, host = header(scope["headers"], b"origin"), header(scope["headers"], b"host")
        if not is_own(origin, host, self.gateway.settings.public_url):
            raise OtherOrigin("The console's socket is for its own page")
        return await self.authenticate(scope)

    async def _seat(self, connection: AgentConnection, actor: Actor, site: str) -> None:
        """Let the agent come to know what to watch, watch, and read the welcome that holds from there on."""
        store = self.gateway.store
        connection.held = []
        connection.watch(actor, site, await store.run_first(welcome.come, actor, site))
        async with self.gateway.greetings.turn():
            seated = await store.read(welcome.seat, actor, site)
        connection.begin(seated)


def _close_code(error: OvertureError) -> int:
    if isinstance(error, NotSignedIn):
        return codes.NOT_SIGNED_IN
    if isinstance(error, OtherVersion):
        return codes.VERSION
    if isinstance(error, NotFound):
        return codes.NO_SITE
    if isinstance(error, Denied):
        return codes.FORBIDDEN
    return codes.FLOOD if error.status == 429 else codes.FAULT if error.status >= 500 else codes.BAD_HELLO


class AgentConnection(Connection):
    """A console window. `followed` are conversations with their visits."""

    __slots__ = ("actor", "followed", "sending", "site", "teams")

    def __init__(self, gateway: Gateway, send: Send) -> None:
        super().__init__(gateway, send, gateway.limits.agent_burst)
        self.actor: Actor = None  # type: ignore[assignment]  # until hello
        self.site = ""
        self.teams: frozenset[str] = frozenset()
        self.followed: dict[str, str] = {}
        self.sending = ""

    @property
    def reads_as(self) -> str:
        """Whose window this is."""
        return self.actor.id

    # ---- coming and going --------------------------------------------------------------------------------------

    def watch(self, actor: Actor, site: str, teams: list[str]) -> None:
        """Hear of the agent, the inboxes of their teams and the board."""
        self.actor, self.site, self.teams = actor, site, frozenset(teams)
        hub = self.gateway.hub
        hub.watch(f"agent:{actor.id}", self)
        self.gateway.inboxes.read(site, teams, self)
        self.gateway.read_pictures(site, self)

    def begin(self, seated: welcome.Seated) -> None:
        """Send the welcome and what has happened since it was read."""
        self.gateway.inboxes.listed(seated.welcome.conversations)
        self.tell(seated.welcome)
        for head in seated.welcome.conversations:
            if head.id in seated.unanswered:  # it came while nobody's window was open: ring now
                self.tell(InboxFrame(head, True))
        self.release()

    def leave(self) -> None:
        """Hear nothing any more."""
        gateway, hub = self.gateway, self.gateway.hub
        gateway.part(self, agent=True)
        hub.leave(f"agent:{self.actor.id}", self)
        gateway.inboxes.leave(self.site, self.teams, self)
        gateway.leave_pictures(self.site, self)
        for talk in tuple(self.followed):
            self.unfollow(talk)

    def follow(self, talk: str, visit: str) -> None:
        """Show this conversation's news from now on."""
        hub = self.gateway.hub
        self.followed[talk] = visit
        hub.watch(f"conversation:{talk}", self)
        if visit:
            hub.watch(f"visit:{visit}", self)

    def unfollow(self, talk: str) -> None:
        """Show it no more."""
        visit = self.followed.pop(talk, None)
        if visit is None:
            return
        hub = self.gateway.hub
        hub.leave(f"conversation:{talk}", self)
        if visit and visit not in self.followed.values():
            hub.leave(f"visit:{visit}", self)

    def alive(self) -> None:
        if self.actor.kind == "user":
            self.gateway.sign_of_life(self.actor.id)

    # ---- in ----------------------------------------------------------------------------------------------------

    def rates(self) -> tuple[float, float]:
        limits = self.gateway.limits
        return limits.agent_burst, limits.agent_rate

    def read(self, text: str) -> Any:
        return codec.read(codec.from_agent, text)

    async def take(self, frame: Any) -> None:
        permission = rules.OF_AGENTS[type(frame)]
        if self.actor.kind != "user" and permission != READ_CONVERSATIONS:
            raise NoAgent("A token may watch the desk, not work at it: sign in as a person")
        held(self.actor, permission)
        await _TAKE[type(frame)](self, frame)

    async def on_available(self, frame: AgentAvailable) -> None:
        await self.gateway.store.run(desk.set_available, self.actor, frame.on)

    async def on_open(self, frame: OpenConversation) -> None:
        """The conversation as it is, after which its news follows without a gap."""
        if frame.conversation not in self.followed and len(self.followed) >= MAX_FOLLOWED:
            self.unfollow(next(iter(self.followed)))
        store = self.gateway.store
        last = (frame.conversation, frame.last_seq, frame.last_note)
        visit, _ = await store.read(welcome.open_talk, self.actor, self.site, *last)
        self.held = []
        try:
            self.follow(frame.conversation, visit)
            _, answer = await store.read(welcome.open_talk, self.actor, self.site, *last)
            self.tell(answer)
        finally:
            self.release()

    async def on_leave(self, frame: LeaveConversation) -> None:
        self.unfollow(frame.conversation)

    async def on_send(self, frame: AgentSend) -> None:
        """Acknowledged once it is stored: by the news of it, or by the command's answer if it had been before."""
        self.sending = frame.cid
        try:
            sent = await self.gateway.store.run(
                conversations.say_as_agent, self.actor, frame.conversation, frame.cid, frame.text, frame.canned
            )
            if self.sending:
                self.tell(Ack(sent.conversation, frame.cid, sent.seq, sent.at))
        finally:
            self.sending = ""

    async def on_note(self, frame: AgentNote) -> None:
        noted = await self.gateway.store.run(
            conversations.write_note, self.actor, frame.conversation, frame.cid, frame.text
        )
        self.tell(NotedFrame(noted.conversation, frame.cid, noted.number, noted.at))

    async def on_typing(self, frame: AgentTyping) -> None:
        if frame.conversation not in self.followed:
            raise NotFound("Open the conversation before you type in it", conversation=frame.conversation[:64])
        self.gateway.publish(Typing(frame.conversation, "agent", self.actor.id, self.actor.name, frame.on))
        if frame.on:
            await self.gateway.store.run(conversations.attend, self.actor, frame.conversation)

    async def on_marks(self, frame: AgentMarks) -> None:
        await self.gateway.store.run(
            conversations.mark_as_agent, self.actor, frame.conversation, frame.delivered, frame.read
        )

    async def on_resume(self, frame: Resume) -> None:
        view = await self.gateway.store.read(welcome.resume_talk, self.actor, frame.conversation, frame.last_seq)
        self.tell(BatchFrame(frame.conversation, view.messages, view.talk.last_seq))

    async def on_hello(self, frame: AgentHello) -> None:
        raise BadHello("This connection has said hello already")

    # ---- news --------------------------------------------------------------------------------------------------

    def show(self, topic: str, news: News) -> None:
        show = _SHOW.get(type(news.event))
        if show is not None:
            show(self, topic, news.event, news)

    def show_message(self, topic: str, event: MessageSent, news: News) -> None:
        head, message = event.head, event.message
        if head.team not in self.teams:  # handed over, though the news of it is late
            self.unfollow(head.id)
        elif message.cid and message.cid == self.sending and message.author.id == self.actor.id:
            self.sending = ""
            self.tell(Ack(head.id, message.cid, message.seq, message.at))
        else:
            self.push(news.text("message", lambda: MessageFrame(head.id, message)))

    def show_head(self, topic: str, event: HeadChanged, news: News) -> None:
        head = event.head
        if head.team not in self.teams:
            self.unfollow(head.id)
        else:
            self.push(news.text("head", lambda: HeadFrame(head.id, head.last_seq)))

    def show_escalated(self, topic: str, event: ConversationEscalated, news: News) -> None:
        if event.head.site == self.site and event.head.team in self.teams:
            self.push(news.text("escalated", lambda: EscalatedFrame(event.head, event.since)))

    def show_note(self, topic: str, event: NoteWritten, news: News) -> None:
        self.push(news.text("note", lambda: NoteFrame(event.conversation, event.note)))

    def show_marks(self, topic: str, event: MarksMoved, news: News) -> None:
        self.push(news.text("marks", lambda: MarksFrame(event.conversation, event.side, event.delivered, event.read)))

    def show_typing(self, topic: str, event: Typing, news: News) -> None:
        if event.author_id != self.actor.id:
            self.push(news.text("typing", lambda: typing_frame(event)))

    def show_presence(self, topic: str, event: PresenceChanged, news: News) -> None:
        self.push(news.text("available", lambda: AvailableFrame(event.available, event.teams, event.reason)))

    def show_moved(self, topic: str, event: VisitMoved, news: News) -> None:
        for talk, visit in self.followed.items():
            if visit == event.visit:
                self.push(news.text(f"context{talk}", lambda talk=talk: ContextChangedFrame(talk)))  # type: ignore[misc]

    def show_account(self, topic: str, event: UserChanged, news: News) -> None:
        """Role or teams are others now: come back, and see what they allow."""
        if event.revoked:
            self.close(codes.NOT_SIGNED_IN, "signed out")
        else:
            self.close(codes.CHANGED, "the account has changed")

    def show_sessions_ended(self, topic: str, event: SessionsEnded, news: News) -> None:
        """Signed out, or the password was set anew."""
        if event.session in ("", self.actor.session):
            self.close(codes.NOT_SIGNED_IN, "signed out")

    def show_token_revoked(self, topic: str, event: TokenRevoked, news: News) -> None:
        self.close(codes.NOT_SIGNED_IN, "the token was revoked")

    def see(self, picture: Picture, before: Picture | None) -> None:
        """The board has changed."""
        mine = self._board(picture)
        if before is None or mine != self._board(before):
            self.tell(BoardFrame(mine))

    def _board(self, picture: Picture) -> list[TeamBoard]:
        return [team for team in picture.board if team.team in self.teams]


_TAKE: dict[type, Any] = {
    AgentHello: AgentConnection.on_hello,
    AgentAvailable: AgentConnection.on_available,
    OpenConversation: AgentConnection.on_open,
    LeaveConversation: AgentConnection.on_leave,
    AgentSend: AgentConnection.on_send,
    AgentNote: AgentConnection.on_note,
    AgentTyping: AgentConnection.on_typing,
    AgentMarks: AgentConnection.on_marks,
    Resume: AgentConnection.on_resume,
}
_SHOW: dict[type, Any] = {
    MessageSent: AgentConnection.show_message,
    HeadChanged: AgentConnection.show_head,
    ConversationEscalated: AgentConnection.show_escalated,
    NoteWritten: AgentConnection.show_note,
    MarksMoved: AgentConnection.show_marks,
    Typing: AgentConnection.show_typing,
    PresenceChanged: AgentConnection.show_presence,
    VisitMoved: AgentConnection.show_moved,
    UserChanged: AgentConnection.show_account,
    SessionsEnded: AgentConnection.show_sessions_ended,
    TokenRevoked: AgentConnection.show_token_revoked,
}
