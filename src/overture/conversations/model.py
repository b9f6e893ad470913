"""Conversations as data, and as both sides are shown them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

from overture.kit.text import Id, Line, Passage

AuthorKind = Literal["visitor", "agent", "bot", "system"]
ConversationState = Literal["waiting", "active", "wrapping_up", "closed"]
Side = Literal["visitor", "agent"]
OPEN: tuple[ConversationState, ...] = ("waiting", "active", "wrapping_up")


class Author(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who wrote it. `name` is for showing; agents' is their public name, visitors' may be empty."""

    kind: AuthorKind
    id: str = ""
    name: str = ""


class MessageView(msgspec.Struct, frozen=True, omit_defaults=True):
    """One message as both sides see it. Order is `seq` (1, 2, 3 … per conversation), never `at`.

    `text` is plain text. A system message carries a `notice` code and its `params` instead of words to be
    shown as they are: the client words it in its reader's language (`text` is an English fallback).
    `cid` is the id the writer's client gave it.
    """

    seq: int
    author: Author
    text: str
    at: datetime
    cid: str = ""
    notice: str = ""
    params: dict[str, Any] = {}


class NoteView(msgspec.Struct, frozen=True):
    """A private note: its own `number`, and the `seq` it stands after."""

    number: int
    after_seq: int
    author_id: str
    author_name: str
    text: str
    at: datetime
    cid: str = ""


class ConversationHead(msgspec.Struct, frozen=True, omit_defaults=True):
    """A line of the inbox. `unread` counts the visitor's messages this team's side has not read.

    `version` grows with every change of the conversation, so an older line never replaces a newer one.
    `unanswered_since` is the visitor's first message that nobody has answered yet; `escalated_at` is when those whom
    the plan names were called to it. `result` is a closed one's, "" if nobody has said what came of it.
    """

    id: str
    site: str
    team: str
    state: ConversationState
    visitor: str
    visitor_name: str
    opened_at: datetime
    last_seq: int
    last_text: str
    last_at: datetime
    last_author: str
    agent_id: str = ""
    agent_name: str = ""
    language: str = ""
    unread: int = 0
    waiting_since: datetime | None = None
    simulated: bool = False
    version: int = 0
    unanswered_since: datetime | None = None
    escalated_at: datetime | None = None
    result: str = ""


class Conversation(msgspec.Struct, frozen=True):
    """A conversation as it is stored; fields stand in the table's order.

    `both_wrote` once visitor and an agent have written; `answered_at` is the present agent's first message,
    `first_answer_at` anybody's. `visitor_seen_at` is the latest sign of an open chat window.
    `unanswered_since` is the visitor's first message since an agent's last, none once answered or over;
    `escalated_at` belongs to that wait; `escalated_to` are the ids of those called, spaces between.
    """

    id: str
    site: str
    team: str
    state: ConversationState
    visitor: str
    visitor_name: str
    visit: str | None
    language: str
    page: str
    invitation: str | None
    plan_version: int
    simulated: bool
    opened_at: datetime
    waiting_since: datetime | None
    agent_id: str
    agent_name: str
    answered_at: datetime | None
    first_answer_at: datetime | None
    both_wrote: bool
    last_seq: int
    last_text: str
    last_at: datetime
    last_author: AuthorKind
    last_note: int
    unread: int
    visitor_delivered: int
    visitor_read: int
    agent_delivered: int
    agent_read: int
    visitor_seen_at: datetime
    visitor_left_at: datetime | None
    ended_at: datetime | None
    closed_at: datetime | None
    result: str
    version: int
    unanswered_since: datetime | None = None
    escalated_at: datetime | None = None
    escalated_to: str = ""

    @property
    def is_open(self) -> bool:
        """Whether a message of the visitor still belongs here."""
        return self.state != "closed"

    @property
    def head(self) -> ConversationHead:
        """Its line of the inbox."""
        return ConversationHead(
            self.id,
            self.site,
            self.team,
            self.state,
            self.visitor,
            self.visitor_name,
            self.opened_at,
            self.last_seq,
            self.last_text,
            self.last_at,
            self.last_author,
            self.agent_id,
            self.agent_name,
            self.language,
            self.unread,
            self.waiting_since if self.state == "waiting" else None,
            self.simulated,
            self.version,
            self.unanswered_since,
            self.escalated_at,
            self.result if self.state == "closed" else "",
        )


class Opener(msgspec.Struct, frozen=True, kw_only=True):
    """Who opens a conversation: where they are, and the invitation they answer with its trigger and team, if any."""

    site: str
    visitor: str
    name: str = ""
    language: str = ""
    page: str = ""
    invitation: str = ""
    trigger: str = ""
    team: str = ""
    simulated: bool = False


class Sent(msgspec.Struct, frozen=True):
    """What became of a message: stored now or before, and under which number."""

    conversation: str
    seq: int
    at: datetime
    opened: bool = False


class Noted(msgspec.Struct, frozen=True):
    """What became of a note."""

    conversation: str
    number: int
    at: datetime


class ChatNow(msgspec.Struct, frozen=True):
    """What a launcher must know of the visitor's conversation: unread are messages to the visitor."""

    conversation: str
    state: ConversationState
    unread: int


class CannedReply(msgspec.Struct, frozen=True, kw_only=True):
    """A ready answer, by language. `team` None: for all of the site's. `uses` counts messages that began as it."""

    id: str
    site: str
    team: str | None
    shortcut: str
    text: dict[str, str]
    uses: int = 0


class CannedReplyDraft(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A canned reply as a person writes it."""

    shortcut: Line
    text: Annotated[dict[Id, Passage], msgspec.Meta(max_length=100)]
    team: Id | None = None
