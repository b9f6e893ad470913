"""What happens in conversations. Every event with a head is news to those who follow it and to its inbox."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from overture.conversations.model import ConversationHead, MessageView, NoteView, Side
from overture.store import Event


class ConversationOpened(Event, frozen=True, tag="conversations.opened"):
    """A visitor's first message made a conversation."""

    conversation: str
    site: str
    team: str
    visitor: str
    visit: str
    invitation: str
    plan_version: int
    simulated: bool
    at: datetime

    def topics(self) -> tuple[str, ...]:
        return (f"visitor:{self.visitor}",)


class MessageSent(Event, frozen=True, tag="conversations.message_sent"):
    """A message is stored; `head` is the conversation with it."""

    message: MessageView
    head: ConversationHead

    def topics(self) -> tuple[str, ...]:
        return (f"conversation:{self.head.id}", f"inbox:{self.head.site}:{self.head.team}")


class HeadChanged(Event, frozen=True, tag="conversations.head_changed"):
    """The conversation's state, agent or team changed; `assigned` when it has just come to its agent.

    `left_team` is the team it has been taken from, if it has.
    """

    head: ConversationHead
    assigned: bool = False
    left_team: str = ""

    def topics(self) -> tuple[str, ...]:
        here = (f"conversation:{self.head.id}", f"inbox:{self.head.site}:{self.head.team}")
        return (*here, f"inbox:{self.head.site}:{self.left_team}") if self.left_team else here


class LineChanged(Event, frozen=True, tag="conversations.line_changed"):
    """The line of the inbox is another, and nothing that the visitor is shown: the team has read further."""

    head: ConversationHead

    def topics(self) -> tuple[str, ...]:
        return (f"inbox:{self.head.site}:{self.head.team}",)


class NoteWritten(Event, frozen=True, tag="conversations.note_written"):
    """A private note is stored."""

    conversation: str
    note: NoteView

    def topics(self) -> tuple[str, ...]:
        return (f"conversation:{self.conversation}",)


class MarksMoved(Event, frozen=True, tag="conversations.marks_moved"):
    """A side has received or read further."""

    conversation: str
    side: Side
    delivered: int
    read: int

    def topics(self) -> tuple[str, ...]:
        return (f"conversation:{self.conversation}",)


class Typing(Event, frozen=True, tag="conversations.typing"):
    """A side is typing or has stopped; published, never stored."""

    conversation: str
    side: Side
    author_id: str
    author_name: str
    on: bool

    def topics(self) -> tuple[str, ...]:
        return (f"conversation:{self.conversation}",)


class BothWrote(Event, frozen=True, tag="conversations.both_wrote"):
    """Visitor and an agent have both written, for the first time: from now on it is a chat *with*."""

    conversation: str
    site: str
    team: str
    visitor: str
    at: datetime


class FirstAnswer(Event, frozen=True, tag="conversations.first_answer"):
    """An agent answered for the first time, `after_ms` after the conversation was opened."""

    conversation: str
    site: str
    team: str
    agent: str
    after_ms: int
    at: datetime


class ConversationEscalated(Event, frozen=True, tag="conversations.escalated"):
    """Nobody has answered since `since`: those whom the plan names (`to`, user ids) are called."""

    head: ConversationHead
    since: datetime
    to: tuple[str, ...]

    def topics(self) -> tuple[str, ...]:
        return tuple(f"agent:{user}" for user in self.to)


class ConversationTransferred(Event, frozen=True, tag="conversations.transferred"):
    """Another team has it."""

    conversation: str
    site: str
    team: str
    to_team: str
    by: str


class ConversationEnded(Event, frozen=True, tag="conversations.ended"):
    """The talk is over (the visitor ended it, left, or the agent wraps up); it may yet be wrapped up."""

    conversation: str
    site: str
    team: str
    visitor: str
    by: Literal["visitor", "agent", "house"]
    at: datetime


class ConversationClosed(Event, frozen=True, tag="conversations.closed"):
    """It is over and wrapped up, or nobody ever answered it (`result` is empty)."""

    conversation: str
    site: str
    team: str
    visitor: str
    visit: str
    agent: str
    result: str
    answered: bool
    at: datetime


class ConversationsErased(Event, frozen=True, tag="conversations.erased"):
    """These conversations and all that was said in them are gone; whoever refers to them lets go.

    `by_age`: the site keeps none so old; else the visitor was erased.
    """

    site: str
    conversations: list[str]
    by_age: bool = False
