"""A small typed client for both sockets: it comes back by itself, sends what waits, and asks for what it missed.

    async with VisitorClient("ws://127.0.0.1:8000", site=KEY, key=SECRET, language="fi") as visitor:
        cid = visitor.send("Hei!")
        await visitor.until(lambda: cid in visitor.acknowledged)

Used by tests, measurements and simulated visitors; it keeps the rules that docs/reference/protocol.md gives clients.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from overture.conversations.model import Author, ConversationHead
from overture.desk.model import Availability, Place, TeamBoard
from overture.gateway.frames import PROTOCOL
from overture.gateway.frames.agent import (
    AgentAvailable,
    AgentHello,
    AgentMarks,
    AgentNote,
    AgentSend,
    AgentTyping,
    AgentWelcome,
    AvailableFrame,
    BoardFrame,
    ContextChangedFrame,
    ConversationFrame,
    EscalatedFrame,
    InboxFrame,
    InboxGoneFrame,
    InboxLinesFrame,
    LeaveConversation,
    NotedFrame,
    NoteFrame,
    OpenConversation,
    ServerToAgent,
)
from overture.gateway.frames.shared import (
    Ack,
    MessageView,
    PromiseView,
)
from overture.gateway.frames.visitor import (
    AvailabilityFrame,
    EndConversation,
    LeaveMessage,
    LeftFrame,
    ServerToVisitor,
    StateFrame,
    VisitorHello,
    VisitorMarks,
    VisitorSend,
    VisitorTyping,
    VisitorWelcome,
)
from overture.gateway.line import Client, Talk
from overture.kit.text import whole


def new_cid() -> str:
    """An id for a message that nobody has used."""
    return uuid4().hex


class VisitorClient(Client):
    """A visitor's chat window."""

    path = "/v1/socket"
    frames = ServerToVisitor

    def __init__(
        self, url: str, *, site: str, key: str, language: str = "", page: str = "", invitation: str = "", **options: Any
    ) -> None:
        super().__init__(url, **options)
        self.site, self.key, self.language, self.page, self.invitation = site, key, language, page, invitation
        self.welcome: VisitorWelcome | None = None
        self.conversation = ""
        self.state = ""
        self.agent = ""
        self.place: Place | None = None
        self.promise: PromiseView | None = None
        self.availability: Availability | None = None
        self.left: dict[str, PromiseView] = {}

    def hello(self) -> VisitorHello:
        have = self.talks.get(self.conversation)
        return VisitorHello(
            PROTOCOL, self.site, self.key, self.language, self.page, self.invitation, self.conversation,
            have.last if have else 0,
        )  # fmt: skip

    def author(self) -> Author:
        return Author("visitor")

    @property
    def messages(self) -> list[MessageView]:
        """The conversation so far, without gaps."""
        talk = self.talks.get(self.conversation)
        return talk.messages if talk else []

    @property
    def texts(self) -> list[str]:
        """What people said so far."""
        talk = self.talks.get(self.conversation)
        return talk.texts if talk else []

    def send(self, text: str, cid: str = "") -> str:
        """Say something; it goes out now or when the line is back."""
        cid = cid or new_cid()
        self._sent[cid] = whole(text)
        return self.post(VisitorSend(cid, text))

    def type(self, on: bool = True) -> None:
        """Tell that the visitor is typing."""
        self.transmit(VisitorTyping(on))

    def mark(self, delivered: int, read: int) -> None:
        """Tell how far the visitor has received and read."""
        self.transmit(VisitorMarks(delivered, read))

    def end(self) -> None:
        """End the conversation."""
        self.transmit(EndConversation(self.conversation))

    def leave_message(self, text: str, **way: Any) -> str:
        """Leave a message for when somebody is there."""
        return self.post(LeaveMessage(new_cid(), text, **way))

    def _on_ack(self, frame: Ack) -> None:
        self.conversation = frame.conversation
        super()._on_ack(frame)

    def _on_messages(self, conversation: str, messages: list[MessageView]) -> None:
        self.conversation = conversation
        super()._on_messages(conversation, messages)

    def take(self, frame: Any) -> None:
        if isinstance(frame, VisitorWelcome):
            self._greeted(frame)
        elif isinstance(frame, StateFrame):
            self.conversation, self.state, self.agent = frame.conversation, frame.state, frame.agent_name
            self.place = frame.place if frame.state == "waiting" else None
            self.promise = frame.promise or self.promise
        elif isinstance(frame, AvailabilityFrame):
            self.availability = frame.availability
        elif isinstance(frame, LeftFrame):
            self._settle(frame.cid, 0)
            self.left[frame.cid] = frame.promise

    def _greeted(self, frame: VisitorWelcome) -> None:
        self.welcome, self.availability = frame, frame.availability
        shown = frame.conversation
        if shown is not None:
            self.conversation, self.state, self.agent = shown.id, shown.state, shown.agent_name
            self.place, self.promise = shown.place, shown.promise
            self._on_messages(shown.id, shown.messages)
            self._ask_if_behind(shown.id, shown.last_seq)
        self._post_outbox()


