"""The agent's socket, `/v1/desk`: what the console sends and gets."""

from __future__ import annotations

from datetime import datetime

import msgspec

from overture.conversations.model import ConversationHead, NoteView
from overture.desk.model import ServedTeam, TeamBoard
from overture.gateway.frames.shared import (
    Ack,
    BatchFrame,
    ErrorFrame,
    HeadFrame,
    MarksFrame,
    MessageFrame,
    MessageView,
    Ping,
    Pong,
    PromiseView,
    Seq,
    TypingFrame,
)
from overture.gateway.frames.visitor import Resume

# ---- to the server -----------------------------------------------------------------------------------------


class AgentHello(msgspec.Struct, tag_field="type", tag="hello", frozen=True, forbid_unknown_fields=True):
    """The first frame. The session cookie (or a bearer token) says who; `site` which operation."""

    v: int
    site: str


class AgentAvailable(msgspec.Struct, tag_field="type", tag="available", frozen=True, forbid_unknown_fields=True):
    """The switch "Available": whether new conversations may come to this agent."""

    on: bool


class OpenConversation(msgspec.Struct, tag_field="type", tag="open", frozen=True, forbid_unknown_fields=True):
    """Follow a conversation: answered with `conversation`, then its news until `leave`.

    `last_seq` and `last_note` are what the client already holds of it (0: nothing).
    """

    conversation: str
    last_seq: Seq = 0
    last_note: Seq = 0


class LeaveConversation(msgspec.Struct, tag_field="type", tag="leave", frozen=True, forbid_unknown_fields=True):
    """Stop following a conversation."""

    conversation: str


class AgentSend(msgspec.Struct, tag_field="type", tag="send", frozen=True, forbid_unknown_fields=True):
    """Answer the visitor. `canned` names the canned reply it began as, for measuring."""

    conversation: str
    cid: str
    text: str
    canned: str = ""


class AgentNote(msgspec.Struct, tag_field="type", tag="note", frozen=True, forbid_unknown_fields=True):
    """Write a private note: colleagues see it, the visitor never. Acknowledged with `noted`."""

    conversation: str
    cid: str
    text: str


class AgentTyping(msgspec.Struct, tag_field="type", tag="typing", frozen=True, forbid_unknown_fields=True):
    """The agent is typing in this conversation, or has stopped."""

    conversation: str
    on: bool


class AgentMarks(msgspec.Struct, tag_field="type", tag="marks", frozen=True, forbid_unknown_fields=True):
    """How far this agent has received and read."""

    conversation: str
    delivered: Seq
    read: Seq


AgentToServer = (
    AgentHello
    | AgentAvailable
    | OpenConversation
    | LeaveConversation
    | AgentSend
    | AgentNote
    | AgentTyping
    | AgentMarks
    | Resume
    | Pong
)

# ---- to the agent ------------------------------------------------------------------------------------------


class AgentWelcome(msgspec.Struct, tag_field="type", tag="welcome", frozen=True):
    """The answer to `hello`: the inbox of own teams, the board, and the agent's own state.

    `available_for` are the teams whose conversations come while the switch is on (none: nothing can come),
    `away_reason` why the desk moved it (`silent`), `now` the server's clock.
    """

    v: int
    agent: str
    available: bool
    capacity: int
    teams: list[str]
    conversations: list[ConversationHead]
    board: list[TeamBoard]
    available_for: list[ServedTeam] = []
    away_reason: str = ""
    now: datetime | None = None


class InboxFrame(msgspec.Struct, tag_field="type", tag="inbox", frozen=True):
    """A conversation has just come to this agent (`assigned`): ring now."""

    head: ConversationHead
    assigned: bool = False


class InboxLinesFrame(msgspec.Struct, tag_field="type", tag="inbox_lines", frozen=True):
    """Lines of the inbox that are new or changed, each as it is now. One whose state is closed leaves the inbox."""

    heads: list[ConversationHead]


class InboxGoneFrame(msgspec.Struct, tag_field="type", tag="inbox_gone", frozen=True):
    """The conversation is no longer this agent's to see: handed to a team they are not in.

    A line of an older version than `version` that comes later is to be left out.
    """

    conversation: str
    version: int = 0


class EscalatedFrame(msgspec.Struct, tag_field="type", tag="escalated", frozen=True):
    """The plan calls this agent to a conversation that nobody has answered `since` then: ring now."""

    head: ConversationHead
    since: datetime


class BoardFrame(msgspec.Struct, tag_field="type", tag="board", frozen=True):
    """The live board changed."""

    teams: list[TeamBoard]


class AvailableFrame(msgspec.Struct, tag_field="type", tag="available", frozen=True):
    """The agent's own switch, as the server has it: another window may have moved it, or the desk for a `reason`.

    `teams` are those whose conversations come while it is on.
    """

    on: bool
    teams: tuple[ServedTeam, ...] = ()
    reason: str = ""


class ConversationFrame(msgspec.Struct, tag_field="type", tag="conversation", frozen=True, omit_defaults=True):
    """The answer to `open`: the head, messages after `last_seq`, notes after `last_note`, both sides' marks."""

    head: ConversationHead
    messages: list[MessageView]
    notes: list[NoteView]
    visitor_delivered: int = 0
    visitor_read: int = 0
    agent_delivered: int = 0
    agent_read: int = 0
    promise: PromiseView | None = None


class NoteFrame(msgspec.Struct, tag_field="type", tag="note", frozen=True):
    """A private note was written in a conversation that this socket follows."""

    conversation: str
    note: NoteView


class NotedFrame(msgspec.Struct, tag_field="type", tag="noted", frozen=True):
    """The note with this `cid` is durably stored and has this `number`."""

    conversation: str
    cid: str
    number: int
    at: datetime


class ContextChangedFrame(msgspec.Struct, tag_field="type", tag="context_changed", frozen=True):
    """The visitor moved, changed the basket or bought: fetch the conversation's context again."""

    conversation: str


ServerToAgent = (
    AgentWelcome
    | InboxFrame
    | InboxLinesFrame
    | InboxGoneFrame
    | EscalatedFrame
    | BoardFrame
    | AvailableFrame
    | ConversationFrame
    | Ack
    | NotedFrame
    | MessageFrame
    | NoteFrame
    | BatchFrame
    | HeadFrame
    | TypingFrame
    | MarksFrame
    | ContextChangedFrame
    | Ping
    | ErrorFrame
)