class AgentClient(Client):
    """An agent's console window. `headers` carry the session cookie or `Authorization: Bearer …`."""

    path = "/v1/desk"
    frames = ServerToAgent

    def __init__(self, url: str, *, site: str, headers: dict[str, str] | None = None, **options: Any) -> None:
        super().__init__(url, headers, **options)
        self.site = site
        self.welcome: AgentWelcome | None = None
        self.available = False
        self.away_reason = ""
        self.inbox: dict[str, ConversationHead] = {}
        self._versions: dict[str, int] = {}
        self.assigned: list[str] = []
        self.escalated: list[str] = []
        self.board: dict[str, TeamBoard] = {}
        self.noted: dict[str, int] = {}
        self.promises: dict[str, PromiseView] = {}
        self.contexts: list[str] = []
        self.opened: set[str] = set()

    def hello(self) -> AgentHello:
        return AgentHello(PROTOCOL, self.site)

    def author(self) -> Author:
        return Author("agent", self.welcome.agent if self.welcome else "")

    def set_available(self, on: bool = True) -> None:
        """Move the switch."""
        self.transmit(AgentAvailable(on))

    def open(self, conversation: str) -> Talk:
        """Follow a conversation, now and after each reconnection."""
        self.opened.add(conversation)
        talk = self.talk(conversation)
        self.transmit(OpenConversation(conversation, talk.last, max(talk.notes, default=0)))
        return talk

    def leave(self, conversation: str) -> None:
        """Follow it no more."""
        self.opened.discard(conversation)
        self.transmit(LeaveConversation(conversation))

    def send(self, conversation: str, text: str, *, canned: str = "", cid: str = "") -> str:
        """Answer the visitor; it goes out now or when the line is back."""
        cid = cid or new_cid()
        self._sent[cid] = whole(text)
        return self.post(AgentSend(conversation, cid, text, canned))

    def note(self, conversation: str, text: str) -> str:
        """Write a private note."""
        return self.post(AgentNote(conversation, new_cid(), text))

    def type(self, conversation: str, on: bool = True) -> None:
        """Tell that the agent is typing."""
        self.transmit(AgentTyping(conversation, on))

    def mark(self, conversation: str, delivered: int, read: int) -> None:
        """Tell how far the agent has received and read."""
        self.transmit(AgentMarks(conversation, delivered, read))

    def take(self, frame: Any) -> None:
        if isinstance(frame, AgentWelcome):
            self._seated(frame)
        elif isinstance(frame, InboxFrame):
            self._list(frame.head)
            if frame.assigned:
                self.assigned.append(frame.head.id)
        elif isinstance(frame, InboxLinesFrame):
            for head in frame.heads:
                self._list(head)
        elif isinstance(frame, InboxGoneFrame):
            self._gone(frame.conversation, frame.version)
        elif isinstance(frame, EscalatedFrame):
            self.inbox[frame.head.id] = frame.head
            self.escalated.append(frame.head.id)
        elif isinstance(frame, BoardFrame):
            self.board = {team.team: team for team in frame.teams}
        elif isinstance(frame, AvailableFrame):
            self.available, self.away_reason = frame.on, frame.reason
        elif isinstance(frame, ConversationFrame):
            self._shown(frame)
        elif isinstance(frame, NoteFrame):
            self.talk(frame.conversation).notes[frame.note.number] = frame.note
        elif isinstance(frame, NotedFrame):
            self._settle(frame.cid, frame.number)
            self.noted[frame.cid] = frame.number
        elif isinstance(frame, ContextChangedFrame):
            self.contexts.append(frame.conversation)

    def _list(self, head: ConversationHead) -> None:
        """Keep a line, unless a newer one is known; one of a closed conversation leaves the inbox."""
        if head.version < self._versions.get(head.id, 0):
            return
        self._versions[head.id] = head.version
        self.inbox[head.id] = head
        if head.state == "closed":
            self._gone(head.id, head.version)

    def _gone(self, conversation: str, version: int) -> None:
        self.inbox.pop(conversation, None)
        self._versions[conversation] = max(version, self._versions.get(conversation, 0))

    def _seated(self, frame: AgentWelcome) -> None:
        self.welcome, self.available = frame, frame.available
        self.inbox = {head.id: head for head in frame.conversations}
        self._versions = {head.id: head.version for head in frame.conversations}
        self.board = {team.team: team for team in frame.board}
        for conversation in sorted(self.opened):
            self.open(conversation)
        self._post_outbox()

    def _shown(self, frame: ConversationFrame) -> None:
        talk = self.talk(frame.head.id)
        talk.delivered |= {"visitor": frame.visitor_delivered, "agent": frame.agent_delivered}
        talk.read |= {"visitor": frame.visitor_read, "agent": frame.agent_read}
        talk.notes |= {note.number: note for note in frame.notes}
        if frame.promise is not None:
            self.promises[talk.id] = frame.promise
        self._on_messages(talk.id, frame.messages)
        self._ask_if_behind(talk.id, frame.head.last_seq)
